import type { BenchDatabase } from './database.ts';
import { assetId, STEP_MINUTES, symbol } from './seed.ts';

/** One request to measure. */
export interface ReadQuery {
  name: string;
  path: string;
  headers?: Record<string, string>;
  status: number;
  /** The statement for the comparison, if not its own. */
  smallest_statement?: string;
  /** The cost of an offset grows with the offset: this growth has no bound. */
  deep?: boolean;
  /** Whether the Worker keeps the reply: then it is also measured so. */
  is_kept?: boolean;
}

export const PAGE_ROWS = 50;
const DEEP_PAGE = 1000;
const DEEP_OFFSET = 90_000;
const PRICED_ASSETS = 50;
const WALK_ROWS = 1000;
const HOURS = 4;
const CANDLES = 2;

interface ReadPage {
  data: unknown[];
  pagination: { next_cursor: string | null };
}

/** The queries of one tape whose names contain one of these words, with the tape's cursors and ETag. */
export async function readQueries(
  url: string,
  database: BenchDatabase,
  words: readonly string[],
): Promise<ReadQuery[]> {
  const all = await everyQuery(url, database);
  const chosen = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (chosen.length === 0)
    throw new Error(
      `--queries: no name holds ${words.join(' or ')}: ${all.map(({ name }) => name).join('; ')}.`,
    );
  return chosen;
}

async function everyQuery(url: string, database: BenchDatabase): Promise<ReadQuery[]> {
  const page = `/data?limit=${PAGE_ROWS}`;
  const [last] = await database.query<{ ms: string }>(
    "select extract(epoch from max(last_observed_at)) * 1000 as ms from counts where kind = 'spot'",
  );
  const newest_ms = Math.round(Number(last?.ms));
  const from = new Date(newest_ms - HOURS * 3_600_000 + STEP_MINUTES * 60_000).toISOString();
  const until = new Date(newest_ms + STEP_MINUTES * 60_000).toISOString();
  const assets = Array.from({ length: PRICED_ASSETS }, (_, index) => assetId(index + 1)).join(',');
  // An instant in the middle of the smallest tape's range.
  const middle = new Date(newest_ms - (HOURS / 2) * 3_600_000).toISOString();
  const candles = (more: string) => `/candles?asset=${assetId(9)}&order=desc&limit=${CANDLES}&${more}`;
  return [
    { name: 'page', path: page, status: 200, is_kept: true },
    { name: 'by symbol', path: `${page}&symbol=${symbol(7)}`, status: 200, is_kept: true },
    {
      name: 'by asset and dates',
      path: `${page}&asset=${assetId(9)}&start_date=${from}&end_date=${until}`,
      status: 200,
      is_kept: true,
    },
    { name: 'latest', path: `${page}&latest=true`, status: 200, is_kept: true },
    {
      name: `cursor, page ${DEEP_PAGE}`,
      path: `/data?limit=${PAGE_ROWS}&cursor=${await cursorBehind(url, (DEEP_PAGE - 1) * PAGE_ROWS)}`,
      status: 200,
      is_kept: true,
    },
    { name: `offset ${DEEP_OFFSET}`, path: `${page}&offset=${DEEP_OFFSET}`, status: 200, deep: true },
    {
      name: '304',
      path: page,
      headers: { 'If-None-Match': await tagOf(`${url}${page}`) },
      status: 304,
      smallest_statement: 'select version from tape_version',
    },
    { name: '/health', path: '/health', status: 200 },
    { name: '/stats', path: '/stats', status: 200 },
    { name: '/prices of 50', path: `/prices?asset=${assets}`, status: 200 },
    { name: '/prices of 50 at an instant', path: `/prices?asset=${assets}&at=${middle}`, status: 200 },
    // The smallest tape has hardly more hours than this.
    { name: '/candles 1h, consolidated', path: candles('interval=1h'), status: 200, is_kept: true },
    { name: '/candles 1d, consolidated', path: candles('interval=1d'), status: 200 },
    { name: '/candles 1h, observed', path: candles('interval=1h&basis=observed'), status: 200 },
    { name: '/candles 1d, observed', path: candles('interval=1d&basis=observed'), status: 200 },
    { name: '/assets', path: `/assets?limit=${PAGE_ROWS}`, status: 200 },
  ];
}

/** Follows cursors to the one after the first `rows` rows. */
async function cursorBehind(url: string, rows: number): Promise<string> {
  let cursor: string | null = null;
  for (let done = 0; done < rows; ) {
    const limit = Math.min(WALK_ROWS, rows - done);
    const reply: Response = await fetch(
      `${url}/data?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`,
    );
    const page = (await reply.json()) as ReadPage;
    cursor = page.pagination?.next_cursor ?? null;
    if (cursor === null)
      throw new Error(`The tape ends before row ${rows}: ${JSON.stringify(page).slice(0, 300)}`);
    done += page.data.length;
  }
  return cursor ?? '';
}

async function tagOf(url: string): Promise<string> {
  const reply = await fetch(url);
  await reply.arrayBuffer();
  return reply.headers.get('etag') ?? '';
}
