import { sql } from 'drizzle-orm';
import type { Deps } from '../../src/deps.ts';

const NOTHING_REMOVED = sql`(select rows_removed from retention) = 0`;

/** Rules that hold for a tape after any event; each query finds violations. */
const BROKEN = {
  'a key has two current rows': sql`
    select listing_id from observations where superseded_at is null group by listing_id, kind, observed_at having count(*) > 1`,
  'a row was superseded at another instant than its successor came': sql`
    select o.listing_id from observations o join observations n on (n.listing_id, n.kind, n.observed_at, n.revision)
      = (o.listing_id, o.kind, o.observed_at, o.revision + 1)
    where o.superseded_at > n.known_at or (o.superseded_at is null)`,
  'revisions have a hole': sql`
    select listing_id from observations where ${NOTHING_REMOVED}
    group by listing_id, kind, observed_at having max(revision) <> count(*)`,
  'known_at falls where revisions rise': sql`
    select o.listing_id from observations o join observations n on (n.listing_id, n.kind, n.observed_at, n.revision)
      = (o.listing_id, o.kind, o.observed_at, o.revision + 1) where n.known_at <= o.known_at`,
  'the tape is older than its rows': sql`
    select 1 from tape_version where version < (select max(greatest(known_at, superseded_at)) from observations)`,
  'a listing changed at an instant that is none of the tape': sql`
    select id from listing_events where version > (select version from tape_version)`,
  'the last event of a listing tells it otherwise': sql`
    select l.id from listings l cross join lateral (
      select * from listing_events e
      where e.listing_id = l.id and e.event in ('seen', 'relabelled', 'remapped') order by e.id desc limit 1) e
    where (e.asset_after, e.symbol_after, e.name_after) is distinct from (l.asset_id, l.symbol, l.name)`,
  'counters of a run do not add up': sql`
    select id from runs where rows_read <> rows_inserted + rows_duplicate + rows_rejected`,
  'a run inserted other than it counted': sql`
    select r.id from runs r
    where ${NOTHING_REMOVED} and r.withdrawn_at is null and not exists (select from runs w where w.withdraw_reason is not null)
      and r.trigger <> 'dry_run' and r.rows_inserted <>
        (select count(*) from observations o where o.run_id = r.id) + (select count(*) from market_totals m where m.run_id = r.id)
        + (select coalesce(sum(cardinality(q.currencies)), 0) from rates q where q.run_id = r.id)`,
  'counts differ from the rows': sql`
    select c.listing_id from counts c join lateral (
      select count(*) as revisions, count(*) filter (where superseded_at is null) as observations
      from observations o where (o.listing_id, o.kind) = (c.listing_id, c.kind)) o on true
    where (c.observations, c.revisions) <> (o.observations, o.revisions)`,
  'counts per source differ from the rows': sql`
    select c.source from source_counts c join lateral (
      select sum(observations) as observations, sum(revisions) as revisions from counts k
      where (k.source, k.kind) = (c.source, c.kind)) k on true
    where (c.observations, c.revisions) <> (k.observations, k.revisions)`,
  'the newest row is another': sql`
    select l.listing_id from latest_observations l join lateral (
      select observed_at, revision from observations o
      where o.listing_id = l.listing_id and o.kind = 'spot' and o.superseded_at is null
      order by observed_at desc limit 1) o on true
    where (l.observed_at, l.revision) <> (o.observed_at, o.revision)`,
  'a current spot row has no newest row': sql`
    select listing_id from observations where kind = 'spot' and superseded_at is null
    except select listing_id from latest_observations`,
  'calls were made that were not counted': sql`
    select source from raw_payloads p where source <> 'csv' group by source
    having count(*) > coalesce((select sum(calls) from call_ledger l where l.source = p.source and l.period = 'month'), 0)`,
  'a refused record has lost its text': sql`select pointer from rejects where raw = ''`,
} as const;

/** The names of the violated rules. */
export async function brokenInvariants({ db }: Deps): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(BROKEN).map(async ([name, query]) => {
      const rows = await db.execute<object>('test.raw')(sql`select * from (${query}) as q limit 3`);
      return rows.length > 0 ? [`${name}: ${JSON.stringify(rows)}`] : [];
    }),
  );
  return found.flat();
}
