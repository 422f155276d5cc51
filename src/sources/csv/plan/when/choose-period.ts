import { canonicalPeriod, periodOfSpacing, spacingOf } from '../../../../domain/files/period.ts';
import type { Dialect } from '../../dialect.ts';
import { barTable } from '../../dialects/table.ts';
import { CsvFault } from '../../fault.ts';
import { addPeriod } from '../../time.ts';
import type { Questions } from '../questions.ts';

export interface PeriodEvidence {
  dialect: Dialect;
  /** Wall times of adjacent rows, separately for each series and each of its runs. */
  runs: number[][];
  /** Whether the rows have plain dates. */
  is_days: boolean;
  /** The statement of the rows themselves: the distance between the two ends of a bar. */
  stated: string | null;
  /** The sender's parameter. */
  told: string | null;
  /** The period in the file name. */
  named: string | null;
}

/**
 * The period of a file's bars. A stated or named period must agree with the distance of the rows. Asks, or throws.
 */
export function choosePeriod(evidence: PeriodEvidence, questions: Questions): string | null {
  const { dialect, runs, is_days, stated, told, named } = evidence;
  if (dialect.bars === null) return null;
  const fixed = dialect.bars.period ?? stated;
  // Vendors also give whole days to midnights.
  const isDaily = is_days || (dialect.id !== barTable.id && runs.flat().every((wall) => wall % DAY_MS === 0));
  if (told !== null) {
    if (contradicts(runs, told, isDaily, true) || (fixed !== null && fixed !== told))
      throw notTold(told, fixed ?? seenIn(runs, isDaily));
    return told;
  }
  if (stated !== null && named !== null && named !== stated) {
    questions.ask('unknown_period', disagree(named, stated));
    return null;
  }
  if (fixed !== null) return fixed;
  const seen = seenIn(runs, isDaily);
  if (named !== null && !contradicts(runs, named, isDaily)) return named;
  if (named !== null) {
    questions.ask('unknown_period', disagree(named, seen ?? nearest(runs)));
    return null;
  }
  if (seen !== null && !contradicts(runs, seen, isDaily)) return seen;
  questions.ask(
    'unknown_period',
    'Neither the file name nor the distance of the rows says the period of the bars. Say it, as in period=1d, period=1h or period=1mo.',
  );
  return null;
}

const disagree = (named: string, apart: string | null): string =>
  `The file name says ${named}, but the rows are ${apart === null ? 'not so far' : apart} apart. Say which the bars are: period=${apart ?? '1d'} or period=${named}.`;

/** Rows several periods apart are gaps, unless this many have the same distance. */
const GAPS_MIN = 2;
/** The newest row of some exports is from the day of the export, within its period: one of at least this many. */
const WITHIN_MIN = 5;

function contradicts(runs: number[][], period: string, isDaily: boolean, isTold = false): boolean {
  const spacings = runs.map((run) => spacingOf(run, period));
  const equal = spacings.reduce((sum, spacing) => sum + spacing.equal, 0);
  const off = spacings.reduce((sum, { shorter, uneven }) => sum + shorter + uneven, 0);
  if (equal > 0) return off > (equal >= WITHIN_MIN ? 1 : 0);
  const gaps = Math.max(0, ...spacings.map((spacing) => spacing.gaps));
  const isWider =
    gaps >= GAPS_MIN ? seenIn(runs, isDaily) !== null : gaps > 0 && !isTold && /[mh]$/.test(period);
  return off > 0 || isWider;
}

/** The distance of most adjacent rows, over all runs. */
function seenIn(runs: number[][], isDays: boolean): string | null {
  // Bars with plain dates have a period of at least a day, and at most the distance of any two.
  if (isDays && runs.some(haveNextDay)) return '1d';
  const counts = new Map<string, number>();
  for (const run of runs) {
    const period = periodOfSpacing(run);
    if (period !== null) counts.set(period, (counts.get(period) ?? 0) + run.length);
  }
  const [commonest] = [...counts].sort(([, a], [, b]) => b - a);
  return commonest?.[0] ?? null;
}

/** The distance of the nearest two rows, for people: it proves nothing. */
function nearest(runs: number[][]): string | null {
  const gaps = runs.flatMap((run) => gapsOf(run));
  const least = Math.min(...gaps);
  return Number.isFinite(least) ? canonicalPeriod(`${least / 60_000}m`) : null;
}

const haveNextDay = (run: number[]): boolean => {
  const walls = new Set(run);
  return run.some((wall) => walls.has(wall + DAY_MS));
};

const notTold = (told: string, seen: string | null) =>
  new CsvFault(
    'contradicted',
    `The rows contradict period=${told}: they are ${seen === null ? 'not so far' : seen} apart.`,
  );

/** The distance between the rows of one series of a file, in seconds; null if there are too few rows. */
export function beatOfRows(period: string | null, runs: number[][]): number | null {
  if (period !== null) return Number(addPeriod(0n, period) / 1_000_000n);
  const gaps = runs.flatMap(gapsOf).sort((a, b) => a - b);
  const middle = gaps[Math.floor((gaps.length - 1) / 2)];
  // Fewer gaps of more than a day are holes and not a rhythm.
  if (middle === undefined || (gaps.length < BEAT_GAPS_MIN && middle > DAY_MS)) return null;
  return Math.max(1, Math.round(middle / 1000));
}

function gapsOf(run: number[]): number[] {
  const sorted = [...new Set(run)].sort((a, b) => a - b);
  return sorted.slice(1).map((wall, at) => wall - (sorted[at] ?? wall));
}

const BEAT_GAPS_MIN = 3;
const DAY_MS = 86_400_000;
