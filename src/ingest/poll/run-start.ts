import { rowIn } from '../../db/client.ts';
import { type StartedRow, startQueuedRun, startScheduledRun } from '../../db/runs/lifecycle.ts';
import { claimMode } from '../../db/tape/version.ts';
import { circuitOf } from '../../db/upstreams/circuits.ts';
import type { Deps } from '../../deps.ts';
import { instantOfDate } from '../../domain/instant.ts';
import type { Circuit } from '../../domain/upstream/circuit.ts';
import type { CallsByPurpose } from '../../domain/upstream/purpose.ts';
import type { PolledSource, SourceRequest } from '../../sources/source.ts';
import { type CallBudget, ledgerPeriods, reservation, unspent } from './spend-calls.ts';

export interface WantedPoll {
  source: PolledSource;
  requests: SourceRequest[];
  run_id?: number;
  scheduled_ms?: number;
  /** Resolves the new listings, for clients that wait for the run's end before they read them. */
  settle?: () => Promise<void>;
}

export interface Started {
  row: StartedRow;
  budget: CallBudget;
  circuit: Circuit;
}

/** Takes the source's lease, starts the run and reserves its calls, in one transaction. */
export async function startRun(
  deps: Deps,
  { source, requests, run_id, scheduled_ms }: WantedPoll,
): Promise<Started> {
  const { db, settings } = deps;
  const scheduled_at = scheduled_ms === undefined ? null : instantOfDate(new Date(scheduled_ms));
  const starting =
    run_id === undefined
      ? startScheduledRun(db, { source: source.id, scheduled_at })
      : startQueuedRun(db, { id: run_id, source: source.id });
  const periods = ledgerPeriods(deps, source);
  // Loads and ends of runs lock in the same order: the lease, then the tape, then the upstream.
  const [[, begun], , [upstream, reserved]] = await db.batch([
    starting,
    claimMode(db, settings.UPSTREAMS),
    reservation(deps, source, periods, callsOf(requests)),
  ]);
  const row = rowIn(begun);
  const budget = { source, periods, left: rowIn(reserved).granted ?? {} };
  const returned = row.outcome === 'started' ? [] : unspent(deps, budget);
  if (returned.length > 0) await db.batch(returned);
  return { row, budget, circuit: circuitOf(rowIn(upstream)) };
}

function callsOf(requests: SourceRequest[]): CallsByPurpose {
  const calls: CallsByPurpose = {};
  for (const { purpose = 'live' } of requests) calls[purpose] = (calls[purpose] ?? 0) + 1;
  return calls;
}
