import { sql } from 'drizzle-orm';
import type { Anomaly } from '../../domain/anomaly.ts';
import { BEATS, ON_TIME_SECONDS_MAX } from '../../domain/beat.ts';
import type { Db } from '../client.ts';
import { newestBeat } from '../observations/beat.ts';

/** A price that rose above N times, or fell below 1/N of, its previous value. */
const MOVE = 1.5;
const COINS_NAMED = 5;
/** No run lasts longer. This bound lets an index find the rows of a run. */
const RUN_MAX = sql`interval '20 minutes'`;

/**
 * Stores the anomalies of a run: those of its replies, and prices that moved by half or more since the previous
 * observation. A price counts if another source, on time at that moment, is nearer to the previous price. Reads
 * only the rows of the run.
 */
export function keepAnomalies(db: Db, run: { id: number; source: string }, found: Anomaly[]) {
  return db.execute('observations.keep-anomalies')(sql`
    with fresh as materialized (
      select s.external_id, s.asset_id, o.listing_id, o.observed_at, o.price_usd
      from observations o join listings s on s.id = o.listing_id
      where o.source = ${run.source} and o.kind = 'spot' and o.known_at >= now() - ${RUN_MAX}
        and o.run_id = ${run.id}::bigint and o.superseded_at is null and o.price_usd > 0
        and s.asset_id is not null and not o.flags && '{stale,backfill}'::text[]
    ), apart as materialized (
      select f.*, other.price_usd as other_usd
      from fresh f
      cross join lateral (
        select l.price_usd
        from listings s join latest_observations l on l.listing_id = s.id
        where s.asset_id = f.asset_id and s.source <> ${run.source} and s.source <> 'csv' and l.price_usd > 0
          and l.observed_at >= f.observed_at
            - make_interval(secs => least(${newestBeat('l')}::bigint * ${BEATS}::int, ${ON_TIME_SECONDS_MAX}::int))
        order by l.observed_at desc limit 1
      ) other
      where greatest(f.price_usd / other.price_usd, other.price_usd / f.price_usd) >= ${MOVE}::numeric
    ), moved as (
      select a.external_id, a.price_usd, a.other_usd, earlier.price_usd as earlier_usd
      from apart a
      cross join lateral (
        select o.price_usd from observations o
        where o.listing_id = a.listing_id and o.kind = 'spot' and o.observed_at < a.observed_at
          and o.superseded_at is null and o.price_usd > 0
        order by o.observed_at desc limit 1
      ) earlier
      where greatest(a.price_usd / earlier.price_usd, earlier.price_usd / a.price_usd) >= ${MOVE}::numeric
        and greatest(earlier.price_usd / a.other_usd, a.other_usd / earlier.price_usd)
          < greatest(a.price_usd / a.other_usd, a.other_usd / a.price_usd)
    ), told as (
      select count(*) as coins, string_agg(told, ', ' order by external_id) filter (where place <= ${COINS_NAMED}::int) as named
      from (
        select external_id, row_number() over (order by external_id) as place,
          format('%s from %s to %s (other source: %s)', external_id, earlier_usd, price_usd, other_usd) as told
        from moved
      ) each
    )
    update runs
    set anomalies = ${JSON.stringify(found)}::jsonb || coalesce((
      select jsonb_build_array(jsonb_build_object('code', 'price_move', 'endpoint', null, 'message',
        format('%s %s that the other source does not show: %s%s', coins,
          case when coins = 1 then 'price moved in a way' else 'prices moved in a way' end, named,
          case when coins > ${COINS_NAMED}::int then ' …' else '.' end)))
      from told where coins > 0), '[]')
    where id = ${run.id}::bigint`);
}
