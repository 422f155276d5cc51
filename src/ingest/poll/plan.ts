import type { Results } from '../../db/client.ts';
import { listCheckpoints } from '../../db/runs/checkpoints.ts';
import {
  holdForQuota,
  type LedgerRow,
  ledgerOf,
  listEndpointFailures,
  listLedger,
  listUpstreams,
  type UpstreamRow,
} from '../../db/upstreams/circuits.ts';
import { type DueEndpoint, recordGaps } from '../../db/upstreams/gaps.ts';
import type { Deps } from '../../deps.ts';
import { BEATS, requestBeatSeconds } from '../../domain/beat.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { quotaFactor } from '../../domain/upstream/quota.ts';
import { plannedRequests, sourceSettings } from '../../sources/registry.ts';
import type { PolledSource, SourceRequest } from '../../sources/source.ts';
import { dueOf, type EndpointFacts, SLACK_MS } from './due.ts';

/** The state of the sources in Postgres before a tick. */
export interface UpstreamFacts extends EndpointFacts {
  upstreams: UpstreamRow[];
  ledger: LedgerRow[];
}

/** The queries that read UpstreamFacts, for a batch. */
export const upstreamQueries = ({ db }: Deps) =>
  [listCheckpoints(db), listUpstreams(db), listLedger(db), listEndpointFailures(db)] as const;

/** The facts in the results of upstreamQueries, in their order. */
export const upstreamFacts = ([checkpoints, upstreams, ledger, failures]: Results<
  ReturnType<typeof upstreamQueries>
>): UpstreamFacts => ({ checkpoints, upstreams, ledger, failures });

export interface PollPlan {
  source: PolledSource;
  requests: SourceRequest[];
  /** The source is not called because the calls of the plan are spent. */
  is_out_of_calls: boolean;
  /** Endpoints without an answer for several of their beats. */
  overdue: DueEndpoint[];
}

/**
 * The requests of a tick to a source: the due endpoints, at a pace that makes the plan's calls last and that the
 * source accepts. None while the source is left alone after failures, or has no calls left.
 */
export function planPoll(
  { settings }: Deps,
  source: PolledSource,
  facts: UpstreamFacts,
  nowMs: number,
): PollPlan {
  const given = sourceSettings(settings, source.id);
  const planned = plannedRequests(source, given);
  const upstream = facts.upstreams.find((row) => row.source === source.id);
  const ledger = ledgerOf(source.id, facts.ledger);
  const factor = quotaFactor(source.limits(given), planned, ledger, new Date(nowMs));
  const requests = planned.map((request) => ({
    ...request,
    beat_seconds: requestBeatSeconds(request), // the planned beat, even if it is polled more slowly to save calls
    every_minutes: Math.ceil(request.every_minutes * (factor ?? 1)),
  }));
  const isLeftAlone = Number(upstream?.ask_after_ms ?? 0) - SLACK_MS > nowMs;
  const due = dueOf(source, requests, facts, {
    nowMs,
    pollMinutes: settings.POLL_MINUTES,
    slowFactor: upstream?.slow_factor ?? 1,
  });
  return {
    source,
    requests: factor === null || isLeftAlone ? [] : due,
    is_out_of_calls: factor === null,
    overdue: overdueOf(source, requests, facts, { nowMs, slowFactor: upstream?.slow_factor ?? 1 }),
  };
}

function overdueOf(
  source: PolledSource,
  requests: SourceRequest[],
  { checkpoints, failures }: EndpointFacts,
  { nowMs, slowFactor }: { nowMs: number; slowFactor: number },
): DueEndpoint[] {
  const isOwn = (row: { source: string; endpoint: string }, endpoint: string) =>
    row.source === source.id && row.endpoint === endpoint;
  return requests.flatMap(({ endpoint, every_minutes, has_history = false, may_be_absent = false }) => {
    const last = checkpoints.find((row) => isOwn(row, endpoint));
    // A failing endpoint is late by its planned pace, a slow one by its effective pace.
    const slow = failures.some((row) => isOwn(row, endpoint)) ? 1 : slowFactor;
    const isLate =
      last?.has_rows === true && nowMs - Number(last.fetched_ms) > BEATS * every_minutes * slow * 60_000;
    return isLate && !may_be_absent ? [{ endpoint, every_minutes, has_history }] : [];
  });
}

/** The queries that store what a plan shows of the upstreams: the present gaps and their causes; usually none. */
export function noteQueries({ db }: Deps, { source, is_out_of_calls, overdue }: PollPlan, nowMs: number) {
  const at = instantOfDate(new Date(nowMs));
  return [
    ...(is_out_of_calls ? [holdForQuota(db, source.id, at)] : []),
    ...(overdue.length > 0 ? [recordGaps(db, { source: source.id, at, is_open: true }, overdue)] : []),
  ];
}
