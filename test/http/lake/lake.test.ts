import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { maintain } from '../../../src/ingest/upkeep/maintain.ts';
import { makeCandles } from '../../support/candles.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer, respond } from '../../support/http.ts';
import { emptyLake, lakeDeps, writeAll } from '../../support/lake.ts';
import { keptQueue } from '../../support/queue.ts';
import { type SeedRow, seed } from '../../support/tape.ts';

const NOW = new Date('2026-03-20T12:34:56Z');
const vars = { LAKE: 'on' };
const at = (known_at: string, more: Partial<SeedRow> = {}): SeedRow => ({
  external_id: 'a',
  observed_at: known_at,
  known_at,
  price_usd: '1.50',
  ...more,
});

beforeEach(async () => {
  await emptyDatabase();
  await emptyLake();
});

async function threeDays(): Promise<void> {
  await seed(testDeps().db, [
    at('2026-03-16T10:00:00Z'),
    at('2026-03-17T10:00:00Z'),
    at('2026-03-18T10:00:00Z'),
  ]);
  await writeAll(lakeDeps({ now: () => NOW }));
}

interface Part {
  day: string;
  part: string;
  rows: number;
  size_bytes: number;
  sha256: string;
  url: string;
}
const parts = async (query = ''): Promise<Part[]> =>
  (await ask(`/lake?kind=changes${query}`, { vars })).page.data as unknown as Part[];
const firstPart = async (): Promise<Part> => {
  const [part] = await parts();
  if (part === undefined) throw new Error('There is no part.');
  return part;
};

describe('GET /lake', () => {
  it('lists the parts, oldest first, by day and in pages', async () => {
    await threeDays();
    expect(await parts()).toMatchObject([
      {
        day: '2026-03-16',
        rows: 1,
        version_from: '2026-03-16T10:00:00Z',
        version_to: '2026-03-16T10:00:00Z',
      },
      { day: '2026-03-17' },
      { day: '2026-03-18' },
    ]);
    const days = async (query: string) => (await parts(query)).map(({ day }) => day.slice(8));
    expect(await days('&start_date=2026-03-17')).toEqual(['17', '18']);
    expect(await days('&end_date=2026-03-17')).toEqual(['16', '17']);
    expect(await days('&start_date=2026-03-17T09:00:00Z&end_date=2026-03-17T10:00:00Z')).toEqual(['17']);
    const first = (await ask('/lake?kind=changes&limit=2', { vars })).page;
    expect(first.pagination).toMatchObject({ returned: 2, total: 3 });
    const next = (await ask(first.pagination.next ?? '', { vars })).page;
    expect([next.data.map(({ day }) => day), next.pagination.next_cursor]).toEqual([['2026-03-18'], null]);
    expect(first.meta).toMatchObject({ written_through: '2026-03-18T10:00:00Z', complete_from: null });
  });

  it('refuses days in the wrong order', async () => {
    const { status, json } = await ask('/lake?start_date=2026-12-01&end_date=2026-11-01');
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ path: 'start_date', message: 'must be before end_date' }] });
  });

  it('is empty without a lake', async () => {
    const { data, meta } = (await ask('/lake')).page;
    expect([data, meta.written_through]).toEqual([[], null]);
  });
});

describe('GET /lake/{part}', () => {
  it('returns the bytes that the manifest names, for ever', async () => {
    await threeDays();
    const part = await firstPart();
    const response = await respond(part.url, { vars });
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([response.status, bytes.byteLength]).toEqual([200, part.size_bytes]);
    expect(response.headers.get('Content-Type')).toBe('application/vnd.apache.parquet');
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('Accept-Ranges')).toBe('bytes');
    expect(response.headers.get('ETag')).toBe(`"${part.sha256}"`);
    const again = await ask(part.url, { vars, headers: { 'If-None-Match': `"${part.sha256}"` } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('returns ranges, as readers of Parquet request them', async () => {
    await threeDays();
    const { url, size_bytes: size, sha256, part } = await firstPart();
    const range = async (value: string, more: Record<string, string> = {}) => {
      const answer = await ask(url, { vars, headers: { Range: value, ...more } });
      return [answer.status, answer.header('Content-Range'), answer.text.length];
    };
    expect(await range('bytes=0-3')).toEqual([206, `bytes 0-3/${size}`, 4]);
    expect((await ask(url, { vars, headers: { Range: 'bytes=0-3' } })).text).toBe('PAR1');
    expect((await ask(url, { vars, headers: { Range: 'bytes=-4' } })).text).toBe('PAR1');
    expect((await range(`bytes=${size}-`)).slice(0, 2)).toEqual([416, `bytes */${size}`]);
    expect((await range('bytes=0-3', { 'If-Range': `"${sha256}"` }))[0]).toBe(206);
    expect((await range('bytes=0-3', { 'If-Range': '"other"' }))[0]).toBe(200);
    const head = await ask(url, { vars, method: 'HEAD' });
    expect([head.status, head.header('Content-Length'), head.text]).toEqual([200, String(size), '']);
    const missing = await ask(`/lake/${part.replace('2026', '2025')}`, { vars });
    expect([missing.status, (missing.json as { code: string }).code]).toEqual([404, 'not_found']);
  });

  it('is for callers with bulk access, without a rate limit', async () => {
    await threeDays();
    const { url } = await firstPart();
    const locked = { ...vars, BULK_ACCESS: 'token', READ_TOKEN: 'reader' };
    const limiter = { limit: async () => ({ success: false }) };
    const limited = { ...locked, RATE_LIMIT: 'on', RATE_LIMITER: limiter };
    const status = async (path: string, headers: Record<string, string> = {}) =>
      (await ask(path, { vars: limited, headers })).status;
    expect(await status(url, bearer('reader'))).toBe(200);
    expect(await status('/lake', bearer('reader'))).toBe(429);
    expect(await status(url, bearer('wrong'))).toBe(429);
    expect((await ask(url, { vars: locked })).status).toBe(401);
    expect((await ask('/lake', { vars: locked })).status).toBe(401);
    expect((await ask(url, { vars: locked, headers: bearer('reader') })).header('Cache-Control')).toMatch(
      /^private/,
    );
  });
});

describe('POST /lake', () => {
  it('writes everything known by now through the queue', async () => {
    await seed(testDeps().db, [at('2026-03-20T10:00:00Z')]);
    const { queue, sent } = keptQueue();
    const answer = await ask('/lake', { vars, method: 'POST', headers: bearer('dev'), deps: { queue } });
    expect([answer.status, answer.json]).toEqual([202, { status: 'queued' }]);
    expect(sent.map(({ message }) => message)).toContainEqual({ type: 'lake' });
    const deps = lakeDeps({ now: () => NOW });
    await consume(deps, { id: '1', attempts: 1, body: { type: 'lake' }, ack: () => {}, retry: () => {} });
    expect((await parts()).map(({ day }) => day)).toEqual(['2026-03-20']);
    expect(await rows(sql`select done = asked as done from tasks where type = 'lake'`)).toEqual([
      { done: true },
    ]);
  });

  it('needs the token to operate, and a lake', async () => {
    expect((await ask('/lake', { vars, method: 'POST' })).status).toBe(401);
    const off = await ask('/lake', { method: 'POST', headers: bearer('dev') });
    expect([off.status, (off.json as { code: string }).code]).toEqual([503, 'not_configured']);
  });
});

describe('a thinned range of /data', () => {
  it('names the parts of its days', async () => {
    const { db } = testDeps();
    const seeds = ['09:10', '09:20', '09:30'].map((time) => at(`2026-03-01T${time}:00Z`));
    await seed(db, [...seeds, at('2026-03-02T10:00:00Z'), at('2026-03-20T10:00:00Z')]);
    await makeCandles(db);
    const deps = lakeDeps({ now: () => NOW }, { KEEP_OBSERVATIONS_DAYS: '10' });
    await writeAll(deps);
    expect(await maintain(deps)).toBe('done');
    const lakeOf = async (query: string, more = vars) =>
      (await ask(`/data?${query}`, { vars: more })).page.meta.lake;
    const names = (await parts()).map(({ part }) => part);
    expect(await lakeOf('')).toEqual({ parts: names.slice(0, 2), url: '/lake?kind=changes' });
    expect(await lakeOf('start_date=2026-03-02&end_date=2026-03-02T12:00:00Z')).toEqual({
      parts: [names[1]],
      url: '/lake?kind=changes&start_date=2026-03-02&end_date=2026-03-02',
    });
    expect(await lakeOf('start_date=2026-03-12')).toBeUndefined();
    expect(await lakeOf('', { LAKE: 'off' })).toBeUndefined();
  });
});

it('/stats and /metrics show how far the lake reaches', async () => {
  await threeDays();
  await seed(testDeps().db, [at('2026-03-18T10:00:05Z')]);
  const { lake } = (await ask('/stats', { vars })).json as { lake: Record<string, unknown> };
  expect(lake).toMatchObject({
    enabled: true,
    parts: 4,
    rows: 4,
    written_through: '2026-03-18T10:00:00Z',
    complete_from: null,
    lag_seconds: 5,
  });
  const { text } = await ask('/metrics', { vars });
  expect(text).toContain('\ncointape_lake_parts 4\n');
  expect(text).toContain('\ncointape_lake_lag_seconds 5\n');
});
