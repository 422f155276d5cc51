import type { Anomaly } from './anomaly.ts';
import { BEATS, beatMinutes, onTimeSeconds } from './beat.ts';
import { toldLoss } from './drift/usual-share.ts';
import { type Instant, microsOf } from './instant.ts';
import { remedyOf, type Upstream } from './upstream/remedy.ts';

/** The facts about a source. `ended_*` is its newest ended run; a running one shows nothing yet. */
export interface SourceState {
  source: string;
  last_run_at: Instant | null;
  last_success_at: Instant | null;
  ended_id: string | null;
  ended_status: 'succeeded' | 'partial' | 'failed' | null;
  ended_at: Instant | null;
  error_code: string | null;
  error_message: string | null;
  /** The anomalies of the run that ended. */
  anomalies: Anomaly[] | null;
  /** The pace at which its fastest endpoint was due, stretched if its plan's calls have to last. */
  pace_minutes: number | null;
  /** No scheduled run starts earlier, after failures or at the source's own request. */
  ask_after: Instant | null;
  /** How many times slower than planned it is polled; null before the first poll. */
  slow_factor: number | null;
  /** Since when no call is made because the calls of its plan are spent. */
  quota_since: Instant | null;
  /** The fields that are lost now, whatever the newest run reported. */
  lost_fields: LostFieldState[];
  /** The instant of its newest spot row. */
  newest_at: Instant | null;
  /** When we learned the first row of that instant; null too when that cannot matter, for the row is on time. */
  newest_known_at: Instant | null;
}

/** A field that is unknown far more often than usual, over all pages or platforms of its endpoint. */
export interface LostFieldState {
  endpoint: string;
  field: string;
  /** A price, an id or an instant: without it the source is degraded. */
  is_essential: boolean;
  share: number;
  usual_share: number;
  lost_at: Instant;
}

export const HEALTH_STATUSES = ['ok', 'degraded', 'down'] as const;
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

export interface SourceHealth {
  source: string;
  status: 'ok' | 'degraded';
  last_run_at: Instant | null;
  last_success_at: Instant | null;
  age_seconds: number | null;
  stale: boolean;
  /** The age of its newest spot row. */
  newest_data_age_seconds: number | null;
  /** Set while it is polled more slowly than planned: to save calls, or because the source asked for it. */
  effective_pace: { every_minutes: number; planned_minutes: number } | null;
  anomalies: Anomaly['code'][];
  /** Fields that are lost until they return or somebody accepts the change. */
  lost_fields: { endpoint: string; field: string; since: Instant }[];
  /** The fault or the anomaly, and the remedy; null if there is none. */
  message: string | null;
}

export interface HealthClock {
  now: Date;
  poll_minutes: number;
  /** The polled sources; nothing is expected of others, such as files. */
  upstreams: readonly Upstream[];
}

/**
 * The health of a source. A fault degrades it. Anomalies of its newest run are reported, but it stays `ok`: the
 * rows are as the source sent them, and it may be right.
 */
export function judgeSource(state: SourceState, clock: HealthClock): SourceHealth {
  const { source, last_run_at, last_success_at } = state;
  const age_seconds = last_success_at === null ? null : secondsSince(clock.now, last_success_at);
  const upstream = clock.upstreams.find(({ id }) => id === source);
  // The sender learns that a file could not be read; the service is healthy.
  const stale = upstream !== undefined && isStale(age_seconds, beatOf(state, upstream, clock));
  const wrong = upstream === undefined ? null : complaint(state, upstream, clock, stale ? age_seconds : null);
  const status = wrong === null ? 'ok' : 'degraded';
  const anomalies = [...new Set((state.anomalies ?? []).map(({ code }) => code))];
  const message = wrong ?? (upstream === undefined ? remark(state) : remarkOf(state, upstream, clock));
  const effective_pace = upstream === undefined ? null : effectivePace(state, upstream, clock);
  const newest_data_age_seconds = state.newest_at === null ? null : secondsSince(clock.now, state.newest_at);
  const lost_fields = state.lost_fields.map(({ endpoint, field, lost_at }) => ({
    endpoint,
    field,
    since: lost_at,
  }));
  return {
    source,
    status,
    last_run_at,
    last_success_at,
    age_seconds,
    stale,
    newest_data_age_seconds,
    effective_pace,
    anomalies,
    lost_fields,
    message,
  };
}

function effectivePace(
  state: SourceState,
  upstream: Upstream,
  clock: HealthClock,
): SourceHealth['effective_pace'] {
  const planned_minutes = beatMinutes(clock.poll_minutes, upstream);
  const every_minutes = plannedOf(state, upstream, clock) * (state.slow_factor ?? 1);
  return every_minutes > planned_minutes ? { every_minutes, planned_minutes } : null;
}

/** The whole service, if the database answers. */
export const judgeAll = (sources: SourceHealth[]): 'ok' | 'degraded' =>
  sources.some(({ status }) => status === 'degraded') ? 'degraded' : 'ok';

const isStale = (ageSeconds: number | null, beat: number): boolean =>
  ageSeconds !== null && ageSeconds > beat * BEATS * 60;

/** The fault of a source and the remedy, or null. `staleSeconds` is set when it is stale. */
function complaint(
  state: SourceState,
  upstream: Upstream,
  clock: HealthClock,
  staleSeconds: number | null,
): string | null {
  if (state.quota_since !== null)
    return `Not asked since ${state.quota_since}, for the calls of its plan are spent; see quota in /stats. ${remedyOf('upstream_quota_spent', upstream)}`;
  const why = (state.error_message ?? 'no reason was kept').replace(/\.?$/, '.');
  const remedy = remedyOf(state.error_code, upstream);
  const told = remedy === null ? why : `${why} ${remedy}`;
  if (state.ended_status === 'failed')
    return `Run ${state.ended_id} failed at ${state.ended_at}: ${told} ${nextTry(state, clock)}; see /runs/${state.ended_id}.`;
  // The lost fields themselves are reported for as long as they are lost, so this run need not be.
  if (state.ended_status === 'partial' && state.error_code !== 'fields_lost')
    return `Run ${state.ended_id} at ${state.ended_at} kept what it could: ${told} See /runs/${state.ended_id}.`;
  if (state.last_run_at === null)
    return 'Has never run. The next cron tick runs it; POST /trigger-etl runs it now.';
  if (state.last_success_at === null) return 'Its first run has not ended yet.';
  if (staleSeconds === null)
    return (
      toldFields(state.lost_fields.filter((lost) => lost.is_essential)) ?? stoodStill(state, upstream, clock)
    );
  const late = `No success for ${Math.floor(staleSeconds / 60)} minutes;`;
  if ((state.slow_factor ?? 1) > 1) {
    const next = isHeld(state, clock) ? ` ${nextTry(state, clock)}.` : '';
    return `${late} it said "too many requests" and is asked ${state.slow_factor} times more slowly now.${next}`;
  }
  return `${late} one is due every ${beatOf(state, upstream, clock)}. Check that cron triggers fire, or POST /trigger-etl.`;
}

/** The largest age of data on time, by the beat at which the source is polled now. */
const dataSecondsMax = (state: SourceState, upstream: Upstream, clock: HealthClock): number =>
  onTimeSeconds(beatOf(state, upstream, clock) * 60);

/** Reports that its runs succeed without newer data, although its data was once on time; or null. */
function stoodStill(state: SourceState, upstream: Upstream, clock: HealthClock): string | null {
  const late = lateData(state, upstream, clock);
  if (late === null || !late.was_on_time) return null;
  return `Its runs succeed and bring nothing new: ${late.told}. It goes on sending what it sent before; ask its vendor.`;
}

/** Describes its newest data if that is not on time. */
function lateData(state: SourceState, upstream: Upstream, clock: HealthClock) {
  const { newest_at, newest_known_at } = state;
  if (newest_at === null) return null;
  const seconds = secondsSince(clock.now, newest_at);
  const most = dataSecondsMax(state, upstream, clock);
  if (seconds <= most) return null;
  const told = `its newest data is of ${newest_at}, ${Math.floor(seconds / 60)} minutes old, and due every ${beatOf(state, upstream, clock)}`;
  const lag = newest_known_at === null ? null : microsOf(newest_known_at) - microsOf(newest_at);
  return { told, was_on_time: lag !== null && lag <= BigInt(most) * 1_000_000n };
}

/** Minutes between two successes of a healthy source, as far as the plan's calls allow. */
const plannedOf = (
  { pace_minutes }: SourceState,
  upstream: Upstream,
  { poll_minutes }: HealthClock,
): number => Math.max(beatMinutes(poll_minutes, upstream), pace_minutes ?? 0);

/**
 * Minutes between two successes at the present pace. A source that asked for a slower pace and answers is not late
 * at that pace: its slow rounds are not separate incidents.
 */
const beatOf = (state: SourceState, upstream: Upstream, clock: HealthClock): number =>
  plannedOf(state, upstream, clock) * (state.ended_status === 'failed' ? 1 : (state.slow_factor ?? 1));

/** A source that keeps failing is polled less and less often; POST /trigger-etl polls at once. */
const nextTry = (state: SourceState, clock: HealthClock): string =>
  isHeld(state, clock)
    ? `It is tried again at ${state.ask_after?.replace(/\.\d+Z$/, 'Z')}, or at once by POST /trigger-etl`
    : 'The next tick tries again';

const isHeld = ({ ask_after }: SourceState, { now }: HealthClock): boolean =>
  ask_after !== null && microsOf(ask_after) > BigInt(now.getTime()) * 1000n;

/** A remark about a healthy source, or null. */
function remarkOf(state: SourceState, upstream: Upstream, clock: HealthClock): string | null {
  const late = lateData(state, upstream, clock);
  const old =
    late === null ? null : `${late.told[0]?.toUpperCase()}${late.told.slice(1)}; it was late when it came.`;
  const told = [remark(state), old].filter((text) => text !== null);
  return told.length === 0 ? slowness(state, upstream, clock) : told.join(' ');
}

/** Reports that it is polled more slowly because it asked for that, or null. */
function slowness(state: SourceState, upstream: Upstream, clock: HealthClock): string | null {
  if ((state.slow_factor ?? 1) === 1) return null;
  return `It said "too many requests" and is asked every ${beatOf(state, upstream, clock)} minutes for now, ${state.slow_factor} times more slowly than planned.`;
}

/** The anomalies of the newest run, or null. */
function remark({ ended_id, anomalies, lost_fields }: SourceState): string | null {
  const told = (anomalies ?? [])
    .filter(({ code }) => code !== 'null_rate')
    .map(({ endpoint, message }) => (endpoint === null ? message : `${endpoint}: ${message}`));
  const unusual =
    told.length === 0 ? null : `Run ${ended_id} was unusual. ${told.join(' ')} See /runs/${ended_id}.`;
  const remarks = [toldFields(lost_fields), unusual].filter((text) => text !== null);
  return remarks.length === 0 ? null : remarks.join(' ');
}

/** Reports for each lost field since when, and the remedy; null if there is none. */
function toldFields(lost: LostFieldState[]): string | null {
  if (lost.length === 0) return null;
  const told = lost.map(toldField);
  return `${told.join(' ')} If that is usual from now on, POST /drift/{id}/accept; see /drift.`;
}

const toldField = ({ endpoint, lost_at, ...lost }: LostFieldState): string =>
  `${endpoint}: ${toldLoss(lost).replace(/\.$/, '')}, since ${lost_at}.`;

function secondsSince(now: Date, at: Instant): number {
  return Math.max(0, Math.floor((now.getTime() - Number(microsOf(at) / 1000n)) / 1000));
}
