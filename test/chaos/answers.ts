import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { instantText } from '../../src/db/sql/instant-text.ts';
import { formatObservationId, type ObservationKey } from '../../src/domain/observation-id.ts';
import type { Env } from '../../src/env.ts';
import { createApp } from '../../src/http/app.ts';
import { rows, testDeps } from '../support/deps.ts';
import { READ_ANEW, type Snapshot } from './snapshot.ts';

/** The requests of readers: complete lists each, and prices at instants before, in and after the stored range. */
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

/** Members with arrival times or durations. */
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

/** The answers of routes, line by line, without the parts that differ between any two runs. */
export async function takeAnswers({ ageless }: { ageless: boolean }): Promise<Snapshot> {
  const app = createApp({ makeDeps: () => testDeps() });
  const answers: Snapshot = {};
  const anew = await idsReadAnew();
  for (const question of QUESTIONS) {
    const request = new Request(`https://tape.test${question}`);
    const response = await app.fetch(request, env as unknown as Env, createExecutionContext());
    const text = new TextDecoder().decode(await response.arrayBuffer());
    answers[`GET ${question}`] = [String(response.status), ...linesOf(text, { ageless, anew })].sort();
  }
  return answers;
}

/** Ids of rows that only a further attempt of a failing file has. */
async function idsReadAnew(): Promise<Set<unknown>> {
  const keys = await rows<ObservationKey>(sql`
    select o.source, l.external_id, o.kind, ${instantText('o.observed_at')} as observed_at, o.revision
    from (${READ_ANEW}) o join listings l on l.id = o.listing_id`);
  return new Set(keys.map(formatObservationId));
}

interface Leaving {
  ageless: boolean;
  anew: Set<unknown>;
}

/** One line for each row, because equal rows are in their order of arrival. */
function linesOf(text: string, { ageless, anew }: Leaving): string[] {
  const parsed = text.startsWith('{"id"') ? text.trimEnd().split('\n') : [text];
  return parsed
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { data, ...rest } = JSON.parse(line) as { data?: unknown };
      return Array.isArray(data) ? [...data, rest] : [data ?? rest];
    })
    .filter((row) => !anew.has((row as { id?: unknown }).id))
    .map((row) => JSON.stringify(row, (key, value: unknown) => shown(key, value, ageless)));
}

function shown(key: string, value: unknown, ageless: boolean): unknown {
  if (OUR_CLOCK.has(key)) return undefined;
  if (ageless && key === 'flags' && Array.isArray(value)) return value.filter((flag) => flag !== 'stale');
  if (isTimeless(value))
    return { of_no_time: [value.symbol, value.ticker, value.price_usd, value.market_cap_usd] };
  return value;
}

/** The coin of a source without times: the time of its reading is the first fetch, by our clock. */
const isTimeless = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && 'asset' in value && value.asset === 'tml-timeless';
