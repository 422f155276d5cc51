import { sql } from 'drizzle-orm';
import type { Instant } from '../domain/instant.ts';
import type { Db } from './client.ts';
import { instantText } from './instant-text.ts';

/** How a source stands. `ended_*` is its newest run that ended; a running one says nothing yet. */
export interface SourceHealthRow {
  source: string;
  last_run_at: Instant | null;
  last_success_at: Instant | null;
  ended_id: string | null;
  ended_status: 'succeeded' | 'partial' | 'failed' | null;
  ended_at: Instant | null;
  error_code: string | null;
  error_message: string | null;
}

/** How each of these sources stands, in one statement: SourceHealthRow rows in the order asked. */
export function listSourceHealth(db: Db, sources: readonly string[]) {
  return db.execute(sql`
    select s.source, ${instantText('started.started_at')} as last_run_at,
      ${instantText('succeeded.finished_at')} as last_success_at,
      ended.id as ended_id, ended.status as ended_status, ${instantText('ended.finished_at')} as ended_at,
      ended.error_code, ended.error_message
    from unnest(${sql.param(sources)}::text[]) with ordinality as s (source, position)
    left join lateral (
      select started_at from runs r
      where r.source = s.source and r.started_at is not null
      order by r.started_at desc limit 1
    ) started on true
    left join lateral (
      select id, status, finished_at, error_code, error_message from runs r
      where r.source = s.source and r.started_at is not null and r.status in ('succeeded', 'partial', 'failed')
      order by r.started_at desc limit 1
    ) ended on true
    left join lateral (
      select finished_at from runs r
      where r.source = s.source and r.started_at is not null and r.status in ('succeeded', 'partial')
      order by r.started_at desc limit 1
    ) succeeded on true
    order by s.position`);
}
