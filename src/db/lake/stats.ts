import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';

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

/** Its columns, of a row `v` of tape_version and, if there is one, `p` of lake_progress. Instants are text. */
const COLUMNS: Record<keyof LakeStatsRow, SQL> = {
  parts: sql`coalesce(p.parts, 0)::float8`,
  rows: sql`coalesce(p.rows, 0)::float8`,
  size_bytes: sql`coalesce(p.size_bytes, 0)::float8`,
  written_through: instantText('p.written_through'),
  complete_from: instantText('p.complete_from'),
  lag_seconds: sql`greatest(extract(epoch from v.version - p.written_through), 0)::float8`,
};
const listed = (one: (name: SQL, value: SQL) => SQL): SQL =>
  sql.join(
    Object.entries(COLUMNS).map(([name, value]) => one(sql.raw(name), value)),
    sql`, `,
  );

/** A LakeStatsRow as one JSON value. */
export const LAKE_STATS: SQL = sql`json_build_object(${listed((name, value) => sql`'${name}', ${value}`)})`;

/** One LakeStatsRow. */
export function findLakeStats(db: Db) {
  return db.execute<LakeStatsRow>('lake.stats')(sql`
    select ${listed((name, value) => sql`${value} as ${name}`)}
    from tape_version v left join lake_progress p on true`);
}
