import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** Changes of rows, or the names and mappings of listings. */
export const PART_KINDS = ['changes', 'listings'] as const;
export type PartKind = (typeof PART_KINDS)[number];

/** A part that is about to be stored. */
export interface PartPlan {
  day: string;
  version_from: Instant;
  version_to: Instant;
  rows: number;
  content_hash: string;
}

/** The number of digits of the content hash in a part's name. */
const HASH_DIGITS = 12;

/** Plans the next part of a day's changes: one row with its name. */
export function planPart(db: Db, plan: PartPlan) {
  return db.execute<{ part: string }>('lake.plan-part')(sql`
    insert into lake_parts (part, kind, day, number, version_from, version_to, rows, content_hash)
    select ${plan.day}::text || '-' || lpad(n.number::text, 4, '0') || '-' || left(${plan.content_hash}::text, ${HASH_DIGITS}::int) || '.parquet',
      'changes', ${plan.day}::date, n.number, ${plan.version_from}::timestamptz, ${plan.version_to}::timestamptz,
      ${plan.rows}::int, ${plan.content_hash}::text
    from (select coalesce(max(number), 0) + 1 as number from lake_parts where day = ${plan.day}::date) n
    returning part`);
}

/**
 * Plans the part with the listings of a version: one row with its name. Planning it again gives the same name. An
 * unfinished plan of other listings is dropped.
 */
export function planListings(db: Db, plan: PartPlan, versionMicros: string) {
  return db.execute<{ part: string }>('lake.plan-listings')(sql`
    with forgotten as (
      delete from lake_parts
      where kind = 'listings' and written_at is null and content_hash <> ${plan.content_hash}::text
    )
    insert into lake_parts as p (part, kind, day, version_from, version_to, rows, content_hash)
    values ('listings-' || ${versionMicros}::text || '-' || left(${plan.content_hash}::text, ${HASH_DIGITS}::int) || '.parquet',
      'listings', ${plan.day}::date, ${plan.version_from}, ${plan.version_to}, ${plan.rows}::int, ${plan.content_hash})
    on conflict (part) do update set rows = p.rows
    returning part`);
}

/** Drops a plan that was never stored. */
export function dropPlan(db: Db, part: string) {
  return db.execute('lake.drop-plan')(
    sql`delete from lake_parts where part = ${part} and written_at is null`,
  );
}

/** The size and hash of a part's bytes, as they were read back. */
export interface StoredPart {
  size_bytes: number;
  sha256: string;
}

/**
 * Marks a part as written, and with it all changes up to its last one. A part that is already marked does not
 * change.
 */
export function finishPart(db: Db, part: string, { size_bytes, sha256 }: StoredPart) {
  return db.execute('lake.finish-part')(sql`
    with finished as (
      update lake_parts set size_bytes = ${size_bytes}::bigint, sha256 = ${sha256}, written_at = clock_timestamp()
      where part = ${part} and written_at is null
      returning kind, version_to, rows, size_bytes
    )
    update lake_progress p
    set written_through = case f.kind when 'changes' then greatest(p.written_through, f.version_to) else p.written_through end,
      parts = p.parts + 1, rows = p.rows + f.rows, size_bytes = p.size_bytes + f.size_bytes
    from finished f`);
}

/** A written part. */
export interface PartRow extends StoredPart {
  part: string;
  kind: PartKind;
  day: string;
  rows: number;
  content_hash: string;
  version_from: Instant;
  version_to: Instant;
}

export interface PartFilter {
  kinds: PartKind[] | null;
  /** Days, both inclusive. */
  from: string | null;
  to: string | null;
}

/** Facts about the whole lake that accompany each page of parts. */
export interface LakeHeader {
  total: string;
  written_through: Instant | null;
  complete_from: Instant | null;
}

export type PartPageRow = LakeHeader & (PartRow | { part: null });

const PART_ROW = sql`
  p.part, p.kind, p.day::text as day, p.rows, p.content_hash, p.size_bytes::float8 as size_bytes, p.sha256,
  ${selectInstant('p.version_from')} as version_from, ${selectInstant('p.version_to')} as version_to`;

/**
 * One page of written parts, oldest first, after the given one: at most `limit` PartPageRow rows; an empty page is
 * one row of nulls with the header.
 */
export function listParts(
  db: Db,
  request: {
    filter: PartFilter;
    limit: number;
    offset: number;
    after: { version_to: Instant; part: string } | null;
  },
) {
  const { filter, limit, offset, after } = request;
  return db.execute<PartPageRow>('lake.page')(sql`
    select total.total, ${selectInstant('g.written_through')} as written_through,
      ${selectInstant('g.complete_from')} as complete_from, page.*
    from (select count(*) as total from lake_parts p where ${conditions(filter)}) total
    left join lake_progress g on true
    left join (
      select ${PART_ROW} from lake_parts p
      where ${conditions(filter)}
        and ${after === null ? sql`true` : sql`(p.version_to, p.part) > (${after.version_to}::timestamptz, ${after.part})`}
      order by p.version_to, p.part
      limit ${limit}::int offset ${offset}::int
    ) page on true
    order by page.version_to, page.part`);
}

function conditions({ kinds, from, to }: PartFilter): SQL {
  return sql.join(
    [
      sql`p.written_at is not null`,
      ...(kinds ? [sql`p.kind = any(${sql.param(kinds)}::text[])`] : []),
      ...(from ? [sql`p.day >= ${from}::date`] : []),
      ...(to ? [sql`p.day <= ${to}::date`] : []),
    ],
    sql` and `,
  );
}

/** One written part by its name: one PartRow, or none. */
export function findPart(db: Db, part: string) {
  return db.execute<PartRow>('lake.find-part')(
    sql`select ${PART_ROW} from lake_parts p where p.part = ${part} and p.written_at is not null`,
  );
}
