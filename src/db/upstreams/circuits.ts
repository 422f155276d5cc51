import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { type Circuit, SLOW_FACTOR_MAX } from '../../domain/upstream/circuit.ts';
import type { LedgerCount } from '../../domain/upstream/forecast.ts';
import { isSpareWork, PURPOSES } from '../../domain/upstream/purpose.ts';
import type { Period } from '../../domain/upstream/quota.ts';
import type { ErrorCode } from '../../errors.ts';
import type { Db } from '../client.ts';

/** A source's circuit; instants as unix ms in text. */
export interface UpstreamRow {
  source: string;
  failures: number;
  failing_since_ms: string | null;
  ask_after_ms: string | null;
  slow_factor: number;
  quota_since_ms: string | null;
}

const ms = (column: string) =>
  sql.raw(
    `floor(extract(epoch from ${column}) * 1000)::bigint as ${column.replace(/_(at|since|after)$/, '_$1_ms')}`,
  );
const UPSTREAM_ROW = sql`
  source, failures, ${ms('failing_since')}, ${ms('ask_after')}, slow_factor, ${ms('quota_since')}`;

/** Creates or finds a source's row, and locks it until the commit: one UpstreamRow. */
export function lockUpstream(db: Db, source: string, plan: string) {
  return db.execute<UpstreamRow>('upstreams.lock')(sql`
    insert into upstreams (source, plan) values (${source}, ${plan})
    on conflict (source) do update set plan = excluded.plan
    returning ${UPSTREAM_ROW}`);
}

/** The state of every source that was ever polled: UpstreamRow rows. */
export function listUpstreams(db: Db) {
  return db.execute<UpstreamRow>('upstreams.list')(sql`select ${UPSTREAM_ROW} from upstreams`);
}

/** The circuit of a row. */
export const circuitOf = (row: UpstreamRow): Circuit => ({
  failures: row.failures,
  failing_since_ms: row.failing_since_ms === null ? null : Number(row.failing_since_ms),
  ask_after_ms: row.ask_after_ms === null ? null : Number(row.ask_after_ms),
  slow_factor: row.slow_factor,
});

const instantOf = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/**
 * Stores the findings of a run. The source was called, so it no longer waits for its quota. If a backfill was told
 * "too many requests" since the run began with `slowBefore`, its slower pace is kept.
 */
export function saveCircuit(db: Db, source: string, circuit: Circuit, slowBefore: number) {
  return db.execute('upstreams.save-circuit')(sql`
    update upstreams
    set failures = ${circuit.failures}::int, failing_since = ${instantOf(circuit.failing_since_ms)}::timestamptz,
      ask_after = ${instantOf(circuit.ask_after_ms)}::timestamptz, quota_since = null,
      slow_factor = case when slow_factor > ${slowBefore}::int then slow_factor else ${circuit.slow_factor}::int end
    where source = ${source}`);
}

/**
 * Halves the pace of a source whose backfill was told "too many requests", and pauses its calls for the time that
 * it asked for.
 */
export function slowUpstream(db: Db, source: string, ask_after_ms: number | null) {
  return db.execute('upstreams.slow')(sql`
    update upstreams
    set slow_factor = least(slow_factor * 2, ${SLOW_FACTOR_MAX}::int),
      ask_after = greatest(ask_after, ${instantOf(ask_after_ms)}::timestamptz)
    where source = ${source}`);
}

/** Stores since when a source is not called because its calls are spent. */
export function holdForQuota(db: Db, source: string, since: Instant) {
  return db.execute('upstreams.hold-for-quota')(sql`
    update upstreams set quota_since = ${since}::timestamptz where source = ${source} and quota_since is null`);
}

/** Calls of one period of a source. */
export interface LedgerRow {
  source: string;
  period: Period;
  /** Unix ms. */
  starts_ms: string;
  calls: string;
  /** Calls among them for gaps and history. */
  spare_calls: string;
}

/** The counts of the newest period of each kind: LedgerRow rows. */
export function listLedger(db: Db) {
  return db.execute<LedgerRow>('ledger.list')(sql`
    select distinct on (source, period) source, period,
      floor(extract(epoch from starts_at) * 1000)::bigint as starts_ms, calls,
      (select coalesce(sum(p.calls), 0)::bigint from call_purposes p
       where p.source = l.source and p.period = l.period and p.starts_at = l.starts_at
         and p.purpose = any(${sql.param(PURPOSES.filter(isSpareWork))}::text[])) as spare_calls
    from call_ledger l order by source, period, starts_at desc`);
}

/** The newest counts of one source. */
export const ledgerOf = (source: string, rows: readonly LedgerRow[]): LedgerCount[] =>
  rows
    .filter((row) => row.source === source)
    .map(({ period, starts_ms, calls, spare_calls }) => ({
      period,
      starts_ms: Number(starts_ms),
      calls: Number(calls),
      spare_calls: Number(spare_calls),
    }));

export interface EndpointFailureRow {
  source: string;
  endpoint: string;
  failures: number;
  /** Unix ms. */
  failed_ms: string;
}

/** The endpoints whose newest call failed: EndpointFailureRow rows. */
export function listEndpointFailures(db: Db) {
  return db.execute<EndpointFailureRow>('upstreams.endpoint-failures')(sql`
    select source, endpoint, failures, floor(extract(epoch from failed_at) * 1000)::bigint as failed_ms
    from endpoint_failures`);
}

/** The results of one run's endpoints. */
export interface EndpointOutcomes {
  failed: { endpoint: string; error_code: ErrorCode }[];
  answered: string[];
}

/** Counts failures of endpoints, and deletes the failures of endpoints that answered. */
export function noteEndpoints(db: Db, source: string, at: Instant, { failed, answered }: EndpointOutcomes) {
  return db.execute('upstreams.note-endpoints')(sql`
    with healed as (
      delete from endpoint_failures
      where source = ${source} and endpoint = any(${sql.param(answered)}::text[])
    )
    insert into endpoint_failures as f (source, endpoint, failures, first_failed_at, failed_at, error_code)
    select ${source}, i.endpoint, 1, ${at}::timestamptz, ${at}::timestamptz, i.error_code
    from unnest(${sql.param(failed.map(({ endpoint }) => endpoint))}::text[],
      ${sql.param(failed.map(({ error_code }) => error_code))}::text[]) as i (endpoint, error_code)
    on conflict (source, endpoint) do update
    set failures = f.failures + 1, failed_at = excluded.failed_at, error_code = excluded.error_code`);
}
