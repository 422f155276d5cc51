import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { requestWithdrawal } from '../../../src/db/observations/withdraw.ts';
import { Proof } from '../../../src/http/proof/schemas.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { rawKey } from '../../../src/raw/store.ts';
import { uploadKey } from '../../../src/raw/upload-store.ts';
import { POLLED_SOURCES } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer, testEnv } from '../../support/http.ts';
import { readWhole } from '../../support/import-all.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { countStatements } from '../../support/tape.ts';
import { coinpaprikaUrl, forgetScript, script } from '../../support/upstream.ts';

const BTC =
  '{"id":"btc-bitcoin","symbol":"btc", "name":"Bitcoin","rank":1,"last_updated":"2026-01-10T10:00:00Z",' +
  '"quotes":{"USD":{"price":45000.50000000,"volume_24h":2.5e10,"market_cap":0,"percent_change_24h":-0.340000003576}}}';
const BODY = `[ {"id":"x-x","symbol":"X","name":"X","quotes":{"USD":{"price":1}}} ,${BTC}]\n`;
const BTC_ID = 'coinpaprika_btc-bitcoin_spot_1768039200000000';
const FILE =
  'symbol,name,price_usd,created_at\r\nABC,"Abc, €",1.50,2025-01-10T10:00:00Z\r\nABC,"Abc, €",2,2025-01-11\r\n';
const FILE_ID = 'csv_canonical:abc_spot_1736503200000000_1';

async function pollOnce(body: string): Promise<number> {
  await script('/coinpaprika/tickers', { body });
  const [source] = POLLED_SOURCES.filter(({ id }) => id === 'coinpaprika');
  if (source === undefined) throw new Error('no coinpaprika');
  const request = { endpoint: 'tickers', url: `${coinpaprikaUrl()}/tickers`, headers: {}, every_minutes: 1 };
  clock_s += 1;
  const now = () => new Date(Date.UTC(2026, 0, 10, 10, 5, clock_s));
  const result = await poll(testDeps({ now }), { source, requests: [request] });
  if (result.outcome !== 'ended') throw new Error(result.outcome);
  return result.run_id;
}
let clock_s = 0;

async function uploadOnce(): Promise<string> {
  const upload_id = await storeUpload(FILE, { filename: 'abc.csv' });
  await readWhole(upload_id);
  return upload_id;
}

const proofOf = async (id: string, query = '') => {
  const answer = await ask(`/observations/${encodeURIComponent(id)}/proof${query}`);
  expect(answer.status).toBe(200);
  const { data } = answer.json as { data: Record<string, unknown> };
  expect(Proof.safeParse(data).error).toBe(undefined);
  return { answer, data };
};
const hash = async (id: string) =>
  (
    await rows<{ sha256: string }>(sql`
    select p.sha256 from observations o join raw_payloads p on p.id = o.raw_payload_id
    join listings l on l.id = o.listing_id where l.external_id = ${id} limit 1`)
  )[0]?.sha256 ?? '';

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
});

describe('a polled row', () => {
  test('leads to its reply, its record and the same numbers', async () => {
    const run_id = await pollOnce(BODY);
    const { answer, data } = await proofOf(`${BTC_ID}_1`);
    const sha256 = await hash('btc-bitcoin');
    expect(data).toMatchObject({
      matches: true,
      problem: null,
      source: 'coinpaprika',
      request: {
        endpoint: 'tickers',
        url: `${coinpaprikaUrl()}/tickers`,
        status: 200,
        content_type: 'application/json; charset=utf-8',
        upload_id: null,
      },
      run: { id: run_id, self: `/runs/${run_id}` },
      normalizer_version: { stored: 2, current: 2 },
      bytes: {
        sha256,
        found_sha256: sha256,
        size_bytes: BODY.length,
        verified: true,
        problem: null,
        raw: `/raw/${sha256}`,
      },
      pointer: '/1',
      record: BTC,
      superseded: null,
    });
    expect(answer.text).toContain(
      '"price_usd":{"served":45000.50000000,"recomputed":45000.50000000,"matches":true}',
    );
    expect(answer.text).toContain(
      '"flags":{"served":["zero_unknown"],"recomputed":["zero_unknown"],"matches":true}',
    );
    expect(answer.text).not.toContain('"matches":false');
    expect((await ask(`/raw/${sha256}`)).text).toBe(BODY);
  });

  test('of the first normalizer is proven by its rules', async () => {
    const odd = BTC.replace('T10:00:00Z', 'T18:00:00Z').replace('"rank":1', '"rank":0');
    await pollOnce(`[${odd}]`);
    expect(await rows(sql`select flags from observations`)).toEqual([
      { flags: ['no_source_time', 'zero_unknown', 'unreadable'] },
    ]);
    // As that release had stored it.
    await rows(sql`
      update observations
      set observed_at = '2026-01-10T18:00:00Z', flags = '{zero_unknown}', normalizer_version = 1`);
    const { data } = await proofOf(`coinpaprika_btc-bitcoin_spot_${Date.parse('2026-01-10T18:00:00Z')}000_1`);
    expect(data).toMatchObject({ matches: true, normalizer_version: { stored: 1, current: 2 } });
  });

  test('whose record has no time proves the time of its first fetch', async () => {
    await pollOnce(BODY);
    await pollOnce(BODY); // the same bytes again add nothing
    const [row] = await rows<{ id: string }>(sql`
      select 'coinpaprika_x-x_spot_' || (extract(epoch from observed_at) * 1000000)::bigint || '_1' as id
      from observations o join listings l on l.id = o.listing_id where l.external_id = 'x-x'`);
    const { data } = await proofOf(row?.id ?? '');
    expect(data).toMatchObject({
      matches: true,
      values: { created_at: { matches: true }, flags: { served: ['no_source_time'] } },
    });
  });

  test('is read in one statement, and not at all for a client that has it', async () => {
    await pollOnce(BODY);
    const { db, statements } = countStatements(testDeps().db);
    const path = `/observations/${BTC_ID}_1/proof`;
    const answer = await ask(path, { deps: { db } });
    expect(statements()).toBe(1);
    expect(answer.header('Cache-Control')).toBe('public, max-age=15, stale-while-revalidate=60');
    const again = await ask(path, { headers: { 'If-None-Match': answer.header('ETag') ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('reports changed bytes', async () => {
    await pollOnce(BODY);
    const sha256 = await hash('btc-bitcoin');
    const changed = new Blob([BODY.replace('45000.5', '45000.6')]).stream();
    const gzipped = changed.pipeThrough(new CompressionStream('gzip'));
    await testEnv.UPLOADS.put(rawKey(sha256, '2026-01-10'), await new Response(gzipped).arrayBuffer());
    const { data } = await proofOf(`${BTC_ID}_1`);
    expect(data).toMatchObject({
      matches: false,
      values: null,
      record: null,
      problem: { code: 'bytes_corrupted' },
      bytes: {
        sha256,
        found_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        verified: false,
        problem: { code: 'bytes_corrupted' },
      },
    });
  });

  test('reports corrupted or missing bytes', async () => {
    await pollOnce(BODY);
    const key = rawKey(await hash('btc-bitcoin'), '2026-01-10');
    await testEnv.UPLOADS.put(key, 'no gzip');
    expect((await proofOf(`${BTC_ID}_1`)).data).toMatchObject({
      matches: false,
      bytes: { found_sha256: null, verified: false, problem: { code: 'bytes_corrupted' } },
    });
    await testEnv.UPLOADS.delete(key);
    expect((await proofOf(`${BTC_ID}_1`)).data).toMatchObject({
      matches: false,
      bytes: { found_sha256: null, verified: false, problem: { code: 'bytes_missing' } },
    });
  });

  test('reports values that differ from the bytes', async () => {
    await pollOnce(BODY);
    await rows(sql`update observations set price_usd = 45000.6 where price_usd = 45000.5`);
    const { data } = await proofOf(`${BTC_ID}_1`, '?decimals=string');
    expect(data).toMatchObject({
      matches: false,
      problem: null,
      bytes: { verified: true },
      values: {
        price_usd: { served: '45000.6', recomputed: '45000.50000000', matches: false },
        volume_24h_usd: { served: '25000000000', recomputed: '25000000000', matches: true },
      },
    });
  });

  test('reports a record that does not exist', async () => {
    await pollOnce(BODY);
    await rows(sql`update observations set pointer = '/7' where pointer = '/1'`);
    expect((await proofOf(`${BTC_ID}_1`)).data).toMatchObject({
      matches: false,
      problem: { code: 'record_missing' },
      bytes: { verified: true, problem: null },
    });
  });
});

describe('a row of a file', () => {
  test('leads to its line', async () => {
    const upload_id = await uploadOnce();
    const { answer, data } = await proofOf(FILE_ID);
    expect(data).toMatchObject({
      matches: true,
      request: { endpoint: 'upload', url: null, upload_id },
      bytes: { verified: true, size_bytes: 105 },
      pointer: 'bytes=34-73;line=2',
      record: 'ABC,"Abc, €",1.50,2025-01-10T10:00:00Z',
    });
    expect(answer.text).not.toContain('abc.csv');
    expect(answer.text).toContain('"price_usd":{"served":1.50,"recomputed":1.50,"matches":true}');
  });

  test('reports a file that was changed anywhere, or is missing', async () => {
    const key = uploadKey(await uploadOnce());
    await testEnv.UPLOADS.put(key, FILE.replace('2025-01-11', '2025-01-12'));
    expect((await proofOf(FILE_ID)).data).toMatchObject({
      matches: false,
      record: null,
      bytes: { verified: false, problem: { code: 'bytes_corrupted' } },
    });
    await testEnv.UPLOADS.delete(key);
    expect((await proofOf(FILE_ID)).data).toMatchObject({ bytes: { problem: { code: 'bytes_missing' } } });
  });
});

describe('a superseded row', () => {
  test('names its successor and the time', async () => {
    await pollOnce(BODY);
    await pollOnce(BODY.replace('45000.5', '45001.5'));
    const { data } = await proofOf(`${BTC_ID}_1`);
    const successor = await ask(`/observations/${BTC_ID}_2`);
    const { ingested_at } = (successor.json as { data: { ingested_at: string } }).data;
    expect(data).toMatchObject({
      matches: true,
      superseded: { at: ingested_at, reason: 'changed', by: `${BTC_ID}_2`, withdraw_reason: null },
    });
  });

  test('that was withdrawn gives the reason, and the restored row', async () => {
    await pollOnce(BODY);
    const wrong = await pollOnce(BODY.replace('45000.5', '1.5'));
    await requestWithdrawal(testDeps().db, wrong, 'a bad day upstream');
    await withdraw(testDeps(), { run_id: wrong });
    expect((await proofOf(`${BTC_ID}_2`)).data).toMatchObject({
      matches: true,
      superseded: { reason: 'withdrawn', by: `${BTC_ID}_3`, withdraw_reason: 'a bad day upstream' },
    });
    expect((await proofOf(`${BTC_ID}_3`)).data).toMatchObject({
      matches: true,
      superseded: null,
      record: BTC,
    });
  });

  test('without a successor was withdrawn', async () => {
    const only = await pollOnce(BODY);
    await requestWithdrawal(testDeps().db, only, 'a bad day upstream');
    await withdraw(testDeps(), { run_id: only });
    expect((await proofOf(`${BTC_ID}_1`)).data).toMatchObject({
      superseded: { reason: 'withdrawn', by: null, withdraw_reason: 'a bad day upstream' },
    });
  });
});

test('the record needs the read token if raw records do; the rest of the proof does not', async () => {
  await pollOnce(BODY);
  const path = `/observations/${BTC_ID}_1/proof`;
  const vars = { RAW_ACCESS: 'token', READ_TOKEN: 'reader' };
  const without = await ask(path, { vars });
  expect(without.json).toMatchObject({
    data: { matches: true, record: null },
    meta: { warnings: [expect.stringContaining('Authorization: Bearer <READ_TOKEN>')] },
  });
  expect(without.header('Cache-Control')).toMatch(/^private/);
  expect(without.header('Vary')).toContain('Authorization');
  const headers = { ...bearer('reader'), 'If-None-Match': without.header('ETag') ?? '' };
  const holder = await ask(path, { vars, headers });
  expect(holder.json).toMatchObject({ data: { matches: true, record: BTC } });
  expect((await ask(path, { vars, headers: bearer('wrong') })).status).toBe(401);
});

test('an unknown id is 404, a malformed one 400', async () => {
  expect((await ask(`/observations/${BTC_ID}_9/proof`)).status).toBe(404);
  expect((await ask('/observations/x/proof')).status).toBe(400);
  expect((await ask(`/observations/${BTC_ID}_1/proof?fields=x`)).status).toBe(400);
});
