import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed } from '../../support/tape.ts';

const { db } = testDeps();
const deps = { now: () => new Date('2025-01-10T12:00:00Z') };

interface SeedReading {
  observed_at: string;
  known_at?: string;
  superseded_at?: string;
  revision?: number;
  eur: string;
}

async function seedRates({ observed_at, known_at, superseded_at, revision, eur }: SeedReading) {
  await db.execute('test.raw')(sql`
    insert into raw_payloads (id, source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
      sha256, r2_key, encoding, beat_seconds)
    overriding system value
    values (77, 'coingecko', 0, 'exchange_rates', '', 200, '{}', ${observed_at}, 0, 0, '', '', 'gzip', 3600)
    on conflict do nothing`);
  await db.execute('test.raw')(sql`
    insert into rates (source, observed_at, revision, known_at, superseded_at, currencies, names, units_per_btc,
      pointers, raw_payload_id, run_id, normalizer_version, flags)
    values ('coingecko', ${observed_at}, ${revision ?? 1}, ${known_at ?? observed_at}, ${superseded_at ?? null},
      '{usd,eur,btc}', '{US Dollar,Euro,Bitcoin}', ${`{80000.00,${eur},1.0}`}::numeric[],
      '{/rates/usd,/rates/eur,/rates/btc}', 77, 1, 1, '{no_source_time}')`);
}

beforeAll(async () => {
  await emptyDatabase();
  await seedRates({ observed_at: '2025-01-01T00:00:00Z', eur: '60000' });
  await seedRates({
    observed_at: '2025-01-10T10:30:00Z',
    eur: '71234.567',
    superseded_at: '2025-01-10T11:00:00Z',
  });
  await seedRates({
    observed_at: '2025-01-10T10:30:00Z',
    eur: '70000',
    revision: 2,
    known_at: '2025-01-10T11:00:00Z',
  });
  const coin = { external_id: 'bitcoin', symbol: 'BTC', flags: [] };
  await seed(db, [
    {
      ...coin,
      observed_at: '2025-01-10T11:55:00Z',
      price_usd: '81234.56789',
      market_cap_usd: '1600000000001',
    },
    { ...coin, observed_at: '2025-01-05T00:00:00Z', price_usd: '50000' },
    { ...coin, observed_at: '2024-12-01T00:00:00Z', price_usd: '40000' },
  ]);
});

describe('/rates', () => {
  test('returns dollars per unit, from one reply, with the figures behind them', async () => {
    const answer = await ask('/rates?decimals=string', { deps });
    expect(answer.page.data).toEqual([
      expect.objectContaining({ currency: 'btc', usd_per_unit: '80000' }),
      {
        currency: 'eur',
        name: 'Euro',
        usd_per_unit: '1.14285714285714286',
        units_per_btc: '70000',
        usd_per_btc: '80000.00',
        created_at: '2025-01-10T10:30:00Z',
        ingested_at: '2025-01-10T11:00:00Z',
        age_seconds: 5_400,
        source: 'coingecko',
        stale: false,
        rate_id: 'coingecko_eur_rate_1736505000000000_2',
        flags: ['no_source_time'],
      },
      expect.objectContaining({ currency: 'usd', usd_per_unit: '1' }),
    ]);
    expect(answer.page.pagination.total).toBe(3);
    expect(answer.page.meta.attribution).toMatchObject([{ source: 'coingecko' }]);
  });

  test.for([
    ['at=2025-01-10T09:00:00Z', { created_at: '2025-01-01T00:00:00Z', units_per_btc: '60000', stale: true }],
    [
      'as_of=2025-01-10T10:45:00Z',
      { rate_id: 'coingecko_eur_rate_1736505000000000_1', units_per_btc: '71234.567' },
    ],
  ] as const)('?%s', async ([query, expected]) => {
    const answer = await ask(`/rates?currency=EUR&decimals=string&${query}`, { deps });
    expect(answer.page.data).toMatchObject([expected]);
  });

  test('has no answer for a time before the first reading, and refuses the future', async () => {
    expect((await ask('/rates?at=2024-01-01', { deps })).page.data).toEqual([]);
    expect((await ask('/rates?at=2030-01-01', { deps })).status).toBe(400);
  });

  test('pages by cursor', async () => {
    const seen: unknown[] = [];
    for (let path: string | null = '/rates?limit=2'; path; ) {
      const answer = await ask(path, { deps });
      seen.push(...answer.column('currency'));
      path = answer.page.pagination.next;
    }
    expect(seen).toEqual(['btc', 'eur', 'usd']);
  });
});

describe('/prices?quote=', () => {
  test('converts to twelve digits, keeps the dollars, and names price and rate', async () => {
    const answer = await ask('/prices?symbol=BTC&quote=EUR&decimals=string', { deps });
    expect(answer.page.data).toMatchObject([
      {
        price_usd: '81234.56789',
        market_cap_usd: '1600000000001',
        volume_24h_usd: null,
        quote: 'eur',
        price: '71080.2469038',
        market_cap: '1400000000000',
        volume_24h: null,
        rate_id: 'coingecko_eur_rate_1736505000000000_2',
        rate_created_at: '2025-01-10T10:30:00Z',
        rate_stale: false,
        stale: false,
        flags: ['converted'],
        observation_id: 'coingecko_bitcoin_spot_1736510100000000_1',
      },
    ]);
  });

  test('is stale when the rate is stale, by the beat of the rate', async () => {
    const answer = await ask('/prices?symbol=BTC&quote=eur&at=2025-01-05T00:10:00Z', { deps });
    expect(answer.page.data).toMatchObject([
      { price_usd: 50_000, price: 37_500, rate_stale: true, stale: true },
    ]);
    const dollars = await ask('/prices?symbol=BTC&at=2025-01-05T00:10:00Z', { deps });
    expect(dollars.page.data).toMatchObject([{ price_usd: 50_000, stale: false }]);
  });

  test.for([
    ['before the first rate', 'at=2024-12-01T00:01:00Z'],
    ['with a rate older than max_age', 'max_age=600'],
  ])('%s has no answer in that currency', async ([, query]) => {
    const answer = await ask(`/prices?symbol=BTC&quote=eur&${query}`, { deps });
    expect(answer.json).toMatchObject({
      data: [],
      missing: [{ input: 'BTC', code: 'no_rate', candidates: [] }],
    });
  });

  test('as of a moment uses the rate that was known', async () => {
    const answer = await ask('/prices?symbol=BTC&quote=eur&as_of=2025-01-10T10:45:00Z', { deps });
    expect(answer.json).toMatchObject({ data: [{ rate_id: 'coingecko_eur_rate_1736505000000000_1' }] });
  });

  test('refuses a currency without rates and names the existing ones; dollars need none', async () => {
    const refused = await ask('/prices?symbol=BTC&quote=xyz', { deps });
    expect(refused.json).toMatchObject({
      status: 400,
      errors: [{ path: 'quote', message: 'is no currency of a rate; known are btc, eur, usd' }],
    });
    const [dollars, plain] = [
      await ask('/prices?symbol=BTC&quote=usd', { deps }),
      await ask('/prices?symbol=BTC', { deps }),
    ];
    expect(dollars.page.data).toEqual(plain.page.data);
    expect(plain.page.data[0]).not.toHaveProperty('quote');
  });

  test('of many points, each with the rate of its time, and as a table', async () => {
    const points = [
      { asset: 'coingecko:bitcoin', at: '2025-01-05T00:10:00Z' },
      { asset: 'coingecko:bitcoin', at: '2025-01-10T11:56:00Z' },
      { asset: 'coingecko:bitcoin', at: '2024-12-01T00:01:00Z' },
    ];
    const body = JSON.stringify({ points, quote: 'eur' });
    const fields = 'input,price_usd,price,rate_created_at,code';
    const answer = await ask(`/prices/query?format=csv&fields=${fields}`, { method: 'POST', body, deps });
    expect(answer.text).toBe(
      `${fields}\r\n` +
        'coingecko:bitcoin,50000,37500,2025-01-01T00:00:00Z,\r\n' +
        'coingecko:bitcoin,81234.56789,71080.2469038,2025-01-10T10:30:00Z,\r\n' +
        'coingecko:bitcoin,,,,no_rate\r\n',
    );
    const whole = await ask('/prices?symbol=BTC&quote=eur&format=csv', { deps });
    expect(whole.text.split('\r\n')[0]).toMatch(
      /,flags,quote,price,market_cap,volume_24h,rate_id,rate_created_at,rate_stale,code,message,candidates$/,
    );
    const plain = await ask('/prices?symbol=BTC&format=csv', { deps });
    expect(plain.text.split('\r\n')[0]).toMatch(/,flags,code,message,candidates$/);
  });
});
