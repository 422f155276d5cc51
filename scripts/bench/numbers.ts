/** The median: the middle value, or the mean of the two in the middle. NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** A summary of the rounds of one measurement. */
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
 * a[i] / b[i], round by round. Two measurements of one round had the same noise, so their ratio is steadier than
 * the figures.
 */
export function ratios(a: readonly number[], b: readonly number[]): Spread {
  return spread(a.flatMap((value, round) => (b[round] === undefined ? [] : [value / b[round]])));
}

/** At most four digits, because a reader needs no more. */
export function rounded(value: number): number {
  if (!Number.isFinite(value)) return value;
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return Number(value.toFixed(Math.min(digits, 4)));
}
