import { BEATS } from './beat.ts';
import { type Instant, microsOf } from './instant.ts';

/**
 * `price_move` is found in the database, where all prices are; `null_rate` by drift/usual-share, which stores the
 * usual shares.
 */
export const ANOMALY_CODES = ['row_count', 'null_rate', 'price_move', 'time_stands_still'] as const;
export type AnomalyCode = (typeof ANOMALY_CODES)[number];

/** Something unusual about a run. It says "look", not "wrong": the run's rows are as the source sent them. */
export interface Anomaly {
  code: AnomalyCode;
  /** The reply that shows it; null if it does not belong to a single reply. */
  endpoint: string | null;
  message: string;
}

/** The stored facts about every reply that was read. */
export interface Profile {
  fetched_at: Instant;
  records: number;
  /** The newest time in the records; null if there is none. */
  newest_observed_at: Instant | null;
  /** Per field, the number of records in which it was unknown; a missing field was always known. */
  unknowns: Record<string, number>;
}

/** How many earlier replies of the endpoint are compared, and how many are needed to call something "usual". */
export const PROFILES_MAX = 20;
const PROFILES_LEAST = 5;
const ROWS_SHARE = 0.9;
/** Vendors refresh at least every ten minutes, however often they are polled. */
const STILL_SECONDS = 30 * 60;

/** A reply's endpoint, and the beat of its rows. */
interface Asked {
  endpoint: string;
  beat_seconds: number;
}

/** The anomalies of a reply, given earlier replies of its endpoint, newest first. */
export function findAnomalies({ endpoint, beat_seconds }: Asked, now: Profile, before: Profile[]): Anomaly[] {
  const found = [stillTime(now, before, beat_seconds)];
  if (before.length >= PROFILES_LEAST) found.push(fewRows(now, before));
  return found.flatMap((anomaly) => (anomaly === null ? [] : { ...anomaly, endpoint }));
}

type Finding = Omit<Anomaly, 'endpoint'> | null;

function fewRows(now: Profile, before: Profile[]): Finding {
  const usual = median(before.map(({ records }) => records));
  if (now.records >= usual * ROWS_SHARE) return null;
  return { code: 'row_count', message: `${now.records} records, where ${usual} are usual.` };
}

/** The median; the lower of the middle two. Zero if there are no values. */
function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? 0;
}

/** The source answers, but its times have not changed for several beats: its own pipeline has stopped. */
function stillTime(now: Profile, before: Profile[], beatSeconds: number): Finding {
  const still = BigInt(Math.max(BEATS * beatSeconds, STILL_SECONDS)) * 1_000_000n;
  const newest = now.newest_observed_at;
  if (newest === null) return null;
  const moved = before.findIndex((one) => one.newest_observed_at !== newest);
  const first = before.at(moved === -1 ? -1 : moved - 1);
  const same = moved === 0 ? undefined : first;
  if (same === undefined || microsOf(now.fetched_at) - microsOf(same.fetched_at) < still) return null;
  const minutes = (microsOf(now.fetched_at) - microsOf(same.fetched_at)) / 60_000_000n;
  return {
    code: 'time_stands_still',
    message: `Its newest record is of ${newest}, as it was ${minutes} minutes ago.`,
  };
}
