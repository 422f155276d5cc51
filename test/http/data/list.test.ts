import { beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed } from '../../support/tape.ts';

const { db } = testDeps();
const BTC = { external_id: 'bitcoin', symbol: 'BTC', name: 'Bitcoin' };

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [
    {
      ...BTC,
      observed_at: '2025-01-10T10:00:00Z',
      known_at: '2025-01-10T12:00:00Z',
      price_usd: '45000.50000000',
      market_cap_usd: '880000000000.0',
      volume_24h_usd: '25000000000.0',
      percent_change_24h: '2.5',
    },
    { ...BTC, observed_at: '2025-01-11T10:00:00.5Z', price_usd: '46000', market_cap_usd: '900000000000' },
    {
      source: 'coinpaprika',
      external_id: 'btc-bitcoin',
      symbol: 'BTC',
      name: 'Bitcoin',
      observed_at: '2025-01-11T10:00:01Z',
      price_usd: '46001',
      market_cap_usd: '900000000001',
    },
    {
      source: 'coinpaprika',
      external_id: 'dust-coin',
      symbol: 'DUST',
      name: '=cmd|"x", y',
      observed_at: '2025-01-09T00:00:00Z',
      price_usd: '3.84e-18',
      percent_change_24h: '-7.10',
      flags: ['stale', 'zero_unknown'],
    },
    {
      source: 'csv',
      external_id: 'cryptodatadownload:btc:bitstamp:usd:1d',
      symbol: 'BTC',
      kind: 'bar_close',
      observed_at: '2020-01-02T00:00:00Z',
      known_at: '2025-01-12T00:00:00Z',
      price_usd: '7200.1',
      open_usd: '7100',
      high_usd: '7300',
      low_usd: '7000',
    },
    // A value that was corrected, and its correction.
    {
      ...BTC,
      observed_at: '2025-01-08T00:00:00Z',
      known_at: '2025-01-08T00:01:00Z',
      superseded_at: '2025-01-08T00:09:00Z',
      price_usd: '1',
    },
    {
      ...BTC,
      observed_at: '2025-01-08T00:00:00Z',
      known_at: '2025-01-08T00:09:00Z',
      revision: 2,
      price_usd: '2',
    },
  ]);
});

test('a row has the members of the contract, with every digit', async () => {
  const answer = await ask('/data?source=coingecko&start_date=2025-01-10&end_date=2025-01-10');
  expect(answer.status).toBe(200);
  expect(answer.text).toContain(
    '{"id":"coingecko_bitcoin_spot_1736503200000000_1","source":"coingecko","ticker":"BTC","name":"Bitcoin",' +
      '"asset":null,"external_id":"bitcoin","kind":"spot","price_usd":45000.50000000,' +
      '"market_cap_usd":880000000000.0,"volume_24h_usd":25000000000.0,"percent_change_24h":2.5,' +
      '"open_usd":null,"high_usd":null,"low_usd":null,"created_at":"2025-01-10T10:00:00Z",' +
      '"ingested_at":"2025-01-10T12:00:00Z","flags":[]}',
  );
  expect(answer.page.meta).toMatchObject({
    attribution: [
      { source: 'coingecko', text: 'Data provided by CoinGecko', url: 'https://www.coingecko.com' },
    ],
    complete_through: '2025-01-12T00:00:00Z',
  });
});

test('numbers come in plain notation in every format', async () => {
  const json = await ask('/data?symbol=DUST');
  expect(json.text).toContain('"price_usd":0.00000000000000000384,');
  expect(json.text).toContain('"percent_change_24h":-7.10,');
  const text = await ask('/data?symbol=DUST&decimals=string');
  expect(text.text).toContain('"price_usd":"0.00000000000000000384"');
  const ndjson = await ask('/data?symbol=DUST&format=ndjson');
  expect(ndjson.text).toContain('"price_usd":0.00000000000000000384,');
  expect(ndjson.text.split('\n')).toHaveLength(2);
});

test('CSV: row order, null empty, flags joined, formulas inert, numbers never touched', async () => {
  const { text, headers } = await ask('/data?symbol=dust', { headers: { Accept: 'text/csv' } });
  expect(headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
  expect(text).toBe(
    'id,source,ticker,name,asset,external_id,kind,price_usd,market_cap_usd,volume_24h_usd,percent_change_24h,' +
      'open_usd,high_usd,low_usd,created_at,ingested_at,flags\r\n' +
      'coinpaprika_dust-coin_spot_1736380800000000_1,coinpaprika,DUST,"\'=cmd|""x"", y",,dust-coin,spot,' +
      '0.00000000000000000384,,,-7.10,,,,2025-01-09T00:00:00Z,2025-01-09T00:00:00Z,stale|zero_unknown\r\n',
  );
});

test('fields selects and orders in every format', async () => {
  const query = '/data?symbol=DUST&fields=flags,price_usd,id';
  expect((await ask(query)).text).toContain(
    '[{"flags":["stale","zero_unknown"],"price_usd":0.00000000000000000384,"id":"coinpaprika_dust-coin_spot_1736380800000000_1"}]',
  );
  expect((await ask(`${query}&format=csv`)).text).toBe(
    'flags,price_usd,id\r\nstale|zero_unknown,0.00000000000000000384,coinpaprika_dust-coin_spot_1736380800000000_1\r\n',
  );
});

// The prices in the rows of each query, in order.
const QUERIES: [query: string, prices: string[], total: number | null][] = [
  ['', ['46001', '46000', '45000.50000000', '0.00000000000000000384', '2', '7200.1'], 6],
  ['order=asc', ['7200.1', '2', '0.00000000000000000384', '45000.50000000', '46000', '46001'], 6],
  ['symbol=btc', ['46001', '46000', '45000.50000000', '2', '7200.1'], 5],
  ['ticker=Btc,dust&limit=2', ['46001', '46000'], 6],
  ['symbol=BTC&symbol=DUST&offset=3', ['0.00000000000000000384', '2', '7200.1'], 6],
  ['source=coinpaprika', ['46001', '0.00000000000000000384'], 2],
  ['symbol=BTC&source=coinpaprika,csv', ['46001', '7200.1'], 2],
  ['external_id=dust-coin', ['0.00000000000000000384'], 1],
  ['asset=csv:cryptodatadownload:btc:bitstamp:usd:1d', ['7200.1'], 1],
  ['asset=coingecko:bitcoin,coinpaprika:btc-bitcoin', ['46001', '46000', '45000.50000000', '2'], 4],
  ['kind=bar_close', ['7200.1'], 1],
  ["symbol=';+drop+table+observations;--", [], 0],
  ['start_date=2025-01-11', ['46001', '46000'], null],
  ['start_date=2025-01-11&count=exact', ['46001', '46000'], 2],
  ['end_date=2025-01-09', ['0.00000000000000000384', '2', '7200.1'], null],
  ['end_date=2025-01-09T00:00:00Z', ['2', '7200.1'], null],
  ['start_date=1736503200&end_date=1736503200001', ['45000.50000000'], null],
  ['start_date=2025-01-10T12:00:00+02:00&end_date=2025-01-10', ['45000.50000000'], null],
  ['history=true&end_date=2025-01-08', ['2', '1', '7200.1'], null],
  ['history=true', ['46001', '46000', '45000.50000000', '0.00000000000000000384', '2', '1', '7200.1'], 7],
  ['as_of=2025-01-08T00:05:00Z', ['1'], null],
  ['ingested_after=2025-01-11T10:00:00.5Z', ['46001', '7200.1'], null],
  ['sort=ingested_at', ['7200.1', '46001', '46000', '45000.50000000', '0.00000000000000000384', '2'], 6],
  ['sort=ingested_at&order=asc&limit=1&symbol=BTC', ['2'], 5],
  ['latest=true', ['46001', '46000', '0.00000000000000000384'], 3],
  ['latest=true&order=asc', ['46000', '46001', '0.00000000000000000384'], 3],
  ['latest=true&sort=price_usd', ['46001', '46000', '0.00000000000000000384'], 3],
  ['latest=true&sort=created_at&order=asc', ['0.00000000000000000384', '46000', '46001'], 3],
  ['latest=true&symbol=BTC&source=coingecko', ['46000'], 1],
  ['latest=true&source=csv', [], 0],
  ['latest=true&as_of=2025-01-10T13:00:00Z', ['45000.50000000', '0.00000000000000000384'], null],
];

describe('filters and sorts', () => {
  test.for(QUERIES)('/data?%s', async ([query, prices, total]) => {
    const answer = await ask(
      `/data?${query.replace('+02:00', '%2B02:00')}${query ? '&' : ''}decimals=string`,
    );
    expect(answer.column('price_usd')).toEqual(prices);
    expect(answer.page.pagination).toMatchObject({ returned: prices.length, total });
  });
});

test('history shows when a revision was superseded', async () => {
  const answer = await ask('/data?history=true&end_date=2025-01-08&source=coingecko');
  expect(answer.column('superseded_at')).toEqual([null, '2025-01-08T00:09:00Z']);
  expect(answer.column('id')).toEqual([
    'coingecko_bitcoin_spot_1736294400000000_2',
    'coingecko_bitcoin_spot_1736294400000000_1',
  ]);
});

test('max_age counts from now', async () => {
  const deps = { now: () => new Date('2025-01-11T10:10:01Z') };
  const answer = await ask('/data?latest=true&max_age=600&decimals=string', { deps });
  expect(answer.column('price_usd')).toEqual(['46001']);
});

test('an unknown asset is a problem with candidates', async () => {
  const short = await ask('/data?asset=btc');
  expect(short.status).toBe(400);
  expect(short.json).toMatchObject({
    code: 'unknown_asset',
    candidates: [
      'coinpaprika:btc-bitcoin',
      'coingecko:bitcoin',
      'csv:cryptodatadownload:btc:bitstamp:usd:1d',
    ],
  });
  const other = await ask('/data?asset=coingecko:dust-coin,coingecko:bitcoin');
  expect(other.json).toMatchObject({ code: 'unknown_asset', candidates: ['coinpaprika:dust-coin'] });
});

test('complete_through: the whole version at the end, and only complete instants on a truncated page', async () => {
  const through = async (query: string) => (await ask(`/data?${query}`)).page.meta.complete_through;
  expect(await through('')).toBe('2025-01-12T00:00:00Z');
  expect(await through('limit=1')).toBe(null);
  expect(await through('limit=1&ingested_after=2025-01-01')).toBe('2025-01-01T00:00:00Z');
  expect(await through('sort=ingested_at&order=asc&limit=3&ingested_after=2025-01-01')).toBe(
    '2025-01-09T00:00:00Z',
  );
});
