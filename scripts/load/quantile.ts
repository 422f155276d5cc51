/** The value below which the share `q` of the ascending `sorted` lies; NaN without values. */
export function quantile(sorted: readonly number[], q: number): number {
  const place = Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * q) - 1));
  return sorted[place] ?? Number.NaN;
}
