import { type SQL, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StatementName } from '../../../src/db/client.ts';
import type { Deps } from '../../../src/deps.ts';
import { AppError } from '../../../src/errors.ts';
import { createUploadStore } from '../../../src/raw/upload-store.ts';
import { rows, testDeps } from '../../support/deps.ts';
import { ask, bearer, testEnv } from '../../support/http.ts';
import {
  brokenQueue,
  codeOf,
  FILE,
  forgetUploads,
  gzip,
  idOf,
  ingest,
  NOBODY,
  type Sending,
  type Sent,
  send,
  sent,
  storedKeys,
  sweeps,
  uploadOf,
} from '../../support/upload-requests.ts';

const HASH = 'a94616b0da861131e63f5e581c7090efb87521c12e7f0b5c19253721646766dd';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

beforeEach(forgetUploads);
afterEach(() => vi.restoreAllMocks());

const accepted = () => rows(sql`select id from uploads`);

const lost = () => Promise.reject(new Error('We encountered an internal error. (10001)'));

describe('POST /uploads', () => {
  it('stores the bytes, the row and the run, and sends the message', async () => {
    const answer = await send({ query: '?filename=btc-usd-max.csv' });
    const body = answer.json as Sent;
    expect(answer.status).toBe(202);
    expect(body.id).toMatch(UUID);
    expect(body.status).toBe('queued');
    expect(body.links).toEqual({
      self: `/uploads/${body.id}`,
      rejects: `/uploads/${body.id}/rejects`,
      run: '/runs/1',
    });
    expect(body.meta.warnings).toBeUndefined();
    expect(answer.header('Location')).toBe(`/uploads/${body.id}`);
    expect(sent).toEqual([{ type: 'import', upload_id: body.id }]);
    expect(sweeps).toEqual([{ delaySeconds: 600 }]); // in case that message is lost
    const object = await testEnv.UPLOADS.get(`uploads/${body.id}`);
    expect(await object?.text()).toBe(FILE);
    const { data } = await uploadOf(body.id);
    expect(data).toMatchObject({
      id: body.id,
      filename: 'btc-usd-max.csv',
      status: 'queued',
      dialect: null,
      asset: null,
      size_bytes: 109,
      done_bytes: 0,
      sha256: HASH,
      rows: { read: 0, inserted: 0, duplicate: 0, rejected: 0 },
      error: null,
      dry_run: false,
      plan: null,
      preview: null,
      finished_at: null,
      run_id: 1,
    });
  });

  it('accepts every hint in one spelling', async () => {
    const query =
      '?filename=C%3A%5Cdata%5Cbars.csv&asset=btc-bitcoin&symbol=btc&dialect=Yahoo&venue=BitStamp&quote=USDT' +
      '&observed_at=2025-01-10T01:00:00%2B01:00&columns=Adj%20Close:ignore,Close:close&header=none&delimiter=tab' +
      '&decimal=Comma&date_order=DMY&zone=Europe/Berlin&bar=close&period=24h&volume=BASE&dry_run=true';
    const { data } = await uploadOf(idOf(await send({ query })));
    expect(data).toMatchObject({
      filename: 'bars.csv',
      asset: 'btc-bitcoin',
      dialect: 'yahoo',
      dry_run: true,
      hints: {
        asset: 'btc-bitcoin',
        symbol: 'BTC',
        dialect: 'yahoo',
        venue: 'bitstamp',
        quote: 'usdt',
        observed_at: '2025-01-10T00:00:00Z',
        columns: 'Adj Close:ignore,Close:close',
        header: 'none',
        delimiter: '\t',
        decimal: 'comma',
        date_order: 'dmy',
        zone: 'Europe/Berlin',
        bar: 'close',
        period: '1d',
        volume: 'base',
      },
    });
  });

  it('decompresses gzip while receiving', async () => {
    const answer = await send({
      body: await gzip(FILE),
      headers: { 'Content-Encoding': 'gzip' },
      query: '?filename=btc-usd-max.csv.gz',
    });
    expect(answer.status).toBe(202);
    expect((await uploadOf(idOf(answer))).data).toMatchObject({
      filename: 'btc-usd-max.csv',
      size_bytes: 109,
      sha256: HASH,
    });
  });

  it('unpacks gzip of several members, as bgzip makes it', async () => {
    const [head, rest] = [FILE.slice(0, 40), FILE.slice(40)];
    const body = new Uint8Array(await new Blob([await gzip(head), await gzip(rest)]).arrayBuffer());
    const answer = await send({ body, headers: { 'Content-Encoding': 'gzip' } });
    expect(answer.status).toBe(202);
    expect((await uploadOf(idOf(answer))).data).toMatchObject({ size_bytes: 109, sha256: HASH });
  });

  it('passes R2 the stream of the request, and never a buffer', async () => {
    const { uploads } = testDeps();
    const bodies: unknown[] = [];
    const watching: Deps['uploads'] = {
      ...uploads,
      put: (id, body, size) => {
        bodies.push(body);
        return uploads.put(id, body, size);
      },
    };
    await send({ deps: { uploads: watching } });
    expect(bodies).toEqual([expect.any(ReadableStream)]);
  });

  it('stays queued if the queue accepts no message; the sweep will restart it', async () => {
    const answer = await send({ deps: { queue: brokenQueue } });
    expect(answer.status).toBe(202);
    expect((await uploadOf(idOf(answer))).status).toBe('queued');
  });

  it.each([
    [
      'multipart',
      { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } },
      415,
      'unsupported_encoding',
      /curl -X POST -T FILE/,
    ],
    ['brotli', { headers: { 'Content-Encoding': 'br' } }, 415, 'unsupported_encoding', /can be gzip/],
    [
      'a .gz name without the header',
      { query: '?filename=a.csv.gz' },
      415,
      'unsupported_encoding',
      /Content-Encoding: gzip/,
    ],
    ['a workbook', { query: '?filename=a.xlsx' }, 415, 'unsupported_encoding', /save the sheet as CSV/],
    [
      'a zip by its name',
      { query: '?filename=a.zip' },
      415,
      'unsupported_encoding',
      /unzip -p FILE\.zip > FILE\.csv/,
    ],
    ['a zip by its bytes', { body: 'PK\u0003\u0004rest of it' }, 415, 'unsupported_encoding', /unzip -p/],
    ['bzip2 by its bytes', { body: 'BZh91AY&SY' }, 415, 'unsupported_encoding', /bzip2 -d/],
    ['no length', { length: null }, 411, 'length_required', /Content-Length/],
    ['a broken length', { length: 'many' }, 400, 'invalid_request', /number of bytes/],
    ['an empty body', { body: '' }, 400, 'invalid_request', /body is empty/],
    [
      'too many bytes',
      { vars: { UPLOAD_BYTES_MAX: '108' } },
      413,
      'payload_too_large',
      /109 bytes; at most 108/,
    ],
    ['fewer bytes than promised', { length: '110' }, 400, 'incomplete_body', /109 of the 110 bytes/],
    ['more bytes than promised', { length: '108' }, 400, 'incomplete_body', /more than the 108 bytes/],
    ['what is no gzip', { headers: { 'Content-Encoding': 'gzip' } }, 400, 'invalid_request', /no whole gzip/],
    ['an unknown parameter', { query: '?coin=btc' }, 400, 'invalid_request', /coin is not a parameter here/],
    ['two assets', { query: '?asset=btc,eth' }, 400, 'invalid_request', /asset must be one value/],
    ['an asset twice', { query: '?asset=btc&asset=eth' }, 400, 'invalid_request', /asset must be one value/],
    ['a venue with a colon', { query: '?venue=a:b' }, 400, 'invalid_request', /venue must not hold a colon/],
    [
      'a broken instant',
      { query: '?observed_at=noon' },
      400,
      'invalid_request',
      /observed_at must be a date/,
    ],
    [
      'a role that no column can have',
      { query: '?columns=a:shade' },
      400,
      'invalid_request',
      /roles are instant,/,
    ],
    [
      'a header that is told otherwise',
      { query: '?header=yes' },
      400,
      'invalid_request',
      /header is none of none/,
    ],
    [
      'a delimiter of two characters',
      { query: '?delimiter=%7C%7C' },
      400,
      'invalid_request',
      /delimiter is none of/,
    ],
    [
      'another decimal mark',
      { query: '?decimal=dot' },
      400,
      'invalid_request',
      /decimal is none of point, comma/,
    ],
    [
      'half an order of dates',
      { query: '?date_order=dm' },
      400,
      'invalid_request',
      /date_order is none of dmy/,
    ],
    ['an abbreviated zone', { query: '?zone=CST' }, 400, 'invalid_request', /zone is not a time zone/],
    ['another end of a bar', { query: '?bar=middle' }, 400, 'invalid_request', /bar is none of open, close/],
    ['a period that is none', { query: '?period=often' }, 400, 'invalid_request', /period is not a period/],
    ['another unit of volumes', { query: '?volume=lots' }, 400, 'invalid_request', /volume is none of usd/],
    [
      'a NUL in the name',
      { query: '?filename=a%00b' },
      400,
      'invalid_request',
      /filename must not hold a NUL/,
    ],
    ['a line break in the name', { query: '?filename=a%0Ab' }, 400, 'invalid_request', /control characters/],
    ['a name that is a folder', { query: '?filename=a/..' }, 400, 'invalid_request', /the name of a file/],
  ] as [string, Sending, number, string, RegExp][])(
    'refuses %s and keeps nothing',
    async (_, sending, status, code, detail) => {
      const answer = await send(sending);
      expect(codeOf(answer)).toEqual([status, code]);
      expect((answer.json as { detail: string }).detail).toMatch(detail);
      expect([await storedKeys(), await accepted(), sent]).toEqual([[], [], []]);
    },
  );

  it('stops a zip bomb at the limit and stores nothing of it', async () => {
    const body = await gzip('0'.repeat(20_000_000));
    expect(body.byteLength).toBeLessThan(50_000);
    const answer = await send({
      body,
      headers: { 'Content-Encoding': 'gzip' },
      vars: { UPLOAD_UNPACKED_BYTES_MAX: '1000000' },
    });
    expect(codeOf(answer)).toEqual([413, 'payload_too_large']);
    expect([await storedKeys(), await accepted(), sent]).toEqual([[], [], []]);
  });

  it('stores nothing of an empty gzip file', async () => {
    const answer = await send({ body: await gzip(''), headers: { 'Content-Encoding': 'gzip' } });
    expect(codeOf(answer)).toEqual([400, 'invalid_request']);
    expect([await storedKeys(), await accepted()]).toEqual([[], []]);
  });

  it('stores nothing when the client disconnects', async () => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        if (pulls > 3) controller.error(new Error('connection lost'));
        else controller.enqueue(new Uint8Array(1000));
      },
    });
    expect(codeOf(await send({ body, length: '10000' }))).toEqual([400, 'incomplete_body']);
    expect([await storedKeys(), await accepted(), sent]).toEqual([[], [], []]);
  });

  it('removes the bytes when the database refuses the row', async () => {
    const { db } = testDeps();
    await db.execute('test.raw')(sql`alter table uploads add constraint no_more check (size_bytes < 0)`);
    try {
      expect(codeOf(await send())).toEqual([500, 'internal']);
    } finally {
      await db.execute('test.raw')(sql`alter table uploads drop constraint no_more`);
    }
    expect([await storedKeys(), await accepted(), sent]).toEqual([[], [], []]);
  });

  it('keeps the bytes if the database commits the row after the Worker gave up', async () => {
    const { db } = testDeps();
    let late: () => PromiseLike<unknown> = async () => {};
    const slow = new Proxy(db, {
      get(target, key, receiver) {
        if (key !== 'execute') return Reflect.get(target, key, receiver);
        return (name: StatementName) => (query: SQL) => {
          if (name !== 'uploads.accept') return target.execute(name)(query);
          late = () => target.execute(name)(query);
          return Promise.reject(new AppError('database_unavailable', 'no answer'));
        };
      },
    });
    const query = '?symbol=BTC&quote=usd';
    const lost = await send({ query, deps: { db: slow } });
    expect(codeOf(lost)).toEqual([503, 'database_unavailable']);
    await late();
    const again = idOf(await send({ query }));
    await ingest(again);
    expect(await uploadOf(again)).toMatchObject({ status: 'succeeded', rows: { inserted: 1 } });
  });

  it.each([
    ['the proxy', 400, '{"message":"connection closed","code":"","severity":""}'],
    ['a server error', 500, '{"message":"connection closed","code":""}'],
    ['half a reply', 200, '{"fields":[{"name":"id"'],
  ])('keeps the bytes if the answer to its commit is lost: %s', async (_name, status, answer) => {
    const plain = globalThis.fetch;
    let silent = false;
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const asked = String(init?.body);
      if (!asked.includes('uploads.accept') && !(silent && asked.includes('uploads.find')))
        return plain(input, init);
      const committed = await plain(input, init);
      await committed.body?.cancel();
      return new Response(answer, { status });
    });
    const asked = await send({ query: '?symbol=BTC&quote=usd' });
    expect(asked.status).toBe(202); // the database confirms the upload
    silent = true;
    expect(codeOf(await send({ query: '?symbol=ETH&quote=usd' }))).toEqual([503, 'database_unavailable']);
    vi.restoreAllMocks();
    const again = await send({ query: '?symbol=ETH&quote=usd' });
    for (const id of [idOf(asked), idOf(again)]) {
      await ingest(id);
      expect(await uploadOf(id)).toMatchObject({ status: 'succeeded' });
    }
  });

  it('gives a waiting upload without bytes those of the next request', async () => {
    const query = '?symbol=BTC&quote=usd';
    const first = idOf(await send({ query }));
    await testEnv.UPLOADS.delete(await storedKeys());
    sent.length = 0;
    expect(idOf(await send({ query }))).toBe(first);
    expect(await storedKeys()).toEqual([`uploads/${first}`]);
    expect(sent).toEqual([{ type: 'import', upload_id: first }]);
    await ingest(first);
    expect(await uploadOf(first)).toMatchObject({ status: 'succeeded', rows: { inserted: 1 } });
  });

  it('replies 503 when R2 is down, for plain and gzipped bodies', async () => {
    const down = { put: lost, createMultipartUpload: lost } as unknown as R2Bucket;
    const uploads = createUploadStore(down);
    for (const sending of [{}, { body: await gzip(FILE), headers: { 'Content-Encoding': 'gzip' } }]) {
      const answer = await send({ ...sending, deps: { uploads } });
      expect(codeOf(answer)).toEqual([503, 'storage_unavailable']);
      expect(answer.header('Retry-After')).toBe('5');
    }
    expect([await accepted(), sent]).toEqual([[], []]);
  });

  it('replies 503 when the database is down', async () => {
    const down = await send({ vars: { DATABASE_URL: 'postgres://tape:tape@127.0.0.1:1/tape' } });
    expect(codeOf(down)).toEqual([503, 'database_unavailable']);
    expect(down.header('Retry-After')).toBe('5');
  });
});

describe('the token', () => {
  const routes: [string, string][] = [
    ['POST', '/uploads'],
    ['GET', '/uploads'],
    ['GET', `/uploads/${NOBODY}`],
    ['GET', `/uploads/${NOBODY}/rejects`],
    ['POST', `/uploads/${NOBODY}/withdraw`],
  ];

  it.each(routes)('is needed to %s %s', async (method, path) => {
    const vars = { UPLOAD_TOKEN: 'up', SCHEDULER_TOKEN: 'run', READ_TOKEN: 'read' };
    const missing = await ask(path, { method, vars });
    expect(codeOf(missing)).toEqual([401, 'unauthorized']);
    expect(missing.header('WWW-Authenticate')).toBe('Bearer realm="cointape"');
    expect((missing.json as { detail: string }).detail).toContain('Bearer <UPLOAD_TOKEN>');
    for (const other of ['run', 'read', 'wrong'])
      expect(codeOf(await ask(path, { method, vars, headers: bearer(other) }))).toEqual([
        401,
        'unauthorized',
      ]);
    expect(codeOf(await ask(path, { method, vars: { UPLOAD_TOKEN: '' } }))).toEqual([503, 'not_configured']);
  });

  it('is checked before one byte of the body is requested', async () => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>(
      {
        pull() {
          pulls += 1;
        },
      },
      { highWaterMark: 0 },
    );
    const answer = await send({ body, length: '1000000', headers: bearer('wrong') });
    expect(answer.status).toBe(401);
    expect(pulls).toBe(0);
  });

  it('of the scheduler withdraws runs, that of uploads does not', async () => {
    const vars = { UPLOAD_TOKEN: 'up', SCHEDULER_TOKEN: 'run' };
    const body = '{"reason":"wrong"}';
    const ofUploads = await ask('/runs/1/withdraw', { method: 'POST', body, vars, headers: bearer('up') });
    expect(codeOf(ofUploads)).toEqual([401, 'unauthorized']);
    const ofScheduler = await ask('/runs/1/withdraw', { method: 'POST', body, vars, headers: bearer('run') });
    expect(codeOf(ofScheduler)).toEqual([404, 'not_found']);
  });
});

describe('the same bytes again', () => {
  it('are the first upload, whatever its present status', async () => {
    const first = idOf(await send({ query: '?symbol=btc&quote=usd' }));
    await ingest(first);
    const again = await send({
      query: '?symbol=BTC&quote=usd',
      body: await gzip(FILE),
      headers: { 'Content-Encoding': 'gzip' },
    });
    expect(again.status).toBe(202);
    expect(again.json).toMatchObject({ id: first, status: 'succeeded' });
    expect((again.json as Sent).meta.warnings).toEqual([
      expect.stringContaining('nothing is ingested twice'),
    ]);
    expect(again.header('Location')).toBe(`/uploads/${first}`);
    expect(await storedKeys()).toEqual([`uploads/${first}`]);
    expect(sent).toHaveLength(1);
    expect(await rows(sql`select count(*)::int as n from runs`)).toEqual([{ n: 1 }]);
  });

  it.each([
    ['another name', '?symbol=BTC&quote=usd&filename=b.csv'],
    ['another coin', '?symbol=ETH&quote=usd&filename=a.csv'],
    ['another venue', '?symbol=BTC&quote=usd&filename=a.csv&venue=kraken'],
    ['a dry run', '?symbol=BTC&quote=usd&filename=a.csv&dry_run=true'],
  ])('under %s are another upload', async (_, query) => {
    const first = idOf(await send({ query: '?symbol=BTC&quote=usd&filename=a.csv' }));
    expect(idOf(await send({ query }))).not.toBe(first);
    expect(sent).toHaveLength(2);
  });

  it('sent five times at once are one upload', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send({ query: '?symbol=BTC&quote=usd' })),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    const ids = new Set(answers.map(idOf));
    expect(ids.size).toBe(1);
    expect(await storedKeys()).toEqual([...ids].map((id) => `uploads/${id}`));
    expect(sent).toHaveLength(1);
  });

  it('start again after a failed upload', async () => {
    const body = 'what,is,this\n1,2,3\n';
    const first = idOf(await send({ body }));
    await ingest(first);
    expect((await uploadOf(first)).status).toBe('failed');
    expect(idOf(await send({ body }))).not.toBe(first);
  });
});
