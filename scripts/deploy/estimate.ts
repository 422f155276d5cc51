import { PRICES } from './prices.ts';

/** Of the Worker's variables, those that decide what it costs. Null is no limit. */
export interface Pace {
  poll_minutes: number;
  poll_top: number | null;
  keep_observations_days: number | null;
  keep_raw_days: number | null;
  coingecko_plan: 'demo' | 'pro';
  coingecko_pages: number;
}

/** In US dollars a month: the least and the most that are likely. */
export type Range = readonly [least: number, most: number];

export interface Estimate {
  rows_a_day: number;
  /** Kept by then, in GB: observations with their indexes and candles; bodies of upstream replies. */
  postgres_gb: number;
  raw_gb: number;
  items: { name: string; usd: Range }[];
  usd: Range;
}

/** What the figures take for granted, for the reader of an estimate. */
export const ASSUMPTIONS = [
  'every coin moves between two polls (one that does not adds no row)',
  'readers and uploads cost nothing extra in the lower figure, and keep the database awake in the higher one',
  'none of the upstreams’ own plans, nor transfer beyond 100 GB a month from Neon',
];

/** Coins that CoinPaprika listed in the reply these sizes come from, and what CoinGecko puts on a page. */
const COINPAPRIKA_COINS = 3_795;
const PER_PAGE = 250;
/** Minutes between two calls at best, as src/sources has them for the free plans. */
const EVERY_MINUTES = { coinpaprika: 5, coingecko_first: 10, coingecko_later: 30 };
/** Measured; docs/performance.md says how. Gzipped bytes a coin are those of recorded replies. */
const BYTES = { observation: 339, candle: 200, raw_coinpaprika: 125, raw_coingecko: 270, history: 700 };
const CPU_MS_A_ROW = 0.09;
const CANDLES_A_DAY = 25;
/** Neon puts compute to sleep after five idle minutes; a poll takes about one. */
const AWAKE_MINUTES = 6;
const HISTORY_DAYS = 7;
const MONTH_DAYS = 30.4;
const GB = 1e9;

/** Coins that one kind of call brings, each time. */
interface Call {
  coins: number;
  every_minutes: number;
  raw_bytes: number;
}

/** What a deployment at this pace costs in its `month`-th month (1 is the first). */
export function estimate(pace: Pace, month: number): Estimate {
  const calls = callsOf(pace);
  const days = month * MONTH_DAYS;
  const rows_a_day = sum(calls.map((call) => call.coins * timesADay(call)));
  const rows = sum(calls.map((call) => call.coins * keptReadings(call, days, pace.keep_observations_days)));
  const candles = sum(calls.map((call) => call.coins)) * CANDLES_A_DAY * days;
  const postgres_gb = (rows * BYTES.observation + candles * BYTES.candle) / GB;
  const raw_days = Math.min(days, pace.keep_raw_days ?? Infinity);
  const raw_gb = (sum(calls.map((call) => call.raw_bytes * timesADay(call))) * raw_days) / GB;
  const items = [
    { name: 'Workers Paid', usd: workersCost(rows_a_day) },
    { name: 'R2', usd: same(Math.max(0, raw_gb - PRICES.r2_free_gb) * PRICES.r2_gb) },
    { name: 'Neon storage', usd: same(postgres_gb * PRICES.neon_gb) },
    { name: 'Neon compute', usd: computeCost(calls, postgres_gb) },
    { name: 'Neon restore history', usd: same(historyCost(rows_a_day)) },
  ];
  const usd = [sum(items.map(({ usd }) => usd[0])), sum(items.map(({ usd }) => usd[1]))] as const;
  return { rows_a_day, postgres_gb, raw_gb, items, usd };
}

function callsOf(pace: Pace): Call[] {
  const top = pace.poll_top ?? Infinity;
  const every = (least: number) => Math.max(pace.poll_minutes, least);
  const pages = Math.min(pace.coingecko_pages, Math.ceil(top / PER_PAGE));
  const isFree = pace.coingecko_plan === 'demo';
  const coingecko = Array.from({ length: pages }, (_, page): Call => {
    const least = page === 0 ? EVERY_MINUTES.coingecko_first : EVERY_MINUTES.coingecko_later;
    return {
      coins: Math.min(PER_PAGE, top - page * PER_PAGE),
      every_minutes: isFree ? every(least) : pace.poll_minutes,
      raw_bytes: PER_PAGE * BYTES.raw_coingecko,
    };
  });
  const coinpaprika: Call = {
    coins: Math.min(COINPAPRIKA_COINS, top),
    every_minutes: every(EVERY_MINUTES.coinpaprika),
    raw_bytes: COINPAPRIKA_COINS * BYTES.raw_coinpaprika, // it answers with all of them in any case
  };
  return [coinpaprika, ...coingecko];
}

const timesADay = ({ every_minutes }: Call) => 1_440 / every_minutes;

/** Readings of one coin still kept after `days`: in full, then hourly up to four times that age, then daily. */
function keptReadings(call: Call, days: number, keep_days: number | null): number {
  const full = keep_days ?? Infinity;
  const inFull = Math.min(days, full);
  const hourly = Math.min(days, 4 * full) - inFull;
  return inFull * timesADay(call) + hourly * Math.min(24, timesADay(call)) + (days - inFull - hourly);
}

function workersCost(rows_a_day: number): Range {
  const cpu_ms = rows_a_day * MONTH_DAYS * CPU_MS_A_ROW;
  const beyond = Math.max(0, cpu_ms - PRICES.workers_included.cpu_ms) / 1e6;
  return same(PRICES.workers + beyond * PRICES.workers_million_cpu_ms);
}

/** A quarter of a unit, awake for polls alone; always awake, and one unit from 10 GB on. */
function computeCost(calls: Call[], postgres_gb: number): Range {
  const minutes = Math.min(...calls.map((call) => call.every_minutes));
  const hours = MONTH_DAYS * 24;
  const awake = Math.min(1, AWAKE_MINUTES / minutes);
  const most_cu = postgres_gb < 10 ? 0.25 : 1;
  return [0.25 * awake * hours * PRICES.neon_cu_hour, most_cu * hours * PRICES.neon_cu_hour];
}

const historyCost = (rows_a_day: number) =>
  ((rows_a_day * BYTES.history * HISTORY_DAYS) / GB) * PRICES.neon_history_gb;

const same = (usd: number): Range => [usd, usd];
const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0);
