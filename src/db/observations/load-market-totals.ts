import { sql } from 'drizzle-orm';
import type { MarketTotals } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { closeStamped } from '../tape/version.ts';
import type { BatchOrigin } from './judge.ts';
import type { LoadedRow } from './load.ts';

/**
 * Loads one reading of the whole market by the rule of observations: an equal reading is a duplicate; a different
 * value from a later payload supersedes. It counts itself in the run. Returns one LoadedRow.
 */
export function loadMarketTotals(db: Db, origin: BatchOrigin, totals: MarketTotals) {
  return db.execute<LoadedRow>('observations.load-market-totals')(sql`
    with input as (
      select ${totals.observed_at}::timestamptz as observed_at, ${totals.market_cap_usd}::numeric as market_cap_usd,
        ${totals.volume_24h_usd}::numeric as volume_24h_usd,
        ${totals.bitcoin_dominance_percent}::numeric as bitcoin_dominance_percent,
        ${totals.market_cap_change_24h_percent}::numeric as market_cap_change_24h_percent,
        ${totals.assets_count}::int as assets_count
    ), judged as (
      select i.*, m.revision as old_revision,
        case
          when m.revision is null or m.superseded_at is not null then 'new'
          when (i.market_cap_usd, i.volume_24h_usd, i.bitcoin_dominance_percent,
                i.market_cap_change_24h_percent, i.assets_count)
            is not distinct from (m.market_cap_usd, m.volume_24h_usd, m.bitcoin_dominance_percent,
                m.market_cap_change_24h_percent, m.assets_count) then 'duplicate'
          when ${origin.fetched_at}::timestamptz > p.fetched_at then 'changed'
          else 'older'
        end as verdict
      from input i
      left join lateral (
        select * from market_totals m
        where m.source = ${origin.source} and m.observed_at = i.observed_at
        order by m.revision desc limit 1
      ) m on true
      left join raw_payloads p on p.id = m.raw_payload_id
    ), superseded as (
      update market_totals m set superseded_at = v.next_version
      from judged j cross join tape_version v
      where j.verdict = 'changed' and m.source = ${origin.source} and m.observed_at = j.observed_at
        and m.revision = j.old_revision
    ), inserted as (
      insert into market_totals (source, observed_at, revision, known_at, market_cap_usd, volume_24h_usd,
        bitcoin_dominance_percent, market_cap_change_24h_percent, assets_count, raw_payload_id, pointer,
        run_id, normalizer_version, flags)
      select ${origin.source}, j.observed_at, coalesce(j.old_revision, 0) + 1, v.next_version, j.market_cap_usd,
        j.volume_24h_usd, j.bitcoin_dominance_percent, j.market_cap_change_24h_percent, j.assets_count,
        ${origin.raw_payload_id}::bigint, ${totals.pointer}, ${origin.run_id}::bigint,
        ${origin.normalizer_version}::smallint, ${sql.param(totals.flags)}::text[]
      from judged j cross join tape_version v
      where j.verdict in ('new', 'changed')
      returning revision
    ), rejected as (
      insert into rejects (source, run_id, raw_payload_id, pointer, code, message, raw, rejected_at)
      select ${origin.source}, ${origin.run_id}::bigint, ${origin.raw_payload_id}::bigint, ${totals.pointer},
        'older_payload', 'A payload fetched later already gave another value for this instant.', '',
        clock_timestamp()
      from judged where verdict = 'older'
      on conflict (raw_payload_id, pointer) do nothing
    ), version as (${closeStamped('totals', sql`exists (select from inserted)`)})
    update runs r
    set rows_read = rows_read + 1,
      rows_inserted = rows_inserted + (j.verdict in ('new', 'changed'))::int,
      rows_duplicate = rows_duplicate + (j.verdict = 'duplicate')::int,
      rows_rejected = rows_rejected + (j.verdict = 'older')::int
    from judged j
    where r.id = ${origin.run_id}::bigint
    returning (j.verdict in ('new', 'changed'))::int::bigint as inserted,
      (j.verdict = 'duplicate')::int::bigint as duplicate, (j.verdict = 'older')::int::bigint as rejected,
      null as rejected_pointers`);
}
