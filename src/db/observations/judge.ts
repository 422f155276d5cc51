import { type SQL, sql } from 'drizzle-orm';
import { type BatchRow, type FarRow, SERIES_RATIO_MAX } from '../../domain/batch.ts';
import { FIGURES } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { columnList } from '../sql/column-list.ts';
import { instantText } from '../sql/instant-text.ts';
import { inputRows } from './batch-rows.ts';

/** The origin of a batch: the same for each of its rows. */
export interface BatchOrigin {
  source: string;
  run_id: number;
  raw_payload_id: number;
  fetched_at: Instant;
  normalizer_version: number;
  /** The beat of its spot rows: see domain/beat.ts. */
  beat_seconds: number;
  /** Set if a payload comes in several batches: a key may then occur again in a later one. */
  in_batches: boolean;
  /** Set for history: it fills gaps, and never replaces a polled row. */
  fills_only?: boolean;
}

/** The tape's verdict on a batch that is not loaded; rows that are not named have no verdict. */
export interface JudgedRow {
  older: string[] | null;
  conflicting: string[] | null;
  duplicate: string[] | null;
  /** The first record that is far from the stored row of its series. */
  far: FarRow | null;
  /** The number of such records, and the number of records with a stored row. */
  far_count: string;
  met_count: string;
}

/** Judges a batch like loadObservations, and changes nothing: one JudgedRow of pointers. For dry runs. */
export function judgeObservations(db: Db, origin: BatchOrigin, rows: BatchRow[]) {
  const pointers = (verdict: 'older' | 'conflicting' | 'duplicate') =>
    sql`array_agg(pointer) filter (where verdict = ${verdict}) as ${sql.raw(verdict)}`;
  return db.execute<JudgedRow>('observations.judge')(sql`
    with ${inputRows(origin.source, rows)},
    judged as (${judgedRows(origin, sql`i.repeat is not distinct from 'sighted'`)}),
    met as (${MET_ROWS})
    select ${pointers('older')}, ${pointers('conflicting')}, ${pointers('duplicate')}, (${FAR_ROW}) as far,
      count(*) filter (where verdict = 'far') as far_count, count(*) filter (where verdict <> 'new') as met_count
    from judged`);
}

// The rows that are not new: few or none in most batches, and most of the effects are theirs alone.
export const MET_ROWS = sql`
  select verdict, listing_id, kind, observed_at, price_usd, pointer, old_revision, old_raw_payload_id
  from judged
  where verdict <> 'new'`;

// The first record of a file that is far from the stored row of its series: a FarRow as JSON.
export const FAR_ROW = sql`
  select json_build_object('pointer', j.pointer, 'external_id', l.external_id,
    'observed_at', ${instantText('j.observed_at')}, 'said', j.price_usd::text, 'stored', o.price_usd::text)
  from met j
  join listings l on l.id = j.listing_id
  join observations o on (o.listing_id, o.kind, o.observed_at, o.revision)
    = (j.listing_id, j.kind, j.observed_at, j.old_revision)
  where j.verdict = 'far'
  order by substring(j.pointer from '^bytes=([0-9]+)')::bigint
  limit 1`;
const IS_FAR = sql.raw(
  `i.price_usd > 0 and o.price_usd > 0
    and (i.price_usd > ${SERIES_RATIO_MAX} * o.price_usd or o.price_usd > ${SERIES_RATIO_MAX} * i.price_usd)`,
);

const INPUT_FIGURES = columnList(FIGURES, 'i');
const KNOWN_FIGURES = columnList(FIGURES, 'o');

// Each number of a file is the known number, or that number rounded to the digits of the file; a tie may be rounded
// either way. What a file leaves open says nothing against a known number.
const IS_ROUNDED = sql.join(
  FIGURES.map((name) => {
    const [said, known] = [sql.raw(`i.${name}`), sql.raw(`o.${name}`)];
    return sql`(${said} is null or ${said} = ${known}
      or abs(${said} - ${known}) = abs(round(${known}, scale(${said})) - ${known}))`;
  }),
  sql` and `,
);

// The newest revision of the key decides. A superseded one was withdrawn, so the key is free again. numeric
// equality: 1.0 is 1.00. A rounded copy never replaces the digits that it was rounded from. The first record of a
// key wins within a payload. Between payloads only one fetched later may change known values, and history that
// fills gaps never changes polled ones.
export const judgedRows = (origin: BatchOrigin, sighted = sightedBefore(origin)): SQL => sql`
  select case
      when i.repeat = 'agrees' and not o.own then 'duplicate'
      when i.repeat = 'differs' and not o.own then 'conflicting'
      when o.revision is null or o.superseded_at is not null then 'new'
      when ${origin.fills_only ?? false}::boolean and not 'backfill' = any(o.flags) then 'duplicate'
      when (${INPUT_FIGURES}) is not distinct from (${KNOWN_FIGURES}) then 'duplicate'
      ${origin.in_batches ? sql`when ${IS_ROUNDED} then 'duplicate'` : sql``}
      when o.own then 'conflicting'
      ${origin.in_batches ? sql`when ${IS_FAR} then 'far'` : sql``}
      when ${origin.fetched_at}::timestamptz
        > (select p.fetched_at from raw_payloads p where p.id = o.raw_payload_id) then 'changed'
      else 'older'
    end as verdict,
    i.*, o.revision as old_revision, o.known_at as old_known_at, o.raw_payload_id as old_raw_payload_id,
    o.flags as old_flags
  from input i
  left join lateral (
    select o.* from observations o
    where i.is_covered and o.listing_id = i.listing_id and o.kind = i.kind and o.observed_at = i.observed_at
    order by o.revision desc
    limit 1
  ) last on true
  cross join lateral (
    -- "own": the payload itself has settled this key in an earlier batch
    select last.*, case when last.superseded_at is not null or last.revision is null then false
      else last.raw_payload_id = ${origin.raw_payload_id}::bigint or ${sighted} end as own
  ) o`;

// A record that repeated a value of an older payload has no row, but still was the first of its key.
const sightedBefore = (origin: BatchOrigin): SQL =>
  origin.in_batches
    ? sql`exists (
        select from upload_sightings s
        where s.raw_payload_id = ${origin.raw_payload_id}::bigint and s.listing_id = i.listing_id
          and s.kind = i.kind and s.observed_at = i.observed_at)`
    : sql`false`;
