import type { Lease } from '../../db/tape/leases.ts';

/** A slice of maintenance: what its steps share. */
export interface RunningMaintenance {
  lease: Lease;
  isOver: () => boolean;
}

/** A slice of a replay: what each of its steps shares. */
export interface RunningReplay {
  replay_id: number;
  lease: Lease;
  isOver: () => boolean;
}
