import type { JobResult } from './load-process.ts';
import { ratios, rounded, spread } from './numbers.ts';
import { type Figure, figure, type Outcome } from './outcome.ts';
import type { ReadQuery } from './read-queries.ts';

/** The measurements of one query on one tape; one entry per round. */
export interface ReadRounds {
  query: ReadQuery;
  rows: number;
  /** Requests to the database per request to the Worker. */
  round_trips: number[];
  alone: JobResult[];
  busy: JobResult[];
  /** The statement alone, under load. */
  bare: JobResult[];
  /** The statement alone, on one connection. */
  bare_alone: JobResult[];
  /** The statement through a Worker that passes it on, under load. */
  pass: JobResult[];
  /** The Worker that keeps the reply, under load; empty if it does not keep it. */
  kept: JobResult[];
  cpu_ms: (number | null)[];
}

/** Connections of the measurements under load. */
export const BUSY = 16;

/** The measurements of a Worker that does nothing, under load. */
export interface ConstantRounds {
  rounds: JobResult[];
  cpu_ms: (number | null)[];
}

const GROWTH_MOST = 1.2;
const DEEP_PAGE_MOST = 1.1;
const OF_STATEMENT_LEAST = 0.7;
const UNCHANGED_LEAST = 0.8;
/** Of a Worker that only passes statements on; the others have no bound. */
const OF_PASSING_LEAST: Record<string, number> = {
  page: 0.85,
  'by symbol': 0.85,
  latest: 0.85,
  'cursor, page 1000': 0.85,
  '304': 0.8,
};
/** Requests per second of a Python peer on two cores with 100,000 rows and 16 connections (docs/performance.md). */
const PEER: Record<string, { per_second: number; times: number }> = {
  page: { per_second: 84, times: 10 },
  'offset 90000': { per_second: 41, times: 10 },
  '/stats': { per_second: 8, times: 100 },
};

const p50 = (results: JobResult[]) => results.map((result) => result.p50_ms);
const rate = (results: JobResult[]) => results.map((result) => result.per_second);

/** Compares the rounds with the bounds of the specification. */
export function judgeReads(all: ReadRounds[], constant: ConstantRounds): Outcome {
  const sizes = all.map(({ rows }) => rows);
  const small = all.filter(({ rows }) => rows === Math.min(...sizes));
  const large = all.filter(({ rows }) => rows === Math.max(...sizes));
  const trips = Math.max(...all.flatMap(({ round_trips }) => round_trips));
  const figures = [
    ...growth(small, large),
    ...large.map(shareOfStatement),
    ...large.flatMap(shareOfPassing),
    ...deepPage(large),
    figure('round trips to the database per GET, at most', '', trips, { at_most: 1 }),
    ...overPeer(small),
  ];
  const title = `Reads, on 1 and on ${BUSY} connections`;
  return { figures, tables: [{ title, rows: tableRows(all, constant) }] };
}

const find = (rounds: ReadRounds[], name: string) => rounds.find(({ query }) => query.name === name);

function growth(small: ReadRounds[], large: ReadRounds[]): Figure[] {
  return large.flatMap(({ query, rows, alone }) => {
    const before = find(small, query.name);
    if (before === undefined || before.rows === rows) return [];
    const name = `${query.name}: p50 at ${exponent(rows)} over ${exponent(before.rows)} rows`;
    const bound = query.deep ? undefined : { at_most: GROWTH_MOST };
    return [figure(name, '×', ratios(p50(alone), p50(before.alone)), bound)];
  });
}

function shareOfStatement({ query, busy, bare }: ReadRounds): Figure {
  const smallest = query.smallest_statement !== undefined;
  const name = `${query.name}: requests a second over ${smallest ? 'the smallest' : 'its bare'} statement`;
  const bound = { at_least: smallest ? UNCHANGED_LEAST : OF_STATEMENT_LEAST };
  return figure(name, '×', ratios(rate(busy), rate(bare)), bound);
}

/** Compared with a Worker that sends the same statement and adds nothing: with kept replies, and without. */
function shareOfPassing({ query, busy, pass, kept }: ReadRounds): Figure[] {
  const what = query.smallest_statement === undefined ? 'its' : 'the smallest';
  const over = `requests a second over a Worker that only passes ${what} statement on`;
  const least = OF_PASSING_LEAST[query.name];
  const bound = least === undefined ? undefined : { at_least: least };
  if (!query.is_kept) return [figure(`${query.name}: ${over}`, '×', ratios(rate(busy), rate(pass)), bound)];
  return [
    figure(`${query.name}, kept: ${over}`, '×', ratios(rate(kept), rate(pass)), bound),
    figure(`${query.name}, not kept: ${over}`, '×', ratios(rate(busy), rate(pass)), bound),
  ];
}

function deepPage(large: ReadRounds[]): Figure[] {
  const [first, deep] = [find(large, 'page'), find(large, 'cursor, page 1000')];
  if (first === undefined || deep === undefined) return [];
  const share = ratios(p50(deep.alone), p50(first.alone));
  return [figure('cursor: p50 of page 1000 over page 1', '×', share, { at_most: DEEP_PAGE_MOST })];
}

function overPeer(small: ReadRounds[]): Figure[] {
  return Object.entries(PEER).flatMap(([name, { per_second, times }]) => {
    const mine = find(small, name);
    if (mine === undefined) return [];
    const share = spread(rate(mine.busy).map((value) => value / per_second));
    return [
      figure(`${name}: requests a second over a Python peer's ${per_second}`, '×', share, {
        at_least: times,
      }),
    ];
  });
}

function tableRows(all: ReadRounds[], constant: ConstantRounds) {
  const middle = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : rounded(spread(known).median);
  };
  const rows = all.map(({ query, rows, round_trips, alone, busy, bare, bare_alone, pass, kept, cpu_ms }) => ({
    query: query.name,
    rows: exponent(rows),
    'p50 ms': middle(p50(alone)),
    'p99 ms': middle(alone.map((result) => result.p99_ms)),
    'bare p50 ms': middle(p50(bare_alone)),
    'p50 ms at 16': middle(p50(busy)),
    'p99 ms at 16': middle(busy.map((result) => result.p99_ms)),
    'req/s': middle(rate(busy)),
    'bare req/s': middle(rate(bare)),
    'passed on req/s': middle(rate(pass)),
    'kept req/s': kept.length === 0 ? null : middle(rate(kept)),
    'CPU ms': middle(cpu_ms),
    'reply bytes': busy.at(-1)?.reply_bytes ?? null,
    'round trips': middle(round_trips),
  }));
  const least = constant.rounds;
  return [
    ...rows,
    {
      query: 'a constant Worker',
      rows: '–',
      'p50 ms at 16': middle(p50(least)),
      'p99 ms at 16': middle(least.map((result) => result.p99_ms)),
      'req/s': middle(rate(least)),
      'CPU ms': middle(constant.cpu_ms),
      'reply bytes': least.at(-1)?.reply_bytes ?? null,
      'round trips': 0,
    },
  ];
}

/** 100000 as 10^5; other sizes are written in full. */
export function exponent(rows: number | undefined): string {
  const power = Math.log10(rows ?? 0);
  return Number.isInteger(power) ? `10^${power}` : String(rows);
}
