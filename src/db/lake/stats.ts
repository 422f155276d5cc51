import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** The size and reach of the lake. Figures are far below 2^53. */
export interface LakeStatsRow {
  parts: number;
  rows: number;
  size_bytes: number;
  written_through: Instant | null;
  complete_from: Instant | null;
  /** From the last written version to the newest; null if nothing is written. */
  lag_seconds: number | null;
}

/** One LakeStatsRow. */
export function findLakeStats(db: Db) {
  return db.execute<LakeStatsRow>('lake.stats')(sql`
    select coalesce(p.parts, 0)::float8 as parts, coalesce(p.rows, 0)::float8 as rows,
      coalesce(p.size_bytes, 0)::float8 as size_bytes, ${selectInstant('p.written_through')} as written_through,
      ${selectInstant('p.complete_from')} as complete_from,
      greatest(extract(epoch from v.version - p.written_through), 0)::float8 as lag_seconds
    from tape_version v left join lake_progress p on true`);
}
