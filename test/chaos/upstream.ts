import { geckoGlobal, market, paprikaGlobal, ticker } from '../support/upstream.ts';
import type { FaultKind } from './faults.ts';

/** The present replies of both upstreams: the body by path and relevant query. */
export type Market = { bodies: Map<string, string> };

export const PAPRIKA = 'https://paprika.test/v1';
export const GECKO = 'https://gecko.test/api/v3';

const COINS = [
  ['btc-bitcoin', 'bitcoin', 'BTC', 'Bitcoin', '45000.5'],
  ['eth-ethereum', 'ethereum', 'ETH', 'Ethereum', '3000.000000000000000001'],
  ['tik-tiktok', 'tiktok', 'TIK', 'Tiktok', '3.84e-18'],
  ['abc-abc-coin', 'abc-coin', 'ABC', 'Abc Coin', '1.50'],
  ['abc-another', 'another', 'ABC', 'Another', '0.25'],
  ['usdt-tether', 'tether', 'USDT', 'Tether', '1.0001'],
] as const;

/** Always beyond the hour after which a reading is stale, on any of the clocks. */
export const AGE_MS = 12 * 3_600_000;

/**
 * The market in its nth round, as of an instant: moved prices and times, and other values for some old instants. A
 * record without its own time gets the time of our clock, so there is none if clocks are wrong. Prices move only a
 * little: if two sources both jump, the one loaded first is flagged, and faults decide which that is.
 */
export function marketAt(
  at_ms: number,
  { round, timeless: hasTimeless }: { round: number; timeless: boolean },
): Market {
  const time = new Date(at_ms).toISOString().replace(/\.\d+Z/, 'Z');
  const digit = String((round * 3 + 4) % 9);
  const moved = (price: string) => (round === 0 ? price : price.replace(/\d(?=e|$)/, digit));
  const tickers = COINS.map(([id, , symbol, name, price]) =>
    ticker({ id, symbol, name, price: moved(price), last_updated: time }),
  );
  const stale = (price: string) =>
    ticker({
      id: 'old-standing',
      symbol: 'OLD',
      name: 'Standing',
      price,
      last_updated: '2026-01-09T00:00:00Z',
    });
  const conflicting = ticker({ id: 'btc-bitcoin', price: '1', last_updated: time });
  const refused = '{"id":"bad-record","symbol":"BAD"}';
  const markets = COINS.map(([, id, symbol, name, price]) =>
    market({ id, symbol: symbol.toLowerCase(), name, price: moved(price), last_updated: time }),
  );
  const timeless = market({ id: 'timeless', symbol: 'tml', name: 'Timeless', price: moved('7.25') }).replace(
    /"last_updated":"[^"]*"/,
    '"last_updated":null',
  );
  const list = COINS.map(
    ([, id, symbol, name]) =>
      `{"id":"${id}","symbol":"${symbol.toLowerCase()}","name":"${name}","platforms":{"ethereum":"0x${id.length}"}}`,
  );
  return {
    bodies: new Map([
      [
        '/v1/tickers',
        `[${[...tickers, stale(`${5 + Math.min(round, 2)}.5`), conflicting, refused].join(',')}]`,
      ],
      ['/v1/global', paprikaGlobal(Math.floor(at_ms / 1000))],
      ['/v1/contracts/eth-ethereum', '[{"address":"0x6","type":"ERC20","id":"tik-tiktok","active":true}]'],
      ['/api/v3/coins/markets?page=1', `[${[...markets, ...(hasTimeless ? [timeless] : [])].join(',')}]`],
      ['/api/v3/coins/markets?page=2', '[]'],
      ['/api/v3/coins/bitcoin/market_chart', history()],
      ['/api/v3/global', geckoGlobal(Math.floor(at_ms / 1000) + 30)],
      ['/api/v3/coins/list', `[${[...list, ...(hasTimeless ? [TIMELESS_LISTED] : [])].join(',')}]`],
    ]),
  };
}

/**
 * A coin that is missing from the list would be gone after three reads of the list, and faults decide when that is.
 */
const TIMELESS_LISTED = '{"id":"timeless","symbol":"tml","name":"Timeless","platforms":{}}';

/** Three readings an hour, long before the first poll. */
function history(): string {
  const points = (value: string) =>
    Array.from({ length: 48 }, (_, i) => `[${Date.UTC(2026, 0, 2, 0, 20 * i)},${40_000 + i}${value}]`).join(
      ',',
    );
  return `{"prices":[${points('.5')}],"market_caps":[${points('00000')}],"total_volumes":[${points('000')}]}`;
}

/** The good and bad answers of an upstream. */
export async function ask({ bodies }: Market, address: string, fault: FaultKind | null): Promise<Response> {
  const url = new URL(address);
  const page = url.searchParams.get('page');
  const body = bodies.get(page === null ? url.pathname : `${url.pathname}?page=${page}`);
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  switch (fault) {
    case 'up_refused':
      throw new TypeError('connection refused');
    case 'up_slow':
      throw new DOMException('The operation timed out.', 'TimeoutError');
    case 'up_cut':
      return new Response(brokenOff(body ?? '{}'), { headers });
    case 'up_half':
      return new Response(body?.slice(0, body.length / 2), { headers });
    case 'up_500':
      return new Response('{"error":"out of order"}', { status: 500, headers });
    case 'up_429':
      return new Response('Throttled', { status: 429, headers: { 'retry-after': '20' } });
    case 'up_html':
      return new Response('<!DOCTYPE html><h1>One moment</h1>', { headers: { 'content-type': 'text/html' } });
    case 'up_empty':
      return new Response('', { headers });
    default:
      return body === undefined
        ? new Response('{"error":"id not found"}', { status: 404, headers })
        : new Response(body, { headers });
  }
}

function brokenOff(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) controller.error(new Error('The connection was lost.'));
      else controller.enqueue(bytes.slice(0, bytes.length / 2));
      sent = true;
    },
  });
}
