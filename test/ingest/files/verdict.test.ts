import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { acceptUpload } from '../../../src/db/uploads/lifecycle.ts';
import { importFile } from '../../../src/ingest/files/import.ts';
import { consume, consumeDead } from '../../../src/ingest/queue/consume.ts';
import { resume } from '../../../src/ingest/queue/resume.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { importAll, uploadRow } from '../../support/import-all.ts';
import { NO_HINTS, storeUpload } from '../../support/stored-upload.ts';
import { get, uploadOf } from '../../support/upload-requests.ts';

beforeEach(emptyDatabase);

const HEADER = 'symbol,name,price_usd,created_at\n';
const hour = (at: number) => new Date(Date.UTC(2024, 0, 1, at)).toISOString();
const good = (count: number, price = 1) =>
  Array.from({ length: count }, (_, at) => `ABC,Abc,${price + at}.5,${hour(at)}\n`).join('');
const bad = (count: number) =>
  Array.from({ length: count }, (_, at) => `ABC,Abc,minus one,${hour(at)}\n`).join('');
/** A file that ends in bytes that are not text. */
const broken = (text: string) => new Uint8Array([...new TextEncoder().encode(text), 0xff, 0xfe, 0x0a]);

const current = () =>
  rows<{ price: string }>(sql`
    select price_usd as price from observations where superseded_at is null order by observed_at`);

describe('a file with too few accepted records', () => {
  it.each([true, false])('fails without any, dry run %s', async (dry_run) => {
    const id = await storeUpload(`${HEADER}${bad(2)}ABC,Abc,-5,${hour(2)}\n`, { dry_run });
    await importAll(id);
    expect(await uploadRow(id)).toMatchObject({
      status: 'failed',
      run: 'failed',
      error_code: 'too_many_rejects',
      error_message:
        '3 of 3 records were refused, so the file is not what it was taken for. Most often, 2 times, for invalid_number, as on line 2: price_usd is not a number: “minus one”.',
      read: 3,
      rejected: 3,
    });
  });

  it.each([
    ['half of twenty are', 10, 10, 'succeeded'],
    ['fewer than half of twenty are', 9, 11, 'failed'],
    ['few of less than twenty are', 1, 18, 'succeeded'],
  ])('ends by its share: %s', async (_name, taken, refused, status) => {
    const id = await storeUpload(HEADER + good(taken) + bad(refused));
    await importAll(id);
    expect(await uploadRow(id)).toMatchObject({ status, read: taken + refused, inserted: taken });
    expect(await current()).toHaveLength(status === 'failed' ? 0 : taken);
  });

  it('counts known values as accepted', async () => {
    await importAll(await storeUpload(HEADER + good(15)));
    const id = await storeUpload(HEADER + good(15) + bad(10));
    await importAll(id);
    expect(await uploadRow(id)).toMatchObject({ status: 'succeeded', duplicate: 15, rejected: 10 });
  });
});

describe('an upload that fails', () => {
  it('leaves nothing, and the values that it had replaced return', async () => {
    await importAll(await storeUpload(HEADER + good(3)));
    const id = await storeUpload(broken(HEADER + good(5, 2)));
    await importAll(id);
    expect(await uploadRow(id)).toMatchObject({
      status: 'failed',
      error_code: 'not_utf8',
      read: 5,
      inserted: 5,
    });
    expect(await current()).toEqual([{ price: '1.5' }, { price: '2.5' }, { price: '3.5' }]);
    expect(
      await rows(sql`select withdraw_reason like 'The upload failed: %' as told, withdrawn_at is not null as done
        from runs order by id desc limit 1`),
    ).toEqual([{ told: true, done: true }]);
  });

  it('is not shown as failed earlier, and accepts no more batches', async () => {
    const id = await storeUpload(broken(HEADER + good(3)));
    const queue = { send: () => Promise.reject(new Error('the queue is full')) } as unknown as Queue;
    await expect(importFile(testDeps({ queue }), { upload_id: id })).rejects.toThrow(
      'The queue did not take',
    );
    expect(await uploadOf(id)).toMatchObject({ status: 'processing', error: null });
    expect((await get('/uploads?status=processing')).json).toMatchObject({ data: [{ id }] });
    expect((await get('/uploads?status=failed')).json).toMatchObject({ data: [] });
    // The message that was not acknowledged comes again, and finds nothing to read.
    expect(await importFile(testDeps(), { upload_id: id })).toBe('done');
    // A start, or a tick, finds the withdrawal.
    const messages: unknown[] = [];
    await resume(testDeps({ queue: { send: async (body: unknown) => void messages.push(body) } as never }));
    expect(messages).toEqual([{ type: 'withdraw', run_id: 1 }]);
    for (const body of [...messages, ...messages])
      await consume(testDeps(), { id: '1', attempts: 1, body, ack: () => {}, retry: () => {} });
    expect(await uploadOf(id)).toMatchObject({ status: 'failed', error: { code: 'not_utf8' } });
    expect(await current()).toEqual([]);
  });

  it('may start again with the same bytes, when its rows are withdrawn', async () => {
    const id = await storeUpload(broken(HEADER + good(3)));
    await importFile(testDeps(), { upload_id: id });
    const again = async () => {
      const [row] = await acceptUpload(testDeps().db, {
        id: crypto.randomUUID(),
        filename: null,
        hints: NO_HINTS,
        series_key: id,
        dry_run: false,
        sha256: '',
        size_bytes: 1,
        r2_key: '',
        content_type: null,
        reads_again: null,
      });
      return row;
    };
    expect(await again()).toMatchObject({ id, status: 'processing', fresh: false, withdrawing: true });
    await consume(testDeps(), {
      id: '1',
      attempts: 1,
      body: { type: 'withdraw', run_id: 1 },
      ack: () => {},
      retry: () => {},
    });
    expect(await again()).toMatchObject({ fresh: true });
  });

  it('also leaves nothing if its last message is a dead letter', async () => {
    const id = await storeUpload(HEADER + good(12_000));
    const start = Date.now();
    let looks = 0;
    // Late at the first check after the start: the slice ends with its first batch.
    const now = () => new Date(start + 20_000 * looks++);
    expect(await importFile(testDeps({ now }), { upload_id: id })).toBe('continue');
    expect(await current()).toHaveLength(10_000);
    const messages: unknown[] = [];
    const deps = testDeps({ queue: { send: async (body: unknown) => void messages.push(body) } as never });
    const letter = {
      id,
      attempts: 11,
      body: { type: 'import', upload_id: id },
      ack: () => {},
      retry: () => {},
    };
    await consumeDead(deps, letter);
    expect(messages).toEqual([{ type: 'withdraw', run_id: 1 }]);
    await consume(deps, { ...letter, attempts: 1, body: messages[0] });
    expect(await uploadRow(id)).toMatchObject({ status: 'failed', error_code: 'interrupted' });
    expect(await current()).toEqual([]);
  });
});
