import { type SQL, sql } from 'drizzle-orm';
import {
  BEAT_SECONDS_MAX,
  FILE_BEAT_SECONDS,
  PERIOD_SECONDS,
  THINNED_SECONDS,
  UNKNOWN_BEAT_SECONDS,
} from '../../domain/beat.ts';

/** The SQL columns of row `o` of observations and of its listing `l` that the beat needs. */
interface RowColumns {
  row: string;
  external_id: string;
}

/**
 * The beat in seconds of row `o` of observations with the listing `l`. domain/beat.ts has the same rule in
 * TypeScript, with its reasons. Each lookup finds one row by its key.
 */
export const beatOf = ({ row, external_id }: RowColumns = { row: 'o', external_id: 'l.external_id' }): SQL =>
  sql`(case when ${sql.raw(row)}.kind = 'bar_close' then ${periodBeat(external_id)} else ${spotBeat(row)} end)`;

/** The same for a known spot row: an `int`, without reading its listing. */
export const spotBeat = (row: string): SQL => sql`(
  case when ${sql.raw(row)}.source = 'csv' then ${fileBeat(row)}
    else greatest(${polledBeat(row)}, ${thinnedBeat(row)}) end)`;

/** The same for row `o` of latest_observations, which stores the beat unless a former release wrote the row. */
export const newestBeat = (row: string): SQL => sql`coalesce(
  greatest(${sql.raw(row)}.beat_seconds, case when ${sql.raw(row)}.beat_seconds is not null then ${thinnedBeat(row)} end),
  (select ${spotBeat('k')} from observations k
   where k.listing_id = ${sql.raw(row)}.listing_id and k.kind = 'spot' and k.observed_at = ${sql.raw(row)}.observed_at
     and k.revision = ${sql.raw(row)}.revision))`;

/** The same without the effect of thinning: the beat when the row was loaded. */
export const firstBeat = (row: string): SQL => sql`(
  case when ${sql.raw(row)}.source = 'csv' then ${fileBeat(row)} else ${polledBeat(row)} end)`;

const fileBeat = (row: string): SQL => sql`least(coalesce(
  (select (u.plan->>'beat_seconds')::numeric from uploads u where u.run_id = ${sql.raw(row)}.run_id),
  ${FILE_BEAT_SECONDS}::int), ${BEAT_SECONDS_MAX}::int)::int`;

const polledBeat = (row: string): SQL => sql`coalesce((
  select coalesce(p.beat_seconds, case when not 'backfill' = any(${sql.raw(row)}.flags) then (
    select c.every_minutes * 60 from checkpoints c where c.source = p.source and c.endpoint = p.endpoint) end)
  from raw_payloads p where p.id = ${sql.raw(row)}.raw_payload_id), ${UNKNOWN_BEAT_SECONDS}::int)`;

/** The thinning unit at the position of a row, in seconds; null if nothing was thinned there. */
export const thinnedBeat = (row: string): SQL => sql`(
  select case min(t.unit) when 'day' then ${THINNED_SECONDS.day}::int when 'hour' then ${THINNED_SECONDS.hour}::int end
  from thinnings t
  where t.source = ${sql.raw(row)}.source and ${sql.raw(row)}.observed_at < t.horizon
    and ${sql.raw(row)}.known_at <= t.horizon and not 'after_thinning' = any(${sql.raw(row)}.flags))`;

const periodBeat = (external_id: string): SQL => sql`(
  select m[1]::bigint * case m[2] ${sql.join(
    Object.entries(PERIOD_SECONDS).map(([unit, seconds]) => sql`when ${unit} then ${seconds}::int `),
  )} end
  from regexp_match(${sql.raw(external_id)}, ${PERIOD}) m)`;

/** Whether an external id of bars contains their period. */
export const hasPeriod = (external_id: string): SQL => sql`${sql.raw(external_id)} ~ ${PERIOD}`;

const PERIOD = sql.raw(`':(\\d{1,3})(mo|m|h|d|w)$'`);
