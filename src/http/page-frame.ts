import type { PageFrame } from '../db/list-observations.ts';
import { AppError } from '../errors.ts';

/** The frame of a page, which its first row brings. */
export function pageFrameOf([first]: { frame: PageFrame | null }[]): PageFrame {
  return frameOf(first?.frame ? [first.frame] : []);
}

/** The first row of a page query, which comes even with an empty page: it carries version and total. */
export function frameOf<Row>(rows: Row[]): Row {
  const [frame] = rows;
  if (frame === undefined)
    throw new AppError('misconfigured', 'The database has no tape_version row: run db:migrate.');
  return frame;
}
