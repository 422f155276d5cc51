import { sql } from 'drizzle-orm';
import type { SourceState } from '../../domain/health.ts';
import type { Db } from '../client.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** How each of these sources stands, in one statement: SourceState rows (domain/health) in the order asked. */
export function listSourceHealth(db: Db, sources: readonly string[]) {
  return db.execute<SourceState>('runs.health')(sql`
    select s.source, ${selectInstant('started.started_at')} as last_run_at,
      ${selectInstant('succeeded.finished_at')} as last_success_at,
      ended.id as ended_id, ended.status as ended_status, ${selectInstant('ended.finished_at')} as ended_at,
      ended.error_code, ended.error_message, ended.anomalies, ${selectInstant('u.ask_after')} as ask_after,
      u.slow_factor, ${selectInstant('u.quota_since')} as quota_since,
      (select min(c.every_minutes) from checkpoints c where c.source = s.source) as pace_minutes
    from unnest(${sql.param(sources)}::text[]) with ordinality as s (source, position)
    left join upstreams u on u.source = s.source
    left join lateral (
      select started_at from runs r
      where r.source = s.source and r.trigger <> 'backfill' and r.started_at is not null
      order by r.started_at desc limit 1
    ) started on true
    left join lateral (
      select id, status, finished_at, error_code, error_message, anomalies from runs r
      where r.source = s.source and r.trigger <> 'backfill' and r.started_at is not null and r.status in ('succeeded', 'partial', 'failed')
      order by r.started_at desc limit 1
    ) ended on true
    left join lateral (
      select finished_at from runs r
      where r.source = s.source and r.trigger <> 'backfill' and r.started_at is not null and r.status in ('succeeded', 'partial')
      order by r.started_at desc limit 1
    ) succeeded on true
    order by s.position`);
}
