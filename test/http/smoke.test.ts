import { beforeEach, expect, test } from 'vitest';
import { ask, testEnv } from '../support/http.ts';
import { emptyTape, seed, testDb } from '../support/tape.ts';

const db = testDb(testEnv.DATABASE_URL);
beforeEach(() => emptyTape(db));

test('smoke', async () => {
  await seed(db, [
    { external_id: 'bitcoin', symbol: 'BTC', name: 'Bitcoin', observed_at: '2025-01-10T10:00:00Z', price_usd: '45000.50000000', flags: ['stale'] },
    { external_id: 'ethereum', symbol: 'ETH', name: 'Ether', observed_at: '2025-01-10T10:00:00.5Z', price_usd: '3.84e-18' },
  ]);
  for (const p of ['/livez', '/health', '/data', '/data?symbol=btc', '/data?latest=true', '/data?format=csv', '/data?limit=1&format=ndjson','/data?asset=coingecko:bitcoin', '/data?asset=bitcoin', '/data?sort=ingested_at&ingested_after=2020-01-01', '/data?page=1&symbol=%00', '/runs', '/runs/1', '/nowhere', '/data?limit=1']) {
    const r = await ask(p);
    console.log(p, r.status, JSON.stringify(Object.fromEntries(r.headers)), r.text);
  }
  const r = await ask('/trigger-etl', { method: 'POST', headers: { Authorization: 'Bearer dev' } });
  console.log(r.status, r.text, r.headers.get('location'));
  const one = await ask('/data?limit=1');
  const two = await ask(one.json.pagination.next.replace('http://tape.test', ''));
  console.log(two.status, two.text);
  expect(1).toBe(1);
});
