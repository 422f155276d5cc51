import { sql } from 'drizzle-orm';
import type { SourceState } from '../../domain/health.ts';
import type { Db } from '../client.ts';
import { instantText, selectInstant } from '../sql/instant-text.ts';
import { isCounted } from './counted.ts';

/**
 * The state of each of these sources, in one statement: SourceState rows (domain/health) in the requested order.
 */
export function listSourceHealth(db: Db, sources: readonly string[]) {
  return db.execute<SourceState>('runs.health')(sql`
    select s.source, ${selectInstant('started.started_at')} as last_run_at,
      ${selectInstant('succeeded.finished_at')} as last_success_at,
      ended.id as ended_id, ended.status as ended_status, ${selectInstant('ended.finished_at')} as ended_at,
      ended.error_code, ended.error_message, ended.anomalies, ${selectInstant('u.ask_after')} as ask_after,
      u.slow_factor, ${selectInstant('u.quota_since')} as quota_since,
      (select min(c.every_minutes) from checkpoints c where c.source = s.source) as pace_minutes, lost.lost_fields,
      ${selectInstant('newest.observed_at')} as newest_at, ${selectInstant('newest.known_at')} as newest_known_at
    from unnest(${sql.param(sources)}::text[]) with ordinality as s (source, position)
    left join upstreams u on u.source = s.source
    left join lateral (
      select started_at from runs r
      where r.source = s.source and ${isCounted('r')} and r.started_at is not null
      order by r.started_at desc, r.id desc limit 1
    ) started on true
    left join lateral (
      select id, status, finished_at, error_code, error_message, anomalies from runs r
      where r.source = s.source and ${isCounted('r')} and r.started_at is not null and r.status in ('succeeded', 'partial', 'failed')
      order by r.started_at desc, r.id desc limit 1
    ) ended on true
    left join lateral (
      select finished_at from runs r
      where r.source = s.source and ${isCounted('r')} and r.started_at is not null and r.status in ('succeeded', 'partial')
      order by r.started_at desc, r.id desc limit 1
    ) succeeded on true
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('endpoint', f.contract, 'field', f.field, 'share', f.share,
          'usual_share', f.usual_share, 'is_essential', f.is_essential, 'lost_at', f.lost_at)
        order by f.contract, f.field), '[]') as lost_fields
      from (
        select l.contract, l.field, max(l.share) as share, min(l.usual_share) as usual_share,
          bool_or(l.is_essential) as is_essential, ${instantText('min(l.lost_at)')} as lost_at
        from lost_fields l where l.source = s.source
        group by l.contract, l.field
      ) f
    ) lost
    left join lateral (
      select k.last_observed_at as observed_at, (
        -- its first revision: another one may have come any time later
        select o.known_at from observations o
        where o.kind = k.kind and o.observed_at = k.last_observed_at and o.listing_id = (
          select l.listing_id from latest_observations l
          -- no later one is of this source; "=" would let the planner go through the listings in their order
          where (l.observed_at, l.listing_id) >= (k.last_observed_at, 0) and l.source = k.source
          order by l.observed_at, l.listing_id limit 1)
        order by o.revision limit 1) as known_at
      from source_counts k where k.source = s.source and k.kind = 'spot' and k.observations > 0
    ) newest on true
    order by s.position`);
}
