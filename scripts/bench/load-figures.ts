import { ratios, rounded, spread } from './numbers.ts';
import { figure, type Outcome, type Table } from './outcome.ts';

const COPY_SHARE_LEAST = 0.35;
const MEMORY_MB_MOST = 64;
const OTHER_SHARE_LEAST = 0.95;
/** Rows per second of a Python peer, with files small enough for it (docs/performance.md). */
const PEER = { per_second: 1740, times: 15 };

/** One load, and the COPY measured beside it. */
export interface LoadRound {
  seconds: number;
  /** Until the Worker had accepted the file: stored in R2, and queued. */
  upload_seconds: number;
  copy_seconds: number;
  /** Seconds of the other release, if there is one. */
  other_seconds: number | null;
  cpu_ms: number | null;
  /** Peak of the Worker's isolate above idle: heap, native objects and buffers. */
  heap_mb: number;
  /** Peak of the process above idle, if the Worker only passes the file to R2. */
  floor_memory_mb: number | null;
  /** Peak of the process above idle: until the file was accepted, and until its rows were committed. */
  upload_memory_mb: number | null;
  memory_mb: number | null;
  round_trips: number;
  sent_bytes: number;
}

interface LoadedFile {
  rows: number;
  bytes: number;
}

/** Compares the rounds with the bounds of the specification. */
export function judgeLoad({ rows, bytes }: LoadedFile, rounds: LoadRound[]): Outcome {
  const rate = rounds.map(({ seconds }) => rows / seconds);
  const copy = rounds.map(({ copy_seconds }) => rows / copy_seconds);
  const other = rounds.map(({ other_seconds }) => rows / (other_seconds ?? Number.NaN));
  const isCompared = rounds.every(({ other_seconds }) => other_seconds !== null);
  const over_peer = rate.map((each) => each / PEER.per_second);
  const memory = rounds.map(({ memory_mb }) => memory_mb ?? Number.NaN);
  const heap = rounds.map(({ heap_mb }) => heap_mb);
  const cpu = rounds.map(({ cpu_ms }) => ((cpu_ms ?? Number.NaN) * 1000) / rows);
  const size = `${rounded(bytes / 1e6)} MB`;
  return {
    figures: [
      figure('load: rows a second', '/s', spread(rate)),
      figure('load: rows a second of psql \\copy', '/s', spread(copy)),
      figure('load: rows a second over \\copy', '×', ratios(rate, copy), { at_least: COPY_SHARE_LEAST }),
      ...(isCompared
        ? [
            figure('load: rows a second over those of the other Worker', '×', ratios(rate, other), {
              at_least: OTHER_SHARE_LEAST,
            }),
          ]
        : []),
      figure(`load: rows a second over a Python peer's ${PEER.per_second}`, '×', spread(over_peer), {
        at_least: PEER.times,
      }),
      figure(`load: peak memory of workerd over idle, ${size} file`, 'MB', spread(memory), {
        at_most: MEMORY_MB_MOST,
      }),
      figure(`load: the same of the Worker's isolate alone, ${size} file`, 'MB', spread(heap), {
        at_most: MEMORY_MB_MOST,
      }),
      figure('load: CPU of workerd for 1,000 rows', 'ms', spread(cpu)),
    ],
    tables: [roundsTable(rows, size, rounds)],
  };
}

const roundsTable = (rows: number, size: string, rounds: LoadRound[]): Table => ({
  title: `Load of ${rows.toLocaleString('en')} rows (${size}): upload, R2, queue, Postgres`,
  rows: rounds.map((round, index) => ({
    round: index + 1,
    'rows/s': rounded(rows / round.seconds),
    '\\copy rows/s': rounded(rows / round.copy_seconds),
    'other rows/s': round.other_seconds === null ? null : rounded(rows / round.other_seconds),
    'upload s': rounded(round.upload_seconds),
    'all s': rounded(round.seconds),
    'CPU s': round.cpu_ms === null ? null : rounded(round.cpu_ms / 1000),
    'Worker MB': rounded(round.heap_mb),
    'process MB, R2 alone': round.floor_memory_mb === null ? null : rounded(round.floor_memory_mb),
    'process MB, upload': round.upload_memory_mb === null ? null : rounded(round.upload_memory_mb),
    'process MB': round.memory_mb === null ? null : rounded(round.memory_mb),
    'round trips': round.round_trips,
    'sent bytes a row': rounded(round.sent_bytes / rows),
  })),
});
