import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { countStatements, type SeedRow, seed, seedAssets } from '../../support/tape.ts';

// With a tag, the rows of a page take another path: as JSON, through a function of the database.

const AT = '2025-01-10T10:00:00Z';
const ROWS: SeedRow[] = [
  {
    external_id: 'bitcoin',
    symbol: 'BTC',
    name: 'Bit "co\\in"\n',
    observed_at: AT,
    price_usd: '45000.50000000',
  },
  { external_id: 'dust', symbol: 'DUST', name: null, observed_at: AT, price_usd: '0.00000000000000000384' },
  {
    external_id: 'huge',
    symbol: 'BTC',
    name: '巨大',
    observed_at: '2025-01-10T10:00:00.123456Z',
    price_usd: '123456789012345678901234567890.1200',
    market_cap_usd: null,
    volume_24h_usd: '-0.10',
    flags: ['stale', 'anomaly'],
  },
  {
    source: 'csv',
    external_id: 'yahoo:btc:-:usd:1d',
    symbol: 'BTC',
    kind: 'bar_close',
    observed_at: '2025-01-09T00:00:00Z',
    known_at: '2025-01-11T00:00:00Z',
    price_usd: '1',
    open_usd: '2',
    high_usd: '3.0',
    low_usd: '0.50',
  },
];
const { db } = testDeps();

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, ROWS);
  await seedAssets(db, [{ id: 'btc-bitcoin', name: 'Bitcoin', listings: { 'coingecko:bitcoin': 'own' } }]);
});

// A cursor has the clock of its first page.
const now = () => new Date('2025-02-01T00:00:00Z');

const PATHS = [
  '/data',
  '/data?limit=2',
  '/data?limit=1&offset=1&order=asc',
  '/data?symbol=BTC,DUST&source=csv,coingecko',
  '/data?asset=btc-bitcoin&kind=spot',
  `/data?start_date=${AT}&end_date=2025-01-11&count=exact`,
  '/data?history=true&decimals=string&fields=id,price_usd,superseded_at',
  '/data?sort=ingested_at&order=asc&ingested_after=2025-01-10',
  '/data?as_of=2025-01-10T12:00:00Z',
  '/data?latest=true',
  '/data?latest=true&sort=price_usd&limit=2&symbol=BTC',
  '/data?symbol=NOBODY',
  '/data?format=csv&limit=3',
];

const tagOf = async (path: string) => (await ask(path)).headers.get('ETag') ?? '';
const withoutMeta = (text: string) =>
  text.replace(/"(request_id|api_latency_ms|answered_at)":("[^"]*"|\d+),?/g, '');

describe('a tag', () => {
  test.each(PATHS)('that is outdated gives the same page of %s as no tag', async (path) => {
    const stale = (await tagOf(path)).replace(/"[0-9a-z]+-/, '"1-');
    const { db: counted, statements } = countStatements(db);
    const answer = await ask(path, { headers: { 'If-None-Match': stale }, deps: { db: counted, now } });
    const plain = await ask(path, { deps: { now } });
    expect({ stale, status: answer.status }).toEqual({
      stale: expect.stringMatching(/^W\/"1-\w+(-csv)?(\.\w+)?"$/),
      status: 200,
    });
    expect(statements()).toBe(1);
    expect(withoutMeta(answer.text)).toBe(withoutMeta(plain.text));
    expect(answer.headers.get('ETag')).toBe(plain.headers.get('ETag'));
  });

  test.each(PATHS)('that is the newest gives 304 for %s', async (path) => {
    const { db: counted, statements } = countStatements(db);
    const tag = await tagOf(path);
    const answer = await ask(path, { headers: { 'If-None-Match': tag }, deps: { db: counted } });
    expect([answer.status, answer.text, answer.headers.get('ETag'), statements()]).toEqual([304, '', tag, 1]);
  });
});
