import { createTape, TapeError } from './src/index.ts'; // outside of this repository: 'cointape-client'

const { TAPE = 'http://localhost:8787', TAPE_TOKEN } = process.env;
const tape = createTape({ baseUrl: TAPE, ...(TAPE_TOKEN === undefined ? {} : { token: TAPE_TOKEN }) });

const { data: prices, error } = await tape.GET('/prices', {
  params: { query: { asset: 'btc-bitcoin', symbol: 'ETH' } },
});
if (error) throw new TapeError(error);
for (const { asset, price_usd, age_seconds, source } of prices.data) {
  console.log(`${asset}  ${price_usd}  ${age_seconds} s old, of ${source}`);
}
for (const { input, code, candidates } of prices.missing) {
  console.log(`${input}  ${code}: ${candidates.map((coin) => coin.asset).join(', ')}`);
}

// Every observation of a coin, as of the first page. Numbers are texts: nothing is rounded.
let count = 0;
for await (const { created_at, price_usd } of tape.rows('/data', { asset: 'btc-bitcoin', limit: 500 })) {
  if (count === 0) console.log(`newest  ${created_at}  ${price_usd}`);
  count += 1;
}
console.log(`${count} observations of btc-bitcoin`);
