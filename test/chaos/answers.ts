import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Env } from '../../src/env.ts';
import { createApp } from '../../src/http/app.ts';
import { testDeps } from '../support/deps.ts';
import type { Snapshot } from './snapshot.ts';

/** What readers ask, whole lists each; prices at instants that lie before, in and after what is stored. */
const QUESTIONS = [
  '/data?history=true&format=ndjson',
  '/data?latest=true&limit=1000',
  '/data?source=csv&kind=bar_close&limit=1000',
  '/prices?asset=btc-bitcoin,eth-ethereum,tik-tiktok,usdt-tether&at=2026-01-02T05:30:00Z',
  '/prices?asset=btc-bitcoin,eth-ethereum,tik-tiktok,usdt-tether&at=2026-01-13T00:00:00Z&explain=true',
  '/prices?symbol=ABC,TRY,BRK,OLD&at=2024-01-15T00:30:00Z',
  '/candles?asset=btc-bitcoin&interval=1h&limit=1000',
  '/candles?asset=btc-bitcoin&interval=1d&basis=reported&limit=1000',
  '/assets?limit=1000',
  '/global?limit=1000',
];

/** What tells when things came, and how long it took to answer. */
const OUR_CLOCK = new Set([
  'ingested_at',
  'superseded_at',
  'complete_through',
  'request_id',
  'api_latency_ms',
  'answered_at',
  'as_of',
  'last_seen_at',
  'age_seconds',
]);

/** The answers of routes, line by line, without what no two runs have in common. */
export async function takeAnswers({ ageless }: { ageless: boolean }): Promise<Snapshot> {
  const app = createApp({ makeDeps: () => testDeps() });
  const answers: Snapshot = {};
  for (const question of QUESTIONS) {
    const request = new Request(`https://tape.test${question}`);
    const response = await app.fetch(request, env as unknown as Env, createExecutionContext());
    const text = new TextDecoder().decode(await response.arrayBuffer());
    answers[`GET ${question}`] = [String(response.status), ...linesOf(text, ageless)].sort();
  }
  return answers;
}

/** One line for each row, since the order of equal ones is that of their coming. */
function linesOf(text: string, ageless: boolean): string[] {
  const parsed = text.startsWith('{"id"') ? text.trimEnd().split('\n') : [text];
  return parsed
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { data, ...rest } = JSON.parse(line) as { data?: unknown };
      return Array.isArray(data) ? [...data, rest] : [data ?? rest];
    })
    .map((row) => JSON.stringify(row, (key, value: unknown) => shown(key, value, ageless)));
}

function shown(key: string, value: unknown, ageless: boolean): unknown {
  if (OUR_CLOCK.has(key)) return undefined;
  if (ageless && key === 'flags' && Array.isArray(value)) return value.filter((flag) => flag !== 'stale');
  if (isTimeless(value))
    return { of_no_time: [value.symbol, value.ticker, value.price_usd, value.market_cap_usd] };
  return value;
}

/** The coin whose source gives no time: the time of its reading is that of the first fetch, which is our clock's. */
const isTimeless = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && 'asset' in value && value.asset === 'tml-timeless';
