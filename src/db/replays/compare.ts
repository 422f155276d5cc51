import { type SQL, sql } from 'drizzle-orm';
import { FIGURES } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Observation } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { isThinnedAway } from '../retention/horizon.ts';
import { columnList } from '../sql/column-list.ts';

/** The payload to read again, and, for a file, the part that was read, in bytes. */
export interface ReplayOrigin {
  replay_id: number;
  source: string;
  raw_payload_id: number;
  fetched_at: Instant;
  /** Null for a reply, which is read in one piece. */
  range: { from_byte: number; to_byte: number } | null;
}

type Column = (row: Observation) => string | null;
const COLUMNS: [name: string, type: string, read: Column][] = [
  ['external_id', 'text', (row) => row.external_id],
  ['symbol', 'text', (row) => row.symbol],
  ['name', 'text', (row) => row.name],
  ['kind', 'text', (row) => row.kind],
  ['observed_at', 'timestamptz', (row) => row.observed_at],
  ...FIGURES.map((figure): [string, string, Column] => [figure, 'numeric', (row) => row[figure]]),
  ['flags', 'text', (row) => row.flags.join('|')],
  ['pointer', 'text', (row) => row.pointer],
];
const FIGURE_LIST = columnList(FIGURES);
const figures = (table: string): SQL => columnList(FIGURES, table);

/**
 * Compares the present rows of a payload with its former ones and stores the differences: `changed`, `new`, and
 * `gone` for rows that nothing gives any more. The rules are those of a load, so the same code finds no difference:
 * only current rows can differ, the payload fetched last wins, and the first record of a key counts. The rows must
 * be the first of their keys within the batch. Adds to the replay's counts. Returns the number of rows per verdict.
 */
export function compareRows(db: Db, origin: ReplayOrigin, rows: Observation[]) {
  return db.execute<{ verdict: string; rows: string }>('replays.compare')(sql`
    with input as (${inputRows(rows)}),
    judged as (${judged(origin)}),
    gone as (${gone(origin)}),
    kept as (${keepDifferences(origin)}),
    lost as (${keepGone(origin)}),
    ${origin.range === null ? sql`` : sql`sighted as (${sight(origin)}),`}
    counted as (
      update replays
      set rows_unchanged = rows_unchanged + (select count(*) from judged where verdict = 'unchanged'),
        rows_skipped = rows_skipped + (select count(*) from judged where verdict = 'skipped')
      where id = ${origin.replay_id}::bigint
    )
    select verdict, count(*) as rows from judged group by verdict`);
}

function inputRows(rows: Observation[]): SQL {
  const arrays = COLUMNS.map(([, type, read]) => sql`${sql.param(rows.map(read))}::${sql.raw(type)}[]`);
  return sql`select * from unnest(${sql.join(arrays, sql`, `)}) as i (${sql.raw(COLUMNS.map(([name]) => name).join(', '))})`;
}

// "cur" is the newest revision of the key, "d" the row by which this replay would replace it because of an older
// payload.
const judged = (origin: ReplayOrigin): SQL => sql`
  select i.*, cur.revision, ${isFlagged(origin)} as is_anomaly,
    case
      when cur.superseded_at is not null or cur.past_own then 'skipped'
      when cur.revision is null and i.kind = 'spot' and ${isThinned(origin)} then 'skipped'
      when cur.own and cur.pointer <> i.pointer then 'skipped'
      when cur.own then case
        when (${figures('i')}) is not distinct from (${figures('cur')}) and ${sameFlags(origin)} then 'unchanged'
        else 'changed' end
      when d.change in ('changed', 'new') then case
        when (${figures('i')}) is not distinct from (${figures('d')}) then 'unchanged'
        when ${sightedBefore(origin)} or ${origin.fetched_at}::timestamptz <= dp.fetched_at then 'skipped'
        else d.change end
      when cur.revision is null then 'new'
      when (${figures('i')}) is not distinct from (${figures('cur')}) then case
        when d.change = 'gone' then 'changed' else 'unchanged' end
      when ${sightedBefore(origin)} or ${origin.fetched_at}::timestamptz <= cp.fetched_at then 'skipped'
      when d.change = 'gone' or ${wasRefused(origin)} then 'changed'
      else 'skipped'
    end as verdict
  from input i
  left join listings l on l.source = ${origin.source} and l.external_id = i.external_id
  left join lateral (
    select o.*, o.raw_payload_id = ${origin.raw_payload_id}::bigint as own,
      o.raw_payload_id <> ${origin.raw_payload_id}::bigint and exists (
        select from observations e
        where e.listing_id = l.id and e.kind = i.kind and e.observed_at = i.observed_at
          and e.raw_payload_id = ${origin.raw_payload_id}::bigint
      ) as past_own
    from observations o
    where o.listing_id = l.id and o.kind = i.kind and o.observed_at = i.observed_at
    order by o.revision desc
    limit 1
  ) cur on true
  left join raw_payloads cp on cp.id = cur.raw_payload_id
  left join replay_differences d on d.replay_id = ${origin.replay_id}::bigint and d.source = ${origin.source}
    and d.external_id = i.external_id and d.kind = i.kind and d.observed_at = i.observed_at
  left join raw_payloads dp on dp.id = d.raw_payload_id`;

const isThinned = ({ source }: ReplayOrigin): SQL =>
  isThinnedAway(sql`${source}`, sql`l.id`, 'i.observed_at');

// The flags that come from the bytes and not from the state of the tape.
const ownFlags = (flags: SQL, { source }: ReplayOrigin): SQL => {
  const ofTape = ['sandbox', 'after_thinning', ...(source === 'csv' ? [] : ['anomaly'])];
  return sql`(select coalesce(array_agg(f order by f), '{}') from unnest(${flags}) f
    where f <> all(${sql.param(ofTape)}::text[]))`;
};
const sameFlags = (origin: ReplayOrigin): SQL =>
  sql`${ownFlags(sql`string_to_array(i.flags, '|')`, origin)} = ${ownFlags(sql`cur.flags`, origin)}`;

// A polled row got this flag when it was loaded; reading its bytes again does not change that.
const isFlagged = ({ source }: ReplayOrigin): SQL =>
  source === 'csv' ? sql`false` : sql`coalesce('anomaly' = any(cur.flags), false)`;

// A record that only repeated known values left no row to compare with. A rejected record is read now.
const wasRefused = (origin: ReplayOrigin): SQL => sql`exists (
  select from rejects j
  where j.raw_payload_id = ${origin.raw_payload_id}::bigint and j.pointer = i.pointer
    and j.code not in ('older_payload', 'conflicting_record'))`;

const sightedBefore = ({ range, replay_id, raw_payload_id }: ReplayOrigin): SQL =>
  range === null
    ? sql`false`
    : sql`exists (
        select from replay_sightings s
        where s.replay_id = ${replay_id}::bigint and s.raw_payload_id = ${raw_payload_id}::bigint
          and s.external_id = i.external_id and s.kind = i.kind and s.observed_at = i.observed_at)`;

const sight = ({ replay_id, raw_payload_id }: ReplayOrigin): SQL => sql`
  insert into replay_sightings (replay_id, raw_payload_id, external_id, kind, observed_at)
  select ${replay_id}::bigint, ${raw_payload_id}::bigint, j.external_id, j.kind, j.observed_at
  from judged j left join listings l on l.source = 'csv' and l.external_id = j.external_id
  where j.verdict = 'unchanged' and not exists (
    select from observations o
    where o.listing_id = l.id and o.kind = j.kind and o.observed_at = j.observed_at
      and o.raw_payload_id = ${raw_payload_id}::bigint)
  on conflict do nothing`;

const gone = ({ source, raw_payload_id, range }: ReplayOrigin): SQL => sql`
  select l.external_id, l.symbol, l.name, o.kind, o.observed_at, o.revision, o.pointer
  from observations o join listings l on l.id = o.listing_id
  where o.raw_payload_id = ${raw_payload_id}::bigint and o.source = ${source} and o.superseded_at is null
    and ${
      range === null
        ? sql`true`
        : sql`substring(o.pointer from 'bytes=(\\d+)')::bigint >= ${range.from_byte}::bigint
      and substring(o.pointer from 'bytes=(\\d+)')::bigint < ${range.to_byte}::bigint`
    }
    and not exists (
      select from input i
      where i.external_id = l.external_id and i.kind = o.kind and i.observed_at = o.observed_at)`;

const keepDifferences = ({ replay_id, source, raw_payload_id }: ReplayOrigin): SQL => sql`
  insert into replay_differences as d (replay_id, source, external_id, kind, observed_at, change, revision,
    symbol, name, ${FIGURE_LIST}, flags, raw_payload_id, pointer)
  select ${replay_id}::bigint, ${source}, j.external_id, j.kind, j.observed_at, j.verdict, j.revision,
    j.symbol, j.name, ${figures('j')},
    string_to_array(j.flags, '|') || case when j.is_anomaly then '{anomaly}'::text[] else '{}' end,
    ${raw_payload_id}::bigint, j.pointer
  from judged j where j.verdict in ('changed', 'new')
  on conflict (replay_id, source, external_id, kind, observed_at) do update
  set (change, symbol, name, ${FIGURE_LIST}, flags, raw_payload_id, pointer)
    = (excluded.change, excluded.symbol, excluded.name, ${figures('excluded')}, excluded.flags,
       excluded.raw_payload_id, excluded.pointer)`;

const keepGone = ({ replay_id, source, raw_payload_id }: ReplayOrigin): SQL => sql`
  insert into replay_differences (replay_id, source, external_id, kind, observed_at, change, revision, symbol,
    name, raw_payload_id, pointer)
  select ${replay_id}::bigint, ${source}, g.external_id, g.kind, g.observed_at, 'gone', g.revision, g.symbol,
    g.name, ${raw_payload_id}::bigint, g.pointer
  from gone g
  on conflict do nothing`;
