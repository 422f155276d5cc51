/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** What rounds of one measurement come to. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  least: Math.min(...values),
  most: Math.max(...values),
});

/**
 * Round by round a[i] / b[i]: what ran side by side shared the same noise, so their ratio is steadier than
 * the figures themselves.
 */
export function ratios(a: readonly number[], b: readonly number[]): Spread {
  return spread(a.flatMap((value, round) => (b[round] === undefined ? [] : [value / b[round]])));
}

/** Four digits at most, none that a reader would not need. */
export function rounded(value: number): number {
  if (!Number.isFinite(value)) return value;
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return Number(value.toFixed(Math.min(digits, 4)));
}
