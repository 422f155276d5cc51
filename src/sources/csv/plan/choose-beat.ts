import { microsOf } from '../../../domain/instant.ts';
import type { Cells, Dialect } from '../dialect.ts';
import { addPeriod } from '../time.ts';

const SECOND_MICROS = 1_000_000n;
const DAY_MICROS = addPeriod(0n, '1d');
/** Fewer gaps of more than a day are holes rather than a rhythm. */
const GAPS_MIN = 3;

/**
 * How far apart the rows of one series of a file are, in seconds: the period of its bars, or else the middle one of
 * the distances between neighbours, since rows come a little early or late and some are missing. Null when
 * they are too few to tell it.
 */
export function chooseBeat(
  dialect: Dialect,
  rows: Cells[],
  period: string | null,
  isDayFirst: boolean,
): number | null {
  if (period !== null) return seconds(addPeriod(0n, period));
  if (dialect.bars !== null) return null;
  const series = Map.groupBy(rows, ({ source, external_id, id, symbol, name }) =>
    [source, external_id ?? id ?? symbol ?? name].join('\0'),
  );
  const gaps = [...series.values()].flatMap((own) => gapsOf(own, dialect, isDayFirst)).sort(ascending);
  const middle = gaps[Math.floor((gaps.length - 1) / 2)];
  if (middle === undefined || (gaps.length < GAPS_MIN && middle > DAY_MICROS)) return null;
  return seconds(middle);
}

function gapsOf(rows: Cells[], dialect: Dialect, isDayFirst: boolean): bigint[] {
  const instants = rows.flatMap((row) => dialect.instant(row, isDayFirst)?.instant ?? []).map(microsOf);
  const sorted = [...new Set(instants)].sort(ascending);
  return sorted.slice(1).map((micros, index) => micros - (sorted[index] ?? micros));
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : 1);

const seconds = (micros: bigint): number =>
  Math.max(1, Number((micros + SECOND_MICROS / 2n) / SECOND_MICROS));
