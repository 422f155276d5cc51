import { type SQL, sql } from 'drizzle-orm';
import { BEATS, beatMinutes, onTimeSeconds } from '../../domain/beat.ts';
import type { HealthClock, SourceState } from '../../domain/health.ts';
import { type Instant, instantOfDate } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantOfJson, instantText, jsonInstant, selectInstant } from '../sql/instant-text.ts';
import { selectedLater } from '../sql/later.ts';
import { isCounted } from './counted.ts';

type EndedRun = Pick<SourceState, 'error_code' | 'error_message' | 'anomalies'> & {
  id: string;
  status: NonNullable<SourceState['ended_status']>;
  finished_at: Instant;
};

/** What ended last, and when a run last went well. */
interface Ends {
  ended: EndedRun | null;
  succeeded_at: Instant | null;
}

/** The newest run that began, with what earlier ones tell unless it went well itself. */
type NewestRun = { started_at: Instant } & ((EndedRun & { earlier: null }) | { earlier: Ends });

/** What stateOf makes a SourceState of: instants inside JSON have no Z. */
export interface SourceHealthRow {
  source: string;
  run: NewestRun | null;
  upstream: Pick<SourceState, 'ask_after' | 'slow_factor' | 'quota_since'> | null;
  pace_minutes: number | null;
  /** Null for none. */
  lost_fields: SourceState['lost_fields'] | null;
  newest_at: Instant | null;
  newest_known_at: Instant | null;
}

/** How each of these sources stands, in one statement: SourceHealthRow rows in the order asked. */
export function listSourceHealth(db: Db, sources: readonly string[], clock: HealthClock) {
  const beats = sources.map((source) => {
    const upstream = clock.upstreams.find(({ id }) => id === source);
    return upstream === undefined ? null : beatMinutes(clock.poll_minutes, upstream);
  });
  const onTime = beats.map((beat) => (beat === null ? null : onTimeSeconds(beat * 60)));
  // Values of the select list cost the planner less than joins, whose best order it looks for; `offset 0` keeps it from
  // writing them wherever they are named.
  return db.execute<SourceHealthRow>('runs.health')(sql`
    select s.source, s.run, s.upstream, s.pace_minutes, s.lost_fields, ${selectInstant('s.newest_at')} as newest_at,
      case when ${mayStandStill(clock.now)} then ${FIRST_KNOWN} end as newest_known_at
    from (
      select s.*, (${NEWEST_RUN}) as run, (${UPSTREAM}) as upstream,
        (select min(c.every_minutes) from checkpoints c where c.source = s.source) as pace_minutes,
        case when exists (select from lost_fields l where l.source = s.source) then ${LOST_FIELDS} end as lost_fields,
        (select k.last_observed_at from source_counts k
         where k.source = s.source and k.kind = 'spot' and k.observations > 0) as newest_at
      from unnest(${sql.param(sources)}::text[], ${sql.param(beats)}::int[], ${sql.param(onTime)}::int[])
        with ordinality as s (source, beat_minutes, on_time_seconds, position)
      offset 0
    ) s
    order by s.position`);
}

const RUN = sql`'id', r.id::text, 'status', r.status, 'finished_at', ${jsonInstant('r.finished_at')},
  'error_code', r.error_code, 'error_message', r.error_message, 'anomalies', r.anomalies`;

/** The newest run of a source, SQL, that has one of some statuses. */
const newestRun = (select: SQL, source: SQL, status: SQL): SQL => sql`
  select ${select} from runs r
  where r.source = ${source} and ${isCounted('r')} and r.started_at is not null and ${status}
  order by r.started_at desc, r.id desc limit 1`;

const EARLIER = sql`
  select json_build_object(
    'ended', (${newestRun(sql`json_build_object(${RUN})`, sql`@1`, sql`r.status in ('succeeded', 'partial', 'failed')`)}),
    'succeeded_at', (${newestRun(jsonInstant('r.finished_at'), sql`@1`, sql`r.status in ('succeeded', 'partial')`)}))`;

// Nearly always the newest run went well.
const NEWEST_RUN = newestRun(
  sql`json_build_object(${RUN}, 'started_at', ${jsonInstant('r.started_at')}, 'earlier',
    case when r.status not in ('succeeded', 'partial') then ${selectedLater(EARLIER, [sql`r.source`])} end)`,
  sql`s.source`,
  sql`true`,
);

const UPSTREAM = sql`
  select json_build_object('ask_after', ${jsonInstant('u.ask_after')}, 'slow_factor', u.slow_factor,
    'quota_since', ${jsonInstant('u.quota_since')})
  from upstreams u where u.source = s.source`;

const LOST_FIELDS = selectedLater(
  sql`
    select json_agg(json_build_object('endpoint', f.contract, 'field', f.field, 'share', f.share,
        'usual_share', f.usual_share, 'is_essential', f.is_essential, 'lost_at', f.lost_at)
      order by f.contract, f.field)
    from (
      select l.contract, l.field, max(l.share) as share, min(l.usual_share) as usual_share,
        bool_or(l.is_essential) as is_essential, ${jsonInstant('min(l.lost_at)')} as lost_at
      from lost_fields l where l.source = @1
      group by l.contract, l.field
    ) f`,
  [sql`s.source`],
);

/**
 * Whether a source may be one whose runs succeed without newer data (domain/health.ts): its data is not on time at the
 * pace that is planned, while a run went well within what its present pace allows.
 */
const mayStandStill = (now: Date): SQL => sql`
  s.newest_at < ${instantOfDate(now)}::timestamptz - make_interval(secs => s.on_time_seconds)
  and (s.run->>'status' not in ('succeeded', 'partial')
    or (s.run->>'finished_at')::timestamp at time zone 'utc' >= ${instantOfDate(now)}::timestamptz - make_interval(
      mins => ${BEATS}::int * greatest(s.beat_minutes, s.pace_minutes) * coalesce((s.upstream->>'slow_factor')::int, 1),
      secs => 1))`;

// The first revision of the first row: another one may have come any time later.
const FIRST_KNOWN = selectedLater(
  sql`
    select to_json(${instantText('o.known_at')}) from observations o
    where o.kind = 'spot' and o.observed_at = (@2)::timestamptz and o.listing_id = (
      select f.listing_id from observations f
      where f.source = @1 and f.kind = 'spot' and f.observed_at = (@2)::timestamptz and f.superseded_at is null
      order by f.listing_id limit 1)
    order by o.revision limit 1`,
  [sql`s.source`, sql`s.newest_at::text`],
);

/** What the rules of health look at. */
export function stateOf({ run, upstream, lost_fields, ...row }: SourceHealthRow): SourceState {
  const { ended, succeeded_at } = endsOf(run);
  return {
    source: row.source,
    last_run_at: instantOfJson(run?.started_at ?? null),
    last_success_at: instantOfJson(succeeded_at),
    ended_id: ended?.id ?? null,
    ended_status: ended?.status ?? null,
    ended_at: instantOfJson(ended?.finished_at ?? null),
    error_code: ended?.error_code ?? null,
    error_message: ended?.error_message ?? null,
    anomalies: ended?.anomalies ?? null,
    pace_minutes: row.pace_minutes,
    ask_after: instantOfJson(upstream?.ask_after ?? null),
    slow_factor: upstream?.slow_factor ?? null,
    quota_since: instantOfJson(upstream?.quota_since ?? null),
    lost_fields: (lost_fields ?? []).map((field) => ({ ...field, lost_at: instantOfJson(field.lost_at) })),
    newest_at: row.newest_at,
    newest_known_at: row.newest_known_at,
  };
}

function endsOf(run: NewestRun | null): Ends {
  if (run === null) return { ended: null, succeeded_at: null };
  return run.earlier ?? { ended: run, succeeded_at: run.finished_at };
}
