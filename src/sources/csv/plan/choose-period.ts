import { microsOf } from '../../../domain/instant.ts';
import type { Cells, Dialect } from '../dialect.ts';
import { addPeriod, timeOf } from '../time.ts';

/** The periods that bars come in, shortest first. */
const PERIODS = [
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '1mo',
];
const DAY_MICROS = addPeriod(0n, '1d');

/**
 * The period of a file's bars: as the rows state or space it, or as the file name says. Null when neither
 * tells. A gap makes rows look further apart than they are, never closer: so a shorter spacing beats the name.
 */
export function choosePeriod(
  dialect: Dialect,
  rows: Cells[],
  named: string | null,
  isDayFirst: boolean,
): { period: string | null; warning: string | null } {
  if (dialect.bars === null) return { period: null, warning: null };
  if (dialect.bars.period !== null) return { period: dialect.bars.period, warning: null };
  const seen = statedPeriod(dialect, rows) ?? spacing(dialect, rows, isDayFirst);
  if (named !== null && (seen === null || lengthOf(seen) >= lengthOf(named)))
    return { period: named, warning: null };
  if (seen !== null) {
    const warning =
      named === null
        ? null
        : `The file name says ${named}, but the rows are ${seen} apart: taken as ${seen}.`;
    return { period: seen, warning };
  }
  const { period_fallback: period } = dialect.bars;
  const warning =
    period === null
      ? 'Neither the file name nor the spacing of the rows tells the period of the bars: closes are stored at the instant written, the opening of the bar. Name the file like Bitstamp_BTCUSD_1h.csv.'
      : `The rows are too few to tell the period of the bars: taken as ${period}.`;
  return { period, warning };
}

const lengthOf = (period: string): bigint => addPeriod(0n, period);

/** The period of a row that states where its bar opens and closes. */
function statedPeriod(dialect: Dialect, rows: Cells[]): string | null {
  for (const row of rows) {
    const close = dialect.instant(row, false)?.instant;
    const open = timeOf(row.bar_open)?.instant;
    if (open !== undefined && close !== undefined) return periodOf(microsOf(close) - microsOf(open));
  }
  return null;
}

/** The shortest distance between neighbours, if it is met more than once or is a day at most. */
function spacing(dialect: Dialect, rows: Cells[], isDayFirst: boolean): string | null {
  const instants = rows.flatMap((row) => dialect.instant(row, isDayFirst)?.instant ?? []).map(microsOf);
  const sorted = [...new Set(instants)].sort((a, b) => (a < b ? -1 : 1));
  const gaps = sorted.slice(1).map((micros, index) => micros - (sorted[index] ?? micros));
  const [shortest] = [...gaps].sort((a, b) => (a < b ? -1 : 1));
  if (shortest === undefined) return null;
  const times = gaps.filter((gap) => periodOf(gap) === periodOf(shortest)).length;
  return times > 1 || shortest <= DAY_MICROS ? periodOf(shortest) : null;
}

/** A length of time as a period, give or take the second that a bar's written end may lack. */
function periodOf(micros: bigint): string | null {
  const days = micros / DAY_MICROS;
  if (days >= 27n && days <= 31n) return '1mo';
  const near = (period: string) => {
    const short = lengthOf(period) - micros;
    return short >= 0n && short <= 1_000_000n;
  };
  return PERIODS.find(near) ?? null;
}
