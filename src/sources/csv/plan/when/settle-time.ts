import { readZone, UTC } from '../../../../domain/files/zone.ts';
import type { Instant } from '../../../../domain/instant.ts';
import type { Cells, Columns } from '../../dialect.ts';
import { rowTimeReader } from '../../row-time.ts';
import { columnName } from '../head/column-name.ts';
import type { FoundReader } from '../head/find-reader.ts';
import type { Questions } from '../questions.ts';
import type { Samples } from '../samples.ts';
import type { CsvHints, PlanTime } from '../types.ts';
import type { NameClues } from '../whose/file-name.ts';
import { choosePeriod } from './choose-period.ts';
import {
  chooseEnd,
  chooseOrder,
  chooseZone,
  demandReadable,
  endInName,
  readTimes,
  timeEvidence,
  wallOf,
} from './choose-time.ts';

export interface TimeSources {
  found: FoundReader;
  columns: Columns;
  /** The cells of the samples, in order. */
  rows: Cells[];
  samples: Samples;
  hints: CsvHints;
  clues: NameClues;
}

export interface SettledTime {
  time: PlanTime;
  period: string | null;
  /** Wall times of adjacent rows of one series. */
  runs: number[][];
  observed_at: Instant | null;
}

/** Settles everything about the times of the rows. Asks, or throws CsvFault. */
export function settleTime(sources: TimeSources, questions: Questions): SettledTime {
  const { found, columns, rows, hints, clues } = sources;
  const { dialect, header } = found;
  const position = columns.instant ?? columns.unix;
  const evidence = timeEvidence(rows, position === undefined ? 'the instant' : (header[position] ?? ''));
  const observed_at = observedAt(rows, hints, questions);
  const documented = dialect.date_order?.(new Set(header.map(columnName))) ?? null;
  const order = chooseOrder(evidence, { told: hints.date_order, documented }, questions);
  const zone = chooseZone(evidence, dialect, hints.zone, questions);
  const times = readTimes(evidence.texts, { order, zone });
  demandReadable(times, evidence);
  const end =
    evidence.texts.length === 0
      ? { names: 'instant' as const, is_days: false, is_last_minute: false }
      : chooseEnd(
          { dialect, said: endInName(columnName(header[position ?? -1] ?? '')) },
          hints,
          times,
          questions,
        );
  const time: PlanTime = { ...end, zone, order };
  const isOpen = questions.has('no_instant') || (order === null && questions.has('ambiguous_dates'));
  const runs = isOpen ? null : wallRuns(sources, time);
  const period =
    runs === null
      ? null
      : choosePeriod(
          {
            dialect,
            runs,
            is_days: time.is_days,
            stated: statedPeriod(sources, time),
            told: hints.period,
            named: clues.period,
          },
          questions,
        );
  return { time, period, runs: runs ?? [], observed_at };
}

/** The wall times of each series, run by run. */
function wallRuns({ rows, samples, found }: TimeSources, time: PlanTime): number[][] {
  const zone = (time.zone === null ? null : readZone(time.zone)) ?? UTC;
  const read = rowTimeReader({ version: 2, dialect: found.dialect.id, time }, (role) => role);
  const series = new Map<string, number[]>();
  let index = 0;
  for (const [run, records] of samples.runs.entries())
    for (const _ of records) {
      const row = rows[index] ?? {};
      index += 1;
      const at = read(row);
      if (at === null || 'code' in at) continue;
      const key = [run, row.source, row.external_id ?? row.id ?? row.pair ?? row.symbol ?? row.name].join(
        '\0',
      );
      const walls = series.get(key) ?? [];
      series.set(key, walls);
      walls.push(endOf(wallOf(at.instant, zone), time));
    }
  return [...series.values()];
}

/** Closes are as far apart as the ends of their bars: 31 January and 29 February are one month. */
function endOf(wall: number, { names, is_days, is_last_minute }: PlanTime): number {
  if (names !== 'close') return wall;
  if (is_days) return wall + DAY_MS;
  const isLastSecond = wall % MINUTE_MS >= MINUTE_MS - SECOND_MS;
  return (isLastSecond ? Math.ceil(wall / MINUTE_MS) * MINUTE_MS : wall) + (is_last_minute ? MINUTE_MS : 0);
}

/** The period of rows that state when their bar opens and closes: the most frequent one. */
function statedPeriod({ rows, columns, found }: TimeSources, time: PlanTime): string | null {
  if (columns.bar_open === undefined) return null;
  const read = rowTimeReader({ version: 2, dialect: found.dialect.id, time }, (role) => role);
  for (const row of rows) {
    const close = read(row);
    const open = read({ instant: row.bar_open ?? null });
    if (close === null || open === null || 'code' in close || 'code' in open) continue;
    const ms = wallOf(close.instant, UTC) - wallOf(open.instant, UTC);
    return periodOfLength(time.is_days && time.names === 'close' ? ms + DAY_MS : ms);
  }
  return null;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
const LENGTHS: readonly [string, number][] = [
  ['1m', 60_000],
  ['5m', 300_000],
  ['15m', 900_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['4h', 14_400_000],
  ['1d', DAY_MS],
  ['1w', 7 * DAY_MS],
];

/** A length of time as a period, with a tolerance for the second that a bar's written end may lack. */
function periodOfLength(ms: number): string | null {
  const days = Math.round(ms / DAY_MS);
  if (days >= 28 && days <= 31) return '1mo';
  return LENGTHS.find(([, length]) => length - ms >= 0 && length - ms <= 1_000)?.[0] ?? null;
}

/** The sender's instant for rows that have none. */
function observedAt(rows: Cells[], { observed_at }: CsvHints, questions: Questions): Instant | null {
  if (rows.some(({ instant, unix, clock, observation_id }) => instant || unix || clock || observation_id))
    return null;
  if (observed_at !== null) return observed_at;
  if (questions.has('no_instant')) return null;
  questions.ask(
    'no_instant',
    'No column says when the values were observed. Add one such as created_at, or send observed_at=, for example observed_at=2025-01-10T10:00:00Z.',
  );
  return null;
}
