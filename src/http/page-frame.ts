import type { Framed } from '../db/list-observations.ts';
import { AppError } from '../errors.ts';

/** The rows of a page in their order, and its frame, which the first of them brings, if only to say that there is none. */
export function framed<Row extends { listing_id: number }>(found: Framed<Row>[]) {
  const rows = found.sort((a, b) => Number(a.position) - Number(b.position));
  return {
    frame: frameOf(rows[0]?.frame ? [rows[0].frame] : []),
    rows: rows.filter((row): row is Framed<Row> & Row => row.listing_id !== null),
  };
}

/** The first row of a page query, which comes even with an empty page: it carries version and total. */
export function frameOf<Row>(rows: Row[]): Row {
  const [frame] = rows;
  if (frame === undefined)
    throw new AppError('misconfigured', 'The database has no tape_version row: run db:migrate.');
  return frame;
}
