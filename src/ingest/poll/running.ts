import type { Lease } from '../../db/tape/leases.ts';
import type { PolledSource } from '../../sources/source.ts';
import type { CallBudget } from './spend-calls.ts';

/** A run in progress: what every request of it shares. */
export interface RunningPoll {
  source: PolledSource;
  run_id: number;
  lease: Lease;
  /** The minute of the tick that it is made for, in unix ms; null when it was asked for by hand. */
  scheduled_ms: number | null;
  /** Unix ms after which no wait for another try may end. */
  deadline_ms: number;
  budget: CallBudget;
  /** How long it may wait for the plan's next period, in ms. */
  quota_wait_ms_max: number;
}
