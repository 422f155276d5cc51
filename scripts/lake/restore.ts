import { connect } from '../../src/db/client.ts';
import { inMemory, rowGroups } from '../../src/lake/decode.ts';
import { addEnds, type Ends } from '../../src/lake/ends.ts';
import { restoreGroup } from '../../src/lake/restore.ts';
import { type Part, partBytes, type Target } from './parts.ts';

/**
 * Restores the changes of a day. `parts` are the parts of the day and all later ones, which show when rows ended.
 */
export async function restoreDay(
  target: Target,
  { day, parts, database_url }: { day: string; parts: Part[]; database_url: string },
): Promise<number> {
  const db = connect(database_url);
  const ends: Ends = new Map();
  for (const part of parts) await addEnds(ends, inMemory(await partBytes(target, part)));
  let restored = 0;
  for (const part of parts.filter((one) => one.day === day))
    for await (const group of rowGroups(inMemory(await partBytes(target, part))))
      restored += await restoreGroup(db, group, ends);
  return restored;
}
