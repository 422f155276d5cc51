import type { Lease } from '../../db/tape/leases.ts';
import type { PolledSource } from '../../sources/source.ts';
import type { CallBudget } from './spend-calls.ts';

/** A run in progress: what every request of it shares. */
export interface RunningPoll {
  source: PolledSource;
  run_id: number;
  lease: Lease;
  /** Unix ms after which no wait for another try may end. */
  deadline_ms: number;
  budget: CallBudget;
  /** How long it may wait for the plan's next period, in ms. */
  quota_wait_ms_max: number;
}
