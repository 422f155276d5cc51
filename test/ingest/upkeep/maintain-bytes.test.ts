import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { queueReplay } from '../../../src/db/replays/lifecycle.ts';
import type { Deps } from '../../../src/deps.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { maintain } from '../../../src/ingest/upkeep/maintain.ts';
import { replay } from '../../../src/ingest/upkeep/replay.ts';
import { NORMALIZER_VERSION, POLLED_SOURCES } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer, testEnv } from '../../support/http.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { coinpaprikaUrl, forgetScript, script, type Ticker, ticker } from '../../support/upstream.ts';

const keepTen = (replaced: Partial<Deps> = {}) =>
  testDeps({ now: () => new Date('2026-03-20T12:34:56Z'), ...replaced }, { KEEP_RAW_DAYS: '10' });

const stored = async (prefix: string) =>
  (await testEnv.UPLOADS.list({ prefix })).objects.map(({ key }) => key);

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  for (const prefix of ['raw/', 'uploads/']) await testEnv.UPLOADS.delete(await stored(prefix));
});

/** Polls one ticker at an instant; returns the hash of the reply. */
async function pollAt(fetched_at: string, answered: Ticker): Promise<string> {
  await script('/coinpaprika/tickers', { body: `[${ticker(answered)}]` });
  const [source] = POLLED_SOURCES.filter(({ id }) => id === 'coinpaprika');
  if (source === undefined) throw new Error('no coinpaprika');
  const request = { endpoint: 'tickers', url: `${coinpaprikaUrl()}/tickers`, headers: {}, every_minutes: 1 };
  await poll(testDeps({ now: () => new Date(fetched_at) }), { source, requests: [request] });
  const [row] = await rows<{ sha256: string }>(sql`select sha256 from raw_payloads order by id desc limit 1`);
  return row?.sha256 ?? '';
}

const OLD = { id: 'a', price: '1', last_updated: '2026-03-09T23:00:00Z' };
const YOUNG = { id: 'a', price: '2', last_updated: '2026-03-10T00:00:00Z' };
const ROW = `coinpaprika_a_spot_${Date.parse(OLD.last_updated)}000_1`;

const proof = async () => ((await ask(`/observations/${ROW}/proof`)).json as { data: unknown }).data;
const EXPIRED = {
  matches: false,
  values: null,
  record: null,
  problem: { code: 'bytes_expired' },
  bytes: { verified: false, problem: { code: 'bytes_expired' }, expired_at: expect.stringMatching(/Z$/) },
};

it('deletes the bytes of replies older than the configured days, and keeps the facts about them', async () => {
  const old = await pollAt('2026-03-09T23:59:59Z', OLD);
  const young = await pollAt('2026-03-10T00:00:00Z', YOUNG);
  await storeUpload('a file of January', {});
  await rows(sql`update raw_payloads set fetched_at = '2026-01-01Z' where source = 'csv'`);
  expect(await maintain(keepTen())).toBe('done');
  expect(await stored('raw/')).toEqual([`raw/2026-03-10/${young}`]);
  expect(await stored('uploads/')).toHaveLength(1);
  expect(
    await rows(sql`select sha256, expired_at is not null as expired, deleted_at is not null as deleted
                   from raw_payloads where source <> 'csv' order by id`),
  ).toEqual([
    { sha256: old, expired: true, deleted: true },
    { sha256: young, expired: false, deleted: false },
  ]);
  expect((await ask(`/raw/${young}`)).status).toBe(200);
  expect([(await ask(`/raw/${old}`)).status, (await ask(`/raw/${old}`)).json]).toMatchObject([
    410,
    { code: 'beyond_retention', expired_at: expect.stringMatching(/Z$/) },
  ]);
  expect((await ask('/data?end_date=2026-03-09')).column('price_usd')).toEqual([1]);
  expect(await proof()).toMatchObject(EXPIRED);
});

it('informs a client with a cached proof that the bytes have expired', async () => {
  await pollAt('2026-03-09T23:00:00Z', OLD);
  const before = await ask(`/observations/${ROW}/proof`);
  await maintain(keepTen());
  const headers = { 'If-None-Match': before.header('ETag') ?? '' };
  expect((await ask(`/observations/${ROW}/proof`, { headers })).status).toBe(200);
});

it('keeps the same bytes of another day, which also prove the old rows', async () => {
  const hash = await pollAt('2026-03-09T23:00:00Z', OLD);
  expect(await pollAt('2026-03-12T00:00:00Z', OLD)).toBe(hash);
  await maintain(keepTen());
  expect(await stored('raw/')).toEqual([`raw/2026-03-12/${hash}`]);
  expect((await ask(`/raw/${hash}`)).status).toBe(200);
  expect(await proof()).toMatchObject({ matches: true, bytes: { verified: true, expired_at: null } });
});

it('never promises missing bytes, wherever it is interrupted', async () => {
  await pollAt('2026-03-09T23:00:00Z', OLD);
  const { raw } = testDeps();
  const broken = { ...raw, remove: () => Promise.reject(new Error('R2 is away')) };
  await expect(maintain(keepTen({ raw: broken }))).rejects.toThrow('R2 is away');
  expect(await stored('raw/')).toHaveLength(1);
  expect(await proof()).toMatchObject(EXPIRED);
  const lost = {
    ...raw,
    remove: async (keys: string[]) => {
      await raw.remove(keys);
      throw new Error('the answer was lost');
    },
  };
  await expect(maintain(keepTen({ raw: lost }))).rejects.toThrow('the answer was lost');
  expect(await proof()).toMatchObject(EXPIRED);
  expect(await maintain(keepTen())).toBe('done');
  expect(await stored('raw/')).toEqual([]);
  expect(await rows(sql`select payloads_expired from retention`)).toEqual([{ payloads_expired: '1' }]);
});

it('works in steps of 500 replies', async () => {
  await rows(sql`
    insert into raw_payloads (source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
      sha256, r2_key, encoding)
    select 'coingecko', n, 'x', 'https://upstream.test/x', 200, '{}', '2026-01-01Z', 1, 1, 'hash-' || n,
      'raw/2026-01-01/hash-' || n, 'gzip'
    from generate_series(1, 1201) n`);
  const { raw } = testDeps();
  const removed: number[] = [];
  const counting = {
    ...raw,
    remove: (keys: string[]) => {
      removed.push(keys.length);
      return raw.remove(keys);
    },
  };
  expect(await maintain(keepTen({ raw: counting }))).toBe('done');
  expect(removed).toEqual([500, 500, 201]);
});

it('skips expired replies in replays, and counts them', async () => {
  await pollAt('2026-03-09T23:00:00Z', OLD);
  await pollAt('2026-03-10T00:00:00Z', YOUNG);
  await maintain(keepTen());
  const everything = {
    source: null,
    fetched_from: null,
    fetched_before: null,
    run_id: null,
    upload_id: null,
  };
  const { db } = testDeps();
  const [row] = await queueReplay(db, everything, NORMALIZER_VERSION);
  while ((await replay(testDeps(), { replay_id: Number(row?.id) })) !== 'done');
  expect((await ask(`/replays/${row?.id}`, { headers: bearer('dev') })).json).toMatchObject({
    data: {
      status: 'compared',
      payloads: { done: 1, unreadable: 0, expired: 1 },
      rows: { unchanged: 1, changed: 0, new: 0, gone: 0 },
    },
  });
});
