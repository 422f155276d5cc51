// Every random value is a function of (seed, place, time): the market is the same on every machine and after every
// restart, and any moment can be computed without the previous ones.

/** A well-mixed value in [0, 1) for two integers. */
export function hash(seed: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index | 0, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** A smooth curve through random values in [-1, 1] at the whole numbers. */
export function noise(seed: number, x: number): number {
  const left = Math.floor(x);
  const t = x - left;
  const ease = t * t * (3 - 2 * t);
  const from = hash(seed, left);
  return 2 * (from + (hash(seed, left + 1) - from) * ease) - 1;
}

const MINUTE_MS = 60_000;
/** Swings of a price: period in minutes, size in natural log units. */
const SWINGS: readonly (readonly [number, number])[] = [
  [4, 0.003],
  [75, 0.012],
  [1_440, 0.04],
  [10_080, 0.1],
  [86_400, 0.3],
];

/** The factor of a price at an instant (ms); 1 on the long-term average. */
export function swing(seed: number, volatility: number, at_ms: number): number {
  const minutes = at_ms / MINUTE_MS;
  let log = 0;
  SWINGS.forEach(([period, size], place) => {
    log += size * noise(seed + place * 7919, minutes / period);
  });
  return Math.exp(volatility * log);
}
