import type { Lease } from '../../db/tape/leases.ts';

/** A slice of maintenance: the facts that its steps share. */
export interface RunningMaintenance {
  lease: Lease;
  isOver: () => boolean;
}

/** A slice of a replay: the facts that its steps share. */
export interface RunningReplay {
  replay_id: number;
  lease: Lease;
  isOver: () => boolean;
}
