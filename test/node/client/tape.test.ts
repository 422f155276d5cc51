import { expect, test } from 'vitest';
import { createTape, TapeError } from '../../../docs/client/src/index.ts';

/** A client of a service with these replies, and its requests. */
function tapeOf(...replies: object[]) {
  const asked: { url: string; token: string | null }[] = [];
  const tape = createTape({
    baseUrl: 'https://tape.test',
    token: 'secret',
    fetch: async ({ url, headers }) => {
      asked.push({ url: url.replace('https://tape.test', ''), token: headers.get('Authorization') });
      const body = replies[asked.length - 1] ?? {};
      const status = 'status' in body && typeof body.status === 'number' ? body.status : 200;
      const type = status < 300 ? 'application/json' : 'application/problem+json';
      return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } });
    },
  });
  return { tape, asked };
}

test('requests ask for numbers as texts if a route has any, and the token is sent', async () => {
  const { tape, asked } = tapeOf({ data: [{ price_usd: '45000.50000000' }] }, { status: 'ok' });
  const { data } = await tape.GET('/prices', { params: { query: { asset: 'btc-bitcoin' } } });
  const price: string | null | undefined = data?.data[0]?.price_usd;
  expect(price).toBe('45000.50000000');
  await tape.GET('/health', {});
  await tape.GET('/assets/{id}', { params: { path: { id: 'ethereum:0x1/2' } } });
  expect(asked).toEqual([
    { url: '/prices?asset=btc-bitcoin&decimals=string', token: 'Bearer secret' },
    { url: '/health', token: 'Bearer secret' },
    { url: '/assets/ethereum%3A0x1%2F2?decimals=string', token: 'Bearer secret' },
  ]);
});

test('commas separate names, but not inside names of an array', async () => {
  const { tape, asked } = tapeOf();
  await tape.GET('/prices', {
    params: { query: { asset: 'btc-bitcoin,eth-ethereum', symbol: ['A,B', 'C&D'] } },
  });
  expect(asked[0]?.url).toBe('/prices?asset=btc-bitcoin,eth-ethereum&symbol=A%2CB,C%26D&decimals=string');
});

test('rows of a list come page by page', async () => {
  const page = (rows: object[], next_cursor: string | null) => ({ data: rows, pagination: { next_cursor } });
  const { tape, asked } = tapeOf(
    page([{ close: '1.0' }, { close: '2' }], 'a+b='),
    page([{ close: null }], null),
  );
  const closes: (string | null)[] = [];
  for await (const { close } of tape.rows('/candles', { asset: 'btc-bitcoin', limit: 2 })) closes.push(close);
  expect(closes).toEqual(['1.0', '2', null]);
  expect(asked.map(({ url }) => url)).toEqual([
    '/candles?asset=btc-bitcoin&limit=2&decimals=string',
    '/candles?cursor=a%2Bb%3D&decimals=string',
  ]);
});

test('a problem is thrown with its code', async () => {
  const { tape } = tapeOf({ status: 400, code: 'unknown_asset', detail: 'There is no asset x.' });
  const error = await tape
    .rows('/data', { asset: 'x' })
    .next()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TapeError);
  expect(error).toMatchObject({
    code: 'unknown_asset',
    status: 400,
    message: 'unknown_asset: There is no asset x.',
  });
});
