import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { rows } from '../../support/deps.ts';
import {
  codeOf,
  FILE,
  forgetUploads,
  get,
  idOf,
  ingest,
  NOBODY,
  send,
  uploadOf,
} from '../../support/upload-requests.ts';

beforeEach(forgetUploads);

describe('GET /uploads/{id}', () => {
  it('shows how the file was read and the result for its rows', async () => {
    const body = `${FILE}2025-01-11 00:00:00 UTC,nonsense,1,2\n2025-01-10 00:00:00 UTC,45000.5,880000000000,25000000000\n`;
    const id = idOf(await send({ body, query: '?filename=btc-usd-max.csv' }));
    await ingest(id);
    const reply = (await get(`/uploads/${id}`)).json as Record<string, unknown>;
    expect(reply).toMatchObject({
      id,
      status: 'succeeded',
      error: null,
      rows: { read: 3, inserted: 1, duplicate: 1, rejected: 1 },
      data: {
        id,
        status: 'succeeded',
        dialect: 'coingecko',
        size_bytes: 203,
        done_bytes: 203,
        rows: { read: 3, inserted: 1, duplicate: 1, rejected: 1 },
        plan: { coin: { id: 'btc', symbol: 'BTC' }, kind: 'spot', quote: 'usd', venue: null, period: null },
        preview: [
          {
            line: 2,
            raw: '2025-01-10 00:00:00 UTC,45000.50000000,880000000000.0,25000000000.0',
            row: { ticker: 'BTC', price_usd: 45000.5, created_at: '2025-01-10T00:00:00Z' },
          },
          { line: 3, raw: '2025-01-11 00:00:00 UTC,nonsense,1,2', row: null },
          { line: 4, row: { volume_24h_usd: 25000000000 } },
        ],
      },
    });
    expect((await get('/data?source=csv')).page.data).toHaveLength(1);
  });

  it('explains why a file cannot be read', async () => {
    const id = idOf(await send({ body: 'what,is,this\n1,2,3\n' }));
    await ingest(id);
    expect(await uploadOf(id)).toMatchObject({ status: 'failed', error: { code: 'unknown_header' } });
  });

  it('shows what a dry run would have stored, with every digit, and stores nothing', async () => {
    const body =
      'snapped_at,price,market_cap,total_volume\n2025-01-10 00:00:00 UTC,3.84e-18,,25000000000.123456789012345\n';
    const id = idOf(await send({ body, query: '?symbol=BTC&quote=usd&dry_run=true' }));
    await ingest(id);
    const { text } = await get(`/uploads/${id}`);
    expect(text).toContain(
      '"price_usd":0.00000000000000000384,"market_cap_usd":null,"volume_24h_usd":25000000000.123456789012345',
    );
    expect((await get(`/uploads/${id}?decimals=string`)).text).toContain(
      '"volume_24h_usd":"25000000000.123456789012345"',
    );
    expect((await uploadOf(id)).data).toMatchObject({
      rows: { read: 1, inserted: 1, duplicate: 0, rejected: 0 },
    });
    expect((await get('/data?source=csv')).page.data).toEqual([]);
  });

  it.each([
    [`/uploads/${NOBODY}`, 404, 'not_found'],
    ['/uploads/x', 400, 'invalid_request'],
    ['/uploads/%00', 400, 'invalid_request'],
    [`/uploads/${NOBODY}?limit=1`, 400, 'invalid_request'],
    [`/uploads/${NOBODY}/rejects`, 404, 'not_found'],
    ['/uploads/x/rejects', 400, 'invalid_request'],
    [`/uploads/${NOBODY}/rejects?status=queued`, 400, 'invalid_request'],
    [`/uploads/${NOBODY}/rejects?cursor=zzz`, 400, 'invalid_cursor'],
    ['/uploads?status=lost', 400, 'invalid_request'],
    ['/uploads?limit=0', 400, 'invalid_request'],
    ['/uploads?cursor=zzz', 400, 'invalid_cursor'],
  ])('answers %s with %i %s', async (path, status, code) => {
    expect(codeOf(await get(path))).toEqual([status, code]);
  });

  it('answers HEAD', async () => {
    const answer = await get('/uploads', { method: 'HEAD' });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});

describe('GET /uploads', () => {
  it('lists the newest first, by status, page by page', async () => {
    const ids = [];
    for (const day of ['a', 'b', 'c', 'd'])
      ids.unshift(idOf(await send({ query: `?symbol=BTC&quote=usd&filename=${day}.csv` })));
    await ingest(ids[3] ?? '');
    const all = (await get('/uploads')).page;
    expect(all.data.map(({ filename, status }) => [filename, status])).toEqual([
      ['d.csv', 'queued'],
      ['c.csv', 'queued'],
      ['b.csv', 'queued'],
      ['a.csv', 'succeeded'],
    ]);
    expect(all.pagination).toMatchObject({ limit: 100, offset: 0, returned: 4, total: 4, next_cursor: null });

    const first = (await get('/uploads?status=queued&limit=2')).page;
    expect(first.data.map(({ id }) => id)).toEqual([ids[0], ids[1]]);
    expect(first.pagination).toMatchObject({ returned: 2, total: 3 });
    const second = (await get(`/uploads?cursor=${first.pagination.next_cursor}`)).page;
    expect(second.data.map(({ id }) => id)).toEqual([ids[2]]);
    expect(second.pagination.next_cursor).toBeNull();
    expect((await get('/uploads?offset=3')).page.data.map(({ id }) => id)).toEqual([ids[3]]);
  });

  it('keeps the order of uploads of one instant', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      ids.unshift(idOf(await send({ query: `?symbol=BTC&quote=usd&filename=${name}.csv` })));
    await rows(sql`update uploads set accepted_at = '2026-01-10T10:00:00Z'`);
    expect((await get('/uploads')).page.data.map(({ id }) => id)).toEqual(ids);
  });

  it('refuses a cursor of another list', async () => {
    for (const name of ['a', 'b']) await send({ query: `?filename=${name}.csv` });
    const runs = (await get('/runs?limit=1')).page;
    expect(codeOf(await get(`/uploads?cursor=${runs.pagination.next_cursor}`))).toEqual([
      400,
      'invalid_cursor',
    ]);
  });
});

describe('GET /uploads/{id}/rejects', () => {
  it('explains every reject, in file order, page by page', async () => {
    const body = `${FILE}2025-01-11 00:00:00 UTC,"non\nsense",1,2\n2025-01-12 00:00:00 UTC,-1,1,2\nyesterday,1,1,2\n`;
    const id = idOf(await send({ body, query: '?symbol=BTC&quote=usd' }));
    await ingest(id);
    const { data, pagination } = (await get(`/uploads/${id}/rejects`)).page;
    expect(data.map(({ line, code, raw }) => [line, code, raw])).toEqual([
      [3, 'invalid_number', '2025-01-11 00:00:00 UTC,"non\nsense",1,2'],
      [5, 'negative_price', '2025-01-12 00:00:00 UTC,-1,1,2'],
      [6, 'invalid_instant', 'yesterday,1,1,2'],
    ]);
    expect(data.every(({ message }) => typeof message === 'string' && message !== '')).toBe(true);
    expect(pagination.total).toBe(3);

    const first = (await get(`/uploads/${id}/rejects?limit=2`)).page;
    expect(first.data).toEqual(data.slice(0, 2));
    const second = (await get(`/uploads/${id}/rejects?limit=2&cursor=${first.pagination.next_cursor}`)).page;
    expect(second.data).toEqual(data.slice(2));
    const other = idOf(await send({ query: '?symbol=ETH&quote=usd' }));
    expect(codeOf(await get(`/uploads/${other}/rejects?cursor=${first.pagination.next_cursor}`))).toEqual([
      400,
      'invalid_cursor',
    ]);
    expect((await get(`/uploads/${other}/rejects`)).page).toMatchObject({
      data: [],
      pagination: { total: 0 },
    });
  });
});
