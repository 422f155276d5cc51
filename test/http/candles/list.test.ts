import { sql } from 'drizzle-orm';
import { beforeAll, describe, expect, it } from 'vitest';
import { listOpenRebuilds } from '../../../src/db/candles/rebuild.ts';
import { writeCursor } from '../../../src/http/walk.ts';
import { makeCandles } from '../../support/candles.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, type Page } from '../../support/http.ts';
import { countStatements, type SeedRow, seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const spot = (external_id: string, observed_at: string, price_usd: string): SeedRow => ({
  external_id,
  symbol: 'BTC',
  observed_at,
  price_usd,
  beat_seconds: 3600,
});
const bar = (period: string, observed_at: string, close: string, more: Partial<SeedRow> = {}): SeedRow => ({
  source: 'csv',
  external_id: `cryptodatadownload:btc:bitstamp:usd:${period}`,
  symbol: 'BTC',
  kind: 'bar_close',
  observed_at,
  known_at: '2025-02-01T00:00:00Z',
  price_usd: close,
  open_usd: '1.0',
  high_usd: '9.90',
  low_usd: '0.5',
  ...more,
});

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [
    spot('bitcoin', '2025-01-10T10:00:00Z', '100.50'),
    spot('bitcoin', '2025-01-10T10:30:00Z', '90.1'),
    spot('bitcoin', '2025-01-10T23:00:00Z', '120'),
    spot('bitcoin', '2025-01-12T09:00:00Z', '0.00000001'),
    { ...spot('btc-bitcoin', '2025-01-12T08:00:00Z', '7'), source: 'coinpaprika' },
    spot('other', '2025-01-12T08:00:00Z', '3'),
    bar('1d', '2025-01-11T00:00:00Z', '2.00', { volume_24h_usd: '5000.0' }),
    bar('1d', '2025-01-12T00:00:00Z', '3.00', { superseded_at: '2025-02-02T00:00:00Z' }),
    bar('1d', '2025-01-12T00:00:00Z', '4.00', { revision: 2, known_at: '2025-02-02T00:00:00Z' }),
    bar('1h', '2025-01-11T01:00:00Z', '2.50'),
    bar('-', '2025-01-11T01:00:00Z', '2.70'),
  ]);
  const bars = ['1d', '1h', '-'].map((period) => `csv:cryptodatadownload:btc:bitstamp:usd:${period}`);
  const listings = ['coingecko:bitcoin', 'coinpaprika:btc-bitcoin', ...bars];
  await seedAssets(db, [
    {
      id: 'btc-bitcoin',
      symbol: 'BTC',
      listings: Object.fromEntries(listings.map((each) => [each, 'test'])),
    },
    { id: 'other', symbol: 'BTC', listings: { 'coingecko:other': 'test' } },
  ]);
  await makeCandles(db);
});

// With a tag, the statement takes another path: as text, through a function of the database.
describe('a tag of /candles', () => {
  const PATHS = [
    '/candles?asset=btc-bitcoin',
    '/candles?asset=btc-bitcoin&interval=1h&order=desc&limit=2',
    '/candles?asset=btc-bitcoin&basis=observed&limit=1&offset=1',
    '/candles?asset=btc-bitcoin&basis=reported&start_date=2025-01-10&end_date=2025-01-12',
    '/candles?asset=btc-bitcoin&interval=1h&basis=reported&count=exact',
    '/candles?symbol=BTC&interval=1h&decimals=string',
    '/candles?asset=other&basis=reported',
    '/candles?symbol=NOBODY',
    '/candles?asset=btc-bitcoin&format=csv&limit=2',
  ];
  const now = () => new Date('2025-03-01T00:00:00Z');
  const withoutMeta = (text: string) =>
    text.replace(/"(request_id|api_latency_ms|answered_at)":("[^"]*"|\d+),?/g, '');

  it.each(PATHS)('that is outdated gives the same page of %s as no tag', async (path) => {
    const plain = await ask(path, { deps: { now } });
    const stale = (plain.header('ETag') ?? '').replace(/"[0-9a-z]+-/, '"1-');
    const { db: counted, statements } = countStatements(db);
    const answer = await ask(path, { headers: { 'If-None-Match': stale }, deps: { db: counted, now } });
    expect([answer.status, statements(), answer.header('ETag')]).toEqual([200, 1, plain.header('ETag')]);
    expect(withoutMeta(answer.text)).toBe(withoutMeta(plain.text));
  });

  it.each(PATHS)('that is the newest gives 304 for %s', async (path) => {
    const tag = (await ask(path, { deps: { now } })).header('ETag') ?? '';
    const { db: counted, statements } = countStatements(db);
    const answer = await ask(path, { headers: { 'If-None-Match': tag }, deps: { db: counted, now } });
    expect([answer.status, answer.text, answer.header('ETag'), statements()]).toEqual([304, '', tag, 1]);
  });
});

describe('GET /candles', () => {
  it('returns the candles of an asset, separately for each source, oldest first', async () => {
    const reply = await ask('/candles?asset=btc-bitcoin&basis=observed');
    expect(reply.status).toBe(200);
    expect(reply.page.data.map((row) => [row.source, row.open_time, row.count])).toEqual([
      ['coingecko', '2025-01-10T00:00:00Z', 3],
      ['coingecko', '2025-01-12T00:00:00Z', 1],
      ['coinpaprika', '2025-01-12T00:00:00Z', 1],
    ]);
    expect(reply.text).toContain(
      '{"asset":"btc-bitcoin","source":"coingecko","open_time":"2025-01-10T00:00:00Z",' +
        '"close_time":"2025-01-11T00:00:00Z","open":100.50,"high":120,"low":90.1,"close":120,"volume_usd":null,' +
        '"count":3,"basis":"observed","complete":false,"external_id":"bitcoin",' +
        '"first_at":"2025-01-10T10:00:00Z","last_at":"2025-01-10T23:00:00Z"}',
    );
    expect(reply.page.pagination).toMatchObject({ limit: 100, offset: 0, returned: 3, total: 3, next: null });
    expect(reply.page.meta.attribution).toMatchObject([{ source: 'coinpaprika' }, { source: 'coingecko' }]);
  });

  it('says whether the readings of an ended bucket reach from end to end', async () => {
    const reply = await ask('/candles?asset=btc-bitcoin&source=coingecko&interval=1h');
    expect(reply.page.data.map((row) => [row.open_time, row.complete])).toEqual([
      ['2025-01-10T10:00:00Z', true],
      ['2025-01-10T23:00:00Z', true],
      ['2025-01-12T09:00:00Z', true],
    ]);
  });

  it('selects open times by a range, newest first on request', async () => {
    const query = 'external_id=bitcoin&interval=1h&start_date=2025-01-10T10:00:00Z&end_date=2025-01-10';
    const reply = await ask(`/candles?${query}&order=desc&decimals=string&fields=open_time,open`);
    expect(reply.page.data).toEqual([
      { open_time: '2025-01-10T23:00:00Z', open: '120' },
      { open_time: '2025-01-10T10:00:00Z', open: '100.50' },
    ]);
    expect(reply.page.pagination.total).toBeNull();
    expect((await ask(`/candles?${query}&count=exact`)).page.pagination.total).toBe(2);
  });

  it('returns the bars of files unchanged, and only those of the interval', async () => {
    const days = await ask('/candles?asset=btc-bitcoin&basis=reported');
    expect(days.page.data).toEqual([
      {
        asset: 'btc-bitcoin',
        source: 'csv',
        open_time: '2025-01-10T00:00:00Z',
        close_time: '2025-01-11T00:00:00Z',
        open: 1,
        high: 9.9,
        low: 0.5,
        close: 2,
        volume_usd: 5000,
        count: null,
        basis: 'reported',
        complete: true,
        external_id: 'cryptodatadownload:btc:bitstamp:usd:1d',
        first_at: null,
        last_at: null,
      },
      expect.objectContaining({ open_time: '2025-01-11T00:00:00Z', close: 4, volume_usd: null }),
    ]);
    expect(days.text).toContain('"high":9.90');
    const hours = await ask('/candles?asset=btc-bitcoin&basis=reported&interval=1h');
    expect(hours.column('open_time')).toEqual(['2025-01-11T00:00:00Z']);
    const bounded = '/candles?asset=btc-bitcoin&basis=reported&start_date=2025-01-11&end_date=2025-01-11';
    expect((await ask(bounded)).column('open_time')).toEqual(['2025-01-11T00:00:00Z']);
  });

  it.each([
    'observed&interval=1h',
    'reported',
    'observed&order=desc',
    'consolidated',
    'consolidated&order=desc',
  ])('is walked by its cursor: %s', async (basis) => {
    const url = `/candles?asset=btc-bitcoin&basis=${basis}`;
    const whole = (await ask(url)).page;
    const walked: unknown[] = [];
    for (let next: string | null = `${url}&limit=1`; next !== null; ) {
      const { data, pagination }: Page = (await ask(next)).page;
      expect(pagination.total).toBe(whole.data.length);
      walked.push(...data);
      next = pagination.next;
    }
    expect(walked).toEqual(whole.data);
    expect((await ask(`${url}&limit=2&offset=1`)).page.data).toEqual(whole.data.slice(1, 3));
  });

  it('streams every match as CSV and NDJSON', async () => {
    const csv = await ask('/candles?asset=btc-bitcoin&source=coingecko', { headers: { Accept: 'text/csv' } });
    expect(csv.header('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.text).toBe(
      'asset,source,open_time,close_time,open,high,low,close,volume_usd,count,basis,complete,external_id,first_at,last_at\r\n' +
        'btc-bitcoin,coingecko,2025-01-10T00:00:00Z,2025-01-11T00:00:00Z,100.50,120,90.1,120,,3,observed,false,bitcoin,' +
        '2025-01-10T10:00:00Z,2025-01-10T23:00:00Z\r\n' +
        'btc-bitcoin,coingecko,2025-01-12T00:00:00Z,2025-01-13T00:00:00Z,0.00000001,0.00000001,0.00000001,' +
        '0.00000001,,1,observed,false,bitcoin,2025-01-12T09:00:00Z,2025-01-12T09:00:00Z\r\n',
    );
    const lines = await ask('/candles?external_id=other&format=ndjson&fields=close,complete');
    expect(lines.text).toBe('{"close":3,"complete":false}\n');
    const head = await ask('/candles?asset=btc-bitcoin&format=csv', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  it('names the assets that share a symbol', async () => {
    const reply = await ask('/candles?ticker=btc');
    expect(reply.page.data).toHaveLength(4);
    expect(reply.page.meta.ambiguous).toMatchObject([{ asset: 'btc-bitcoin' }, { asset: 'other' }]);
  });

  it('refuses invalid requests', async () => {
    const problem = async (query: string) => {
      const { status, json } = await ask(`/candles?${query}`);
      const { code, errors, candidates } = json as Record<string, { path: string; message: string }[]>;
      return [status, code, errors?.map(({ path, message }) => `${path} ${message}`) ?? candidates];
    };
    expect(await problem('interval=1d')).toEqual([
      400,
      'invalid_request',
      ['asset is needed, or symbol, or external_id'],
    ]);
    expect(await problem('asset=bitcoin')).toEqual([400, 'unknown_asset', ['btc-bitcoin']]);
    expect(await problem('asset=btc-bitcoin&interval=5m')).toEqual([
      400,
      'invalid_request',
      ['interval must be one of 1h, 1d'],
    ]);
    expect(await problem('asset=btc-bitcoin&start_date=2025-01-02&end_date=2025-01-01')).toEqual([
      400,
      'invalid_request',
      ['start_date must be before end_date'],
    ]);
    expect((await ask('/candles?symbol=NOBODY')).page.data).toEqual([]);
  });

  it('sends one statement, and one for an unchanged answer', async () => {
    const counted = countStatements(db);
    const first = await ask('/candles?asset=btc-bitcoin', { deps: { db: counted.db } });
    const headers = { 'If-None-Match': first.header('ETag') ?? '' };
    const again = await ask('/candles?asset=btc-bitcoin', { headers, deps: { db: counted.db } });
    expect([again.status, again.text, counted.statements()]).toEqual([304, '', 2]);
    expect(first.header('Cache-Control')).toBe('public, max-age=15, stale-while-revalidate=60');
  });
});

describe('GET /candles of an asset', () => {
  const shown = async (query: string) =>
    (await ask(`/candles?asset=btc-bitcoin&${query}`)).page.data.map((row) => [
      row.open_time,
      row.basis,
      row.external_id,
      row.close,
    ]);

  it('returns one candle per bucket, taken whole from one series', async () => {
    expect(await shown('')).toEqual([
      // Three readings do not cover a day, so the bar of a file takes precedence.
      ['2025-01-10T00:00:00Z', 'reported', 'cryptodatadownload:btc:bitstamp:usd:1d', 2],
      ['2025-01-11T00:00:00Z', 'reported', 'cryptodatadownload:btc:bitstamp:usd:1d', 4],
      ['2025-01-12T00:00:00Z', 'observed', 'bitcoin', 0.00000001],
    ]);
    expect((await ask('/candles?asset=btc-bitcoin')).page.pagination.total).toBe(3);
    expect(await shown('interval=1h&start_date=2025-01-11')).toEqual([
      ['2025-01-11T00:00:00Z', 'reported', 'cryptodatadownload:btc:bitstamp:usd:1h', 2.5],
      ['2025-01-12T08:00:00Z', 'observed', 'btc-bitcoin', 7],
      ['2025-01-12T09:00:00Z', 'observed', 'bitcoin', 0.00000001],
    ]);
  });

  it('orders the candles of several assets by open_time and asset', async () => {
    const { page } = await ask('/candles?asset=other,btc-bitcoin&order=desc&limit=2');
    expect(page.data.map(({ open_time, asset }) => [open_time, asset])).toEqual([
      ['2025-01-12T00:00:00Z', 'other'],
      ['2025-01-12T00:00:00Z', 'btc-bitcoin'],
    ]);
  });

  it('returns observed candles when a series is named', async () => {
    expect(await shown('source=coinpaprika')).toEqual([
      ['2025-01-12T00:00:00Z', 'observed', 'btc-bitcoin', 7],
    ]);
    expect(await shown('source=csv')).toEqual([]);
  });

  it('says that candles exist in another basis if the requested basis has none', async () => {
    const warnings = async (query: string) => (await ask(`/candles?${query}`)).page.meta.warnings;
    expect(await warnings('asset=btc-bitcoin&source=csv')).toEqual([
      'There are no observed candles of 1d here, but there are reported ones: send basis=reported.',
    ]);
    expect(await warnings('asset=other&basis=reported')).toEqual([
      'There are no reported candles of 1d here, but there are observed ones: send basis=observed.',
    ]);
    expect(await warnings('asset=btc-bitcoin&source=csv&start_date=2025-01-12')).toBeUndefined();
    expect(await warnings('asset=btc-bitcoin')).toBeUndefined();
  });

  it('continues a cursor of a release that knew only single series', async () => {
    const texts = { filters: { asset: 'btc-bitcoin' }, view: { limit: '1' }, at: '2025-02-03T00:00:00Z' };
    const [row] = await rows<{ id: number; version: string }>(sql`
      select l.id, to_char(t.version at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as version
      from listings l cross join tape_version t where l.external_id = 'bitcoin'`);
    const cursor = writeCursor({
      texts,
      version: row?.version ?? '',
      sort: 'candles open_time asc',
      after: ['2025-01-10T00:00:00Z', row?.id ?? 0],
      total: 3,
    });
    const { page } = await ask(`/candles?cursor=${cursor}`);
    expect(page.data).toMatchObject([{ source: 'coingecko', open_time: '2025-01-12T00:00:00Z', count: 1 }]);
  });

  it('marks candles that an older rule made', async () => {
    await rows(sql`update candles set rule = 1, beat_seconds = null where interval = '1h'`);
    const { page } = await ask('/candles?external_id=bitcoin&interval=1h');
    await rows(sql`update candles set rule = 2, beat_seconds = 3600 where interval = '1h'`);
    expect(page.data.map(({ complete }) => complete)).toEqual([false, false, false]);
    expect(page.meta.warnings).toEqual([
      '3 of these candles were made by an earlier release and are being rebuilt. Until then, complete is true for ' +
        'them only if readings lie on both borders.',
    ]);
  });
});

describe('POST /candles/rebuild', () => {
  it('is accepted, with a later check', async () => {
    await emptyDatabase();
    const sent: unknown[][] = [];
    const queue = { send: async (...given: unknown[]) => void sent.push(given) } as unknown as Queue;
    const headers = { Authorization: 'Bearer dev' };
    const reply = await ask('/candles/rebuild', { method: 'POST', headers, deps: { queue } });
    expect([reply.status, reply.json]).toEqual([202, { status: 'queued' }]);
    expect(sent).toEqual([
      [{ type: 'rebuild_candles' }, undefined],
      [{ type: 'sweep' }, { delaySeconds: 600 }],
    ]);
    expect(await listOpenRebuilds(db)).toEqual([{ id: 'asked', is_stalled: true }]);
    expect((await ask('/candles/rebuild', { method: 'POST', deps: { queue } })).status).toBe(401);
  });

  it('is stored although the queue refuses its message', async () => {
    await emptyDatabase();
    const queue = { send: () => Promise.reject(new Error('queue is full')) } as unknown as Queue;
    const headers = { Authorization: 'Bearer dev' };
    const reply = await ask('/candles/rebuild', { method: 'POST', headers, deps: { queue } });
    expect(reply.status).toBe(202);
    expect(await listOpenRebuilds(db)).toEqual([{ id: 'asked', is_stalled: true }]);
  });
});
