import createClient from 'openapi-fetch';
import type { components, operations, paths } from './tape.d.ts';

// Of the formats a route has; CSV and NDJSON are for streams.
type Json = 'application/json' | 'application/problem+json';
type Observation = components['schemas']['Observation'];
type Query = NonNullable<operations['getData']['parameters']['query']>;

const baseUrl = process.env.TAPE ?? 'http://localhost:8787';
// Plain numbers lose digits in JSON.parse; decimals=string brings them as text.
const tape = createClient<paths, Json>({ baseUrl });

/** Every observation of an asset, a page at a time: the cursor sees the data as of its first page. */
async function* observations(asset: string): AsyncGenerator<Observation> {
  let query: Query = { asset, decimals: 'string', limit: 500 };
  for (;;) {
    const { data: page, error } = await tape.GET('/data', { params: { query } });
    if (error) throw new Error(`${error.code}: ${error.detail}`);
    yield* page.data;
    const { next_cursor } = page.pagination;
    if (next_cursor === null) return;
    query = { cursor: next_cursor };
  }
}

const { data: prices, error } = await tape.GET('/prices', {
  params: { query: { asset: 'btc-bitcoin', symbol: 'ETH', decimals: 'string' } },
});
if (error) throw new Error(`${error.code}: ${error.detail}`);
for (const { asset, price_usd, age_seconds, source } of prices.data) {
  console.log(`${asset}  ${price_usd}  ${age_seconds} s old, of ${source}`);
}
for (const { input, code, candidates } of prices.missing) {
  console.log(`${input}  ${code}: ${(candidates ?? []).map((coin) => coin.asset).join(', ')}`);
}

let count = 0;
for await (const { created_at, price_usd } of observations('btc-bitcoin')) {
  if (count === 0) console.log(`newest  ${created_at}  ${price_usd}`);
  count += 1;
}
console.log(`${count} observations of btc-bitcoin`);
