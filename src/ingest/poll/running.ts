import type { Lease } from '../../db/tape/leases.ts';
import type { PolledSource } from '../../sources/source.ts';
import type { CallBudget } from './spend-calls.ts';

/** A run in progress: the facts that all its requests share. */
export interface RunningPoll {
  source: PolledSource;
  run_id: number;
  lease: Lease;
  /** The minute of its tick, in unix ms; null for a manual run. */
  scheduled_ms: number | null;
  /** Unix ms after which no wait for a retry may end. */
  deadline_ms: number;
  budget: CallBudget;
  /** How long it may wait for the plan's next period, in ms. */
  quota_wait_ms_max: number;
}
