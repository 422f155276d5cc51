import { type SQL, sql } from 'drizzle-orm';
import { PAGE_FACTS, SPOT_FIGURES } from '../../domain/figures.ts';
import { addToCandles, markStale, type NewTicks, settleCandles } from '../candles/follow.ts';
import type { Db } from '../client.ts';
import type { latestObservations } from '../schema/observations.ts';
import { columnList, everyColumn } from '../sql/column-list.ts';
import { NEXT_VERSION } from '../tape/version.ts';
import { spotBeat } from './beat.ts';

// The tables that follow the observations: counts, candles and newest rows. Every statement that changes rows
// describes its changes here, so the rules for these tables are written once.

/** The effects of a statement on the rows of the tape. */
export interface Changes {
  /**
   * A `from` clause with rows `t` per listing and kind: `listing_id, kind, source`; the number of current rows
   * (`observations`) and `revisions` that the tape gains (below zero if it loses some); and their range of instants
   * (`first_observed_at, last_observed_at`).
   */
  counts: SQL;
  /** Spot rows for instants that were free; null if there are none. */
  added: NewTicks | null;
  /** Spot rows that were lost or changed: a table expression with `listing_id, observed_at`. */
  altered: SQL;
}

/**
 * CTEs that apply the changes of the surrounding statement to counts and candles. A later statement of its
 * transaction settles altered rows: settleCandles, or settleAltered if they may include newest rows.
 */
export const follow = ({ counts, added, altered }: Changes): SQL => sql`
  counted as (${countListings(counts)}),
  source_counted as (${countSources(counts)}),
  ${added === null ? sql`` : sql`${addToCandles(added)},`}
  candles_stale as (${markStale(altered)})`;

const countListings = (counts: SQL): SQL => sql`
  insert into counts as c (listing_id, kind, source, observations, revisions,
    first_observed_at, last_observed_at, first_known_at, changed_at)
  select t.listing_id, t.kind, t.source, t.observations, t.revisions,
    t.first_observed_at, t.last_observed_at, ${NEXT_VERSION}, ${NEXT_VERSION}
  ${counts}
  on conflict (listing_id, kind) do update
  set observations = c.observations + excluded.observations, revisions = c.revisions + excluded.revisions,
    changed_at = excluded.changed_at,
    -- bounds of rows that were all withdrawn bound nothing
    first_observed_at = least(case when c.observations > 0 then c.first_observed_at end, excluded.first_observed_at),
    last_observed_at = greatest(case when c.observations > 0 then c.last_observed_at end, excluded.last_observed_at)`;

const countSources = (counts: SQL): SQL => sql`
  insert into source_counts as c (source, kind, observations, revisions, last_observed_at, changed_at)
  select t.source, t.kind, sum(t.observations), sum(t.revisions), max(t.last_observed_at), ${NEXT_VERSION}
  ${counts}
  group by t.source, t.kind
  on conflict (source, kind) do update
  set observations = c.observations + excluded.observations, revisions = c.revisions + excluded.revisions,
    last_observed_at = greatest(c.last_observed_at, excluded.last_observed_at), changed_at = excluded.changed_at`;

type LatestRow = typeof latestObservations.$inferInsert;

const READING = ['observed_at', 'revision', 'known_at', ...SPOT_FIGURES, 'flags'] as const;
const LATEST_COLUMNS = everyColumn<LatestRow>()([
  'listing_id',
  'source',
  ...READING,
  'beat_seconds',
  ...PAGE_FACTS,
]);

const ALL = columnList(LATEST_COLUMNS);
const TAKEN = columnList([...READING, ...PAGE_FACTS]);
// A known reading keeps its form everywhere, to the last digit. It also keeps its beat, which comes from its
// payload.
const NEWER = [...READING, 'beat_seconds'].map((column) =>
  sql.raw(`case when (excluded.observed_at, excluded.revision) > (l.observed_at, l.revision)
    then excluded.${column} else l.${column} end`),
);
const NEW_PAGE_FACTS = columnList(PAGE_FACTS, 'excluded');
const OLD_PAGE_FACTS = columnList(PAGE_FACTS, 'l');

/**
 * Body of a CTE that makes the last of a listing's readings its newest row, if it is newer. `from` is a clause that
 * ends in an order, with the last reading of each listing first. A known reading may have other page facts.
 */
export const takeReadings = (reading: Record<keyof LatestRow, SQL>, from: SQL): SQL => sql`
  insert into latest_observations as l (${ALL})
  select distinct on (${reading.listing_id}) ${sql.join(
    LATEST_COLUMNS.map((column) => reading[column]),
    sql`, `,
  )}
  ${from}
  on conflict (listing_id) do update
  set (${columnList([...READING, 'beat_seconds', ...PAGE_FACTS])}) = (${sql.join(NEWER, sql`, `)}, ${NEW_PAGE_FACTS})
  where (excluded.observed_at, excluded.revision) > (l.observed_at, l.revision)
    or ((excluded.observed_at, excluded.revision) = (l.observed_at, l.revision)
      and (${NEW_PAGE_FACTS}) is distinct from (${OLD_PAGE_FACTS}))
  returning l.listing_id`;

/**
 * Statements that update newest rows and candles after follow() marked rows as altered in this transaction. Page
 * facts belong to one reading: with another reading they would be wrong until the next poll. They are `kept` if its
 * record was only read again, and `forgotten` if the record was withdrawn.
 */
export const settleAltered = (db: Db, pageFacts: 'kept' | 'forgotten') =>
  [
    db.execute('observations.renew-latest')(renewLatest(pageFacts)),
    db.execute('observations.drop-latest')(dropLatest),
    settleCandles(db),
  ] as const;

const ALTERED = sql`select distinct listing_id from stale_candles`;
const RENEWED = columnList(['listing_id', 'source', ...READING]);

const renewLatest = (pageFacts: 'kept' | 'forgotten'): SQL => sql`
  insert into latest_observations as l (${RENEWED}, beat_seconds)
  select ${columnList(['listing_id', 'source', ...READING], 'o')}, ${spotBeat('o')}
  from (${ALTERED}) a
  cross join lateral (
    select * from observations o
    where o.listing_id = a.listing_id and o.kind = 'spot' and o.superseded_at is null
    order by o.observed_at desc
    limit 1
  ) o
  on conflict (listing_id) do update
  set (${TAKEN}, beat_seconds)
    = (${columnList(READING, 'excluded')}, ${FORMER_PAGE_FACTS[pageFacts]}, excluded.beat_seconds)
  where (l.observed_at, l.revision) is distinct from (excluded.observed_at, excluded.revision)`;

const FORMER_PAGE_FACTS = {
  kept: sql.raw(
    PAGE_FACTS.map((fact) => `case when l.observed_at = excluded.observed_at then l.${fact} end`).join(', '),
  ),
  forgotten: sql.raw(PAGE_FACTS.map(() => 'null').join(', ')),
};

const dropLatest = sql`
  delete from latest_observations l
  using (${ALTERED}) a
  where l.listing_id = a.listing_id and not exists (
    select from observations o
    where o.listing_id = a.listing_id and o.kind = 'spot' and o.superseded_at is null)`;
