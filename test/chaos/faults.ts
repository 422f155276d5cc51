import { createRandom, type Random } from './random.ts';

/** Where the Worker touches the world, and what can go wrong there. */
export const FAULTS = {
  database: [
    'db_refused', // the request never arrives
    'db_lost_reply', // committed, and nobody hears of it
    'db_late', // the caller gives up; it is committed later, when nobody waits for it
    'db_500',
    'db_503',
    'db_507',
    'db_500_committed', // the reply fails after the commit
    'db_terminated', // the administrator ends the connection (57P01)
    'db_cut_reply', // committed, and the reply breaks off
  ],
  store: ['r2_before', 'r2_after'],
  read: ['r2_read_failed', 'r2_read_cut'],
  body: ['r2_before', 'r2_after'],
  client: ['client_cut'],
  upstream: ['up_refused', 'up_cut', 'up_half', 'up_slow', 'up_500', 'up_429', 'up_html', 'up_empty'],
  send: ['queue_refused', 'queue_sent_unsure', 'queue_duplicate', 'queue_delay', 'queue_lost'],
  deliver: ['queue_redelivered', 'queue_delay'],
} as const;
export type Boundary = keyof typeof FAULTS;

/** What can happen to the process itself at any boundary. */
const ANYWHERE = ['killed_before', 'killed_after', 'paused', 'clock_worker', 'clock_database'] as const;
/** Needs a server of its own, with several connections. */
const ON_A_SERVER = ['postgres_restart', 'postgres_terminate'] as const;

export type FaultKind =
  | (typeof FAULTS)[Boundary][number]
  | (typeof ANYWHERE)[number]
  | (typeof ON_A_SERVER)[number];

export interface FaultPlan {
  /** The fault for the next operation at a boundary, or null. */
  draw(boundary: Boundary): FaultKind | null;
  /** Whether the clocks of Workers may be wrong by hours. */
  movesClocks: boolean;
}

export const NO_FAULTS: FaultPlan = { draw: () => null, movesClocks: false };

/**
 * Each seed has its own mixture: how often, and which kinds at all. A few kinds often find what all kinds
 * rarely would not.
 */
export function planFaults(seed: number, onAServer: boolean): FaultPlan {
  const random = createRandom(seed ^ 0x5eed);
  const probability = random.pick([0.02, 0.05, 0.1, 0.2, 0.3]) ?? 0.1;
  const all: FaultKind[] = [...new Set(Object.values(FAULTS).flat())];
  const enabled = new Set(subset([...all, ...ANYWHERE], random));
  const everywhere = ANYWHERE.filter((kind) => enabled.has(kind));
  return {
    movesClocks: enabled.has('clock_worker'),
    draw(boundary) {
      if (!random.chance(probability)) return null;
      if (onAServer && boundary === 'database' && random.chance(0.1)) return random.pick(ON_A_SERVER) ?? null;
      const own = FAULTS[boundary].filter((kind) => enabled.has(kind));
      const menu = everywhere.length > 0 && random.chance(0.3) ? everywhere : own;
      return random.pick<FaultKind>(menu) ?? null;
    },
  };
}

function subset<T>(list: T[], random: Random): T[] {
  const share = random.pick([0.15, 0.4, 0.7, 1]) ?? 1;
  return list.filter(() => random.chance(share));
}
