import { CANDLE_RULE } from '../../src/domain/candle.ts';
import { NORMALIZER_VERSION } from '../../src/sources/registry.ts';
import { FORMER_RULES } from '../former-release/rules.ts';
import { createRandom, type Random } from './random.ts';

/** The boundaries between the Worker and the world, and the faults at each. */
export const FAULTS = {
  database: [
    'db_refused', // the request never arrives
    'db_lost_reply', // committed, but the reply is lost
    'db_late', // the caller gives up; the commit happens later, when nobody waits for it
    'db_500',
    'db_503',
    'db_507',
    'db_500_committed', // the reply fails after the commit
    'db_terminated', // the administrator ends the connection (57P01)
    'db_cut_reply', // committed, and the reply ends early
    'db_empty_code', // an error from outside Postgres, before anything ran
    'db_empty_code_undone', // the same after everything ran, and nothing was committed
    'db_empty_code_committed', // the same after the commit
    'db_read_only', // a failover: from here on writes are refused for a while (25006)
  ],
  store: ['r2_before', 'r2_after'],
  read: ['r2_read_failed', 'r2_read_cut'],
  body: ['r2_before', 'r2_after'],
  client: ['client_cut'],
  upstream: ['up_refused', 'up_cut', 'up_half', 'up_slow', 'up_500', 'up_429', 'up_html', 'up_empty'],
  send: ['queue_refused', 'queue_sent_unsure', 'queue_duplicate', 'queue_delay', 'queue_lost'],
  deliver: ['queue_redelivered', 'queue_delay'],
  tick: ['tick_late', 'tick_doubled', 'tick_missed'],
} as const;
export type Boundary = keyof typeof FAULTS;

/** Faults of the process itself at any boundary. */
const ANYWHERE = ['killed_before', 'killed_after', 'paused', 'clock_worker', 'clock_database'] as const;
/** Needs its own server with several connections. */
const ON_A_SERVER = ['postgres_restart', 'postgres_terminate'] as const;

/** The ways in which the answer to a commit is lost, one after another, in seeds that lose all of them. */
export const LOST_ANSWERS = [
  'db_lost_reply',
  'db_empty_code_committed',
  'db_cut_reply',
  'db_500_committed',
] as const;

export type FaultKind =
  | (typeof FAULTS)[Boundary][number]
  | (typeof ANYWHERE)[number]
  | (typeof ON_A_SERVER)[number];

/** The maximum distance between clocks while faults happen, in ms. */
export interface ClocksApart {
  worker_ms: number;
  database_ms: number;
  /** How far upstreams are ahead if their readings are of the present; null if readings are hours old. */
  upstream_ms: number | null;
}

export interface FaultPlan {
  /** The fault for the next operation at a boundary, or null. */
  draw(boundary: Boundary): FaultKind | null;
  /** Whether the clocks of Workers may be wrong. */
  movesClocks: boolean;
  apart: ClocksApart | null;
  /** Each kind of commit loses its answer at the first time, and then every second time. */
  losesAnswers: boolean;
  /** How often the Worker of the previous release takes an event, as during the rollout of a deployment. */
  former_share: number;
}

// Rows that the previous release derives by other rules cannot equal a clean run of ours: test/node/former-release
// compares the rest of it.
const FORMER_SHARE =
  FORMER_RULES.normalizer === NORMALIZER_VERSION && FORMER_RULES.candles === CANDLE_RULE ? 0.5 : 0;

export const NO_FAULTS: FaultPlan = {
  draw: () => null,
  movesClocks: false,
  apart: null,
  losesAnswers: false,
  former_share: 0,
};

/** The same run without faults. */
export const withoutFaults = ({ apart, movesClocks }: FaultPlan): FaultPlan => ({
  ...NO_FAULTS,
  movesClocks,
  apart: typeof apart?.upstream_ms === 'number' ? { ...apart, worker_ms: 0, database_ms: 0 } : null,
});

const MINUTE_MS = 60_000;
/** A source time more than five minutes in the future is not accepted. */
const NEAR_MS = 2 * MINUTE_MS;
const FAR_MS = 15 * MINUTE_MS;

/**
 * Each seed has its own mixture: which kinds of faults, and how often. A few kinds often find faults that all kinds
 * together rarely find. Choices for the whole seed are drawn separately.
 */
export function planFaults(seed: number, onAServer: boolean): FaultPlan {
  const random = createRandom(seed ^ 0x5eed);
  const lasting = createRandom(seed ^ 0xa9a27);
  const probability = random.pick([0.02, 0.05, 0.1, 0.2, 0.3]) ?? 0.1;
  const all: FaultKind[] = [...new Set(Object.values(FAULTS).flat())];
  const apart = lasting.chance(0.4) ? clocksApart(lasting) : null;
  const enabled = new Set(subset([...all, ...ANYWHERE], random));
  if (apart?.upstream_ms !== undefined && apart.upstream_ms !== null) enabled.delete('clock_worker');
  const everywhere = ANYWHERE.filter((kind) => enabled.has(kind));
  return {
    movesClocks: enabled.has('clock_worker') || apart !== null,
    apart,
    losesAnswers: lasting.chance(0.25),
    former_share: lasting.chance(0.4) ? FORMER_SHARE : 0,
    draw(boundary) {
      if (!random.chance(probability)) return null;
      if (onAServer && boundary === 'database' && random.chance(0.1)) return random.pick(ON_A_SERVER) ?? null;
      const own = FAULTS[boundary].filter((kind) => enabled.has(kind));
      const menu = everywhere.length > 0 && boundary !== 'tick' && random.chance(0.3) ? everywhere : own;
      return random.pick<FaultKind>(menu) ?? null;
    },
  };
}

function clocksApart(random: Random): ClocksApart {
  const isNear = random.chance(0.5);
  const within = (most_ms: number) => random.between(-most_ms, most_ms);
  return {
    worker_ms: within(isNear ? NEAR_MS : FAR_MS),
    database_ms: within(FAR_MS),
    upstream_ms: isNear ? NEAR_MS : null,
  };
}

function subset<T>(list: T[], random: Random): T[] {
  const share = random.pick([0.15, 0.4, 0.7, 1]) ?? 1;
  return list.filter(() => random.chance(share));
}
