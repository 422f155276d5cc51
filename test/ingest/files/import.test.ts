import { type SQL, StringChunk, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StatementName } from '../../../src/db/client.ts';
import { requestWithdrawal } from '../../../src/db/observations/withdraw.ts';
import type { Deps } from '../../../src/deps.ts';
import { AppError } from '../../../src/errors.ts';
import { importFile } from '../../../src/ingest/files/import.ts';
import { consume, consumeDead } from '../../../src/ingest/queue/consume.ts';
import { resume } from '../../../src/ingest/queue/resume.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { createUploadStore } from '../../../src/raw/upload-store.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { storeUpload } from '../../support/stored-upload.ts';

beforeEach(emptyDatabase);

const HOUR_MS = 3_600_000;
/** A price series of `count` hourly readings of one coin; prices are 1.5, 2.5, … from `first`. */
const series = (count: number, first = 1, symbol = 'ABC') =>
  `symbol,name,price_usd,created_at\n${Array.from(
    { length: count },
    (_, i) =>
      `${symbol},Abc Coin,${first + i}.5,${new Date(Date.UTC(2024, 0, 1) + i * HOUR_MS).toISOString()}\n`,
  ).join('')}`;

/** Delivers messages until the upload is done, as the queue would. */
async function importAll(upload_id: string, deps: Deps = testDeps()): Promise<number> {
  for (let slices = 1; ; slices += 1) {
    const outcome = await importFile(deps, { upload_id });
    if (outcome === 'done') return slices;
    if (outcome !== 'continue') await rows(sql`update leases set expires_at = '-infinity'`);
  }
}

const upload = async (id: string) =>
  (
    await rows(sql`select u.status, u.error_code, r.status as run, r.rows_read::int as read,
        r.rows_inserted::int as inserted, r.rows_duplicate::int as duplicate, r.rows_rejected::int as rejected
      from uploads u join runs r on r.id = u.run_id where u.id = ${id}`)
  )[0];
const stored = async () =>
  (await rows<{ n: number }>(sql`select count(*)::int as n from observations where superseded_at is null`))[0]
    ?.n;

describe('a file', () => {
  it('becomes exact observations, and rejects give line and reason', async () => {
    const id = await storeUpload(
      'symbol,price_usd,market_cap_usd,created_at\n' +
        'ABC,1.2300,1e3,2024-01-01T00:00:00Z\n' +
        'ABC,minus one,,2024-01-02T00:00:00Z\n' +
        'ABC,-1,,2024-01-03T00:00:00Z\n' +
        '"AB\nC",0.00000000000000000384,,2024-01-04T00:00:00Z\n' +
        'ABC,1,,yesterday\n',
    );
    await importAll(id);
    expect(await upload(id)).toMatchObject({
      status: 'succeeded',
      run: 'succeeded',
      read: 5,
      inserted: 2,
      rejected: 3,
    });
    expect(
      await rows(sql`select price_usd, market_cap_usd, pointer from observations order by observed_at`),
    ).toEqual([
      { price_usd: '1.2300', market_cap_usd: '1000', pointer: 'bytes=43-77;line=2' },
      { price_usd: '0.00000000000000000384', market_cap_usd: null, pointer: 'bytes=144-194;line=5' },
    ]);
    expect(
      await rows(sql`select code, pointer, raw from rejects order by pointer collate "C"`),
    ).toMatchObject([
      { code: 'negative_price', raw: 'ABC,-1,,2024-01-03T00:00:00Z' },
      { code: 'invalid_instant', raw: 'ABC,1,,yesterday' },
      { code: 'invalid_number', raw: 'ABC,minus one,,2024-01-02T00:00:00Z' },
    ]);
  });

  it('may hold a NUL in a column of any name: only its row is a reject', async () => {
    const id = await storeUpload(
      'symbol,memo,price_usd,created_at\n' +
        'ABC,one,1,2024-01-01T00:00:00Z\n' +
        'ABC,t\0wo,2,2024-01-02T00:00:00Z\n' +
        'A\0C,three,3,2024-01-03T00:00:00Z\n',
    );
    await importAll(id);
    expect(await upload(id)).toMatchObject({ status: 'succeeded', read: 3, inserted: 1, rejected: 2 });
    expect(await rows(sql`select code from rejects`)).toEqual([
      { code: 'unreadable_record' },
      { code: 'unreadable_record' },
    ]);
  });

  it('counts repeated values of another export, and supersedes different ones', async () => {
    await importAll(await storeUpload(series(10)));
    const changed = series(12).replace('\nABC,Abc Coin,4.5,', '\nABC,Abc Coin,4.75,');
    const id = await storeUpload(changed);
    await importAll(id);
    expect(await upload(id)).toMatchObject({ read: 12, inserted: 3, duplicate: 9, rejected: 0 });
    expect(await stored()).toBe(12);
    expect(
      await rows(sql`select price_usd, revision, superseded_at is null as current from observations
        where observed_at = '2024-01-01T03:00:00Z' order by revision`),
    ).toEqual([
      { price_usd: '4.5', revision: 1, current: false },
      { price_usd: '4.75', revision: 2, current: true },
    ]);
  });

  it('never replaces bars of another venue or period', async () => {
    const bars = (step_s: number, price: number) =>
      `unix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n${Array.from({ length: 24 }, (_, i) => {
        const open = 1_704_067_200 + i * step_s;
        const date = new Date(open * 1000).toISOString().slice(0, 19).replace('T', ' ');
        return `${open},${date},BTC/USD,1,9,1,${price},10,20\n`;
      }).join('')}`;
    await importAll(await storeUpload(bars(86_400, 2), { filename: 'Bitstamp_BTCUSD_d.csv' }));
    await importAll(await storeUpload(bars(3_600, 3), { filename: 'Bitstamp_BTCUSD_1h.csv' }));
    await importAll(await storeUpload(bars(86_400, 4), { filename: 'Gemini_BTCUSD_d.csv' }));
    expect(
      await rows(sql`select l.external_id as id, count(*)::int as bars, min(o.price_usd) as price
        from observations o join listings l on l.id = o.listing_id
        where o.superseded_at is null and o.kind = 'bar_close' group by 1 order by min(l.external_id collate "C")`),
    ).toEqual([
      { id: 'cryptodatadownload:btc:bitstamp:usd:1d', bars: 24, price: '2' },
      { id: 'cryptodatadownload:btc:bitstamp:usd:1h', bars: 24, price: '3' },
      { id: 'cryptodatadownload:btc:gemini:usd:1d', bars: 24, price: '4' },
    ]);
  });

  it('is rejected when it contradicts itself, in any order of lines', async () => {
    await importAll(await storeUpload(series(1)));
    // The first line repeats a known value; a much later line, in another batch, contradicts it.
    const id = await storeUpload(
      `${series(6000)}ABC,Abc Coin,99,2024-01-01T00:00:00Z\nABC,Abc Coin,1.50,2024-01-01T00:00:00Z\n`,
    );
    await importAll(id);
    expect(await upload(id)).toMatchObject({ read: 6002, inserted: 5999, duplicate: 2, rejected: 1 });
    expect(await rows(sql`select code, raw from rejects`)).toEqual([
      { code: 'conflicting_record', raw: 'ABC,Abc Coin,99,2024-01-01T00:00:00Z' },
    ]);
    expect(await rows(sql`select count(*)::int as n from upload_sightings`)).toEqual([{ n: 0 }]);
  });

  it('can be withdrawn', async () => {
    await importAll(await storeUpload(series(3)));
    const id = await storeUpload(series(3, 7));
    await importAll(id);
    const [run] = await rows<{ run_id: string }>(sql`select run_id from uploads where id = ${id}`);
    const run_id = Number(run?.run_id);
    await requestWithdrawal(testDeps().db, run_id, 'wrong file');
    await withdraw(testDeps(), { run_id });
    expect(
      await rows(sql`select price_usd from observations where superseded_at is null order by observed_at`),
    ).toEqual([{ price_usd: '1.5' }, { price_usd: '2.5' }, { price_usd: '3.5' }]);
    expect(await rows(sql`select status, series_key from uploads where id = ${id}`)).toEqual([
      { status: 'withdrawn', series_key: null },
    ]);
  });

  it('stores no observation on a dry run, but shows what would happen', async () => {
    await importAll(await storeUpload(series(2)));
    const id = await storeUpload(`${series(5)}ABC,x,y,z\n`, { dry_run: true });
    await importAll(id);
    expect(await upload(id)).toMatchObject({
      status: 'succeeded',
      read: 6,
      inserted: 3,
      duplicate: 2,
      rejected: 1,
    });
    expect(await stored()).toBe(2);
    const [row] = await rows<{ preview: { row: { price_usd: string } | null }[] }>(
      sql`select preview from uploads where id = ${id}`,
    );
    expect(row?.preview.map((one) => one.row?.price_usd)).toEqual([
      '1.5',
      '2.5',
      '3.5',
      '4.5',
      '5.5',
      undefined,
    ]);
  });

  it.each([
    ['an unknown header', 'foo,bar\n1,2\n', 'unknown_header'],
    ['no bytes but a header', '', 'empty_file'],
    ['a coin that nobody names', 'date,price\n2024-01-01,1\n', 'unknown_coin'],
    [
      'a header and a quote without end',
      `date,price\n"${'2024-01-01,1\n'.repeat(100_000)}`,
      'record_too_long',
    ],
  ])('fails for good, with the reason: %s', async (_name, text, code) => {
    const id = await storeUpload(text);
    expect(await importAll(id)).toBe(1);
    expect(await upload(id)).toMatchObject({ status: 'failed', run: 'failed', error_code: code });
  });
});

describe('delivery', () => {
  const ROWS = 12_000; // two batches
  const whole = { status: 'succeeded', read: ROWS, inserted: ROWS, duplicate: 0, rejected: 0 };

  it('may repeat after the end', async () => {
    const id = await storeUpload(series(10));
    await importAll(id);
    await importAll(id);
    expect(await upload(id)).toMatchObject({ read: 10, inserted: 10 });
  });

  it('gives a rejected line its text although the consumer died between the commit and that step', async () => {
    await importAll(await storeUpload(series(1)));
    // The last line of the second batch contradicts the first of all.
    const id = await storeUpload(`${series(6000)}ABC,Abc Coin,99,2024-01-01T00:00:00Z\n`);
    await expect(importFile(dieWhen('update rejects'), { upload_id: id })).rejects.toThrow('killed');
    expect(await rows(sql`select raw from rejects`)).toEqual([{ raw: '' }]);
    await rows(sql`update leases set expires_at = '-infinity'`);
    await importAll(id);
    expect(await rows(sql`select raw from rejects`)).toEqual([
      { raw: 'ABC,Abc Coin,99,2024-01-01T00:00:00Z' },
    ]);
    expect(await upload(id)).toMatchObject({ status: 'succeeded', read: 6001, rejected: 1 });
  });

  it('waits for R2 until it is left to the cron', async () => {
    const id = await storeUpload(series(10));
    const down = { head: () => Promise.reject(new Error('internal error (10001)')) } as unknown as R2Bucket;
    const delays: unknown[] = [];
    const delivery = {
      id: '1',
      attempts: 24,
      body: { type: 'import', upload_id: id },
      ack: () => {},
      retry: (options: unknown) => void delays.push(options),
    };
    await consume(testDeps({ uploads: createUploadStore(down) }), delivery);
    expect(delays).toEqual([{ delaySeconds: 60 }]);
    expect(await upload(id)).toMatchObject({ status: 'processing' });
    await importAll(id);
    expect(await upload(id)).toMatchObject({ status: 'succeeded', inserted: 10 });
  });

  it('may come twice at once', async () => {
    const id = await storeUpload(series(ROWS));
    const outcomes = await Promise.all([
      importFile(testDeps(), { upload_id: id }),
      importFile(testDeps(), { upload_id: id }),
    ]);
    expect(outcomes).toContainEqual('done');
    expect(await upload(id)).toMatchObject(whole);
    expect(await stored()).toBe(ROWS);
  });

  it('continues in a new message when its time is up', async () => {
    const id = await storeUpload(series(ROWS));
    let looks = 0;
    const start = Date.now();
    // Every reading of the clock takes six seconds, so a slice has a batch or two.
    const now = () => {
      looks += 1;
      return new Date(start + looks * 6_000);
    };
    const deps = testDeps({ now });
    expect(await importAll(id, deps)).toBeGreaterThan(1);
    expect(await upload(id)).toMatchObject(whole);
    expect(await stored()).toBe(ROWS);
  });

  it('resumes wherever the consumer was killed', async () => {
    for (let step = 1; step <= 8; step += 1) {
      await emptyDatabase();
      const id = await storeUpload(series(ROWS));
      await expect(importFile(dieAt(step), { upload_id: id })).rejects.toThrow('killed');
      await rows(sql`update leases set expires_at = '-infinity'`);
      await importAll(id);
      expect({ step, ...(await upload(id)) }).toMatchObject({ step, ...whole });
      expect(await stored()).toBe(ROWS);
    }
  });
});

describe('an upload without a message', () => {
  /** The messages that uploads and withdrawals get when `act` runs; it also requests the hourly upkeep. */
  async function resumed(act: (deps: Deps) => Promise<void>): Promise<unknown[]> {
    const sent: { type: string }[] = [];
    const queue = { send: async (message: { type: string }) => void sent.push(message) } as unknown as Queue;
    await act(testDeps({ queue }));
    return sent.filter(({ type }) => type === 'import' || type === 'withdraw');
  }
  const message = (upload_id: string) => ({ type: 'import', upload_id });
  // No source is due at noon, by its checkpoints.
  const NOON = Date.parse('2026-01-10T12:00:00Z');
  const atNoon = (deps: Deps) =>
    tick({ ...deps, now: () => new Date(NOON), fetch: () => Promise.reject(new Error('no upstream')) }, NOON);

  it('is resumed by the cron once it has stalled', async () => {
    const fresh = await storeUpload(series(1));
    const still = await storeUpload(series(2));
    await rows(sql`update uploads set touched_at = now() - interval '3 minutes' where id = ${still}`);
    expect(await resumed(atNoon)).toEqual([message(still)]);
    expect(await upload(fresh)).toMatchObject({ status: 'queued' });
  });

  it('is resumed by the cron when its consumer is dead, not while it lives', async () => {
    const dead = await storeUpload(series(1));
    const alive = await storeUpload(series(2));
    await rows(sql`update uploads set status = 'processing'`);
    await rows(sql`insert into leases (name, token, expires_at)
      values ('upload:' || ${dead}::text, 1, now() - interval '1 second'),
        ('upload:' || ${alive}::text, 1, now() + interval '20 seconds')`);
    expect(await resumed(atNoon)).toEqual([message(dead)]);
  });

  it('is resumed after a start, however fresh it is', async () => {
    const id = await storeUpload(series(1));
    const ended = await storeUpload(series(2));
    await importAll(ended);
    expect(await resumed(resume)).toEqual([message(id)]);
  });

  it('applies to a withdrawal too', async () => {
    const id = await storeUpload(series(1));
    await importAll(id);
    const [run] = await rows<{ run_id: string }>(sql`select run_id from uploads where id = ${id}`);
    await requestWithdrawal(testDeps().db, Number(run?.run_id), 'wrong file');
    const again = { type: 'withdraw', run_id: Number(run?.run_id) };
    expect(await resumed(atNoon)).toEqual([again]);
    await withdraw(testDeps(), again);
    expect(await resumed(atNoon)).toEqual([]);
  });

  it('fails when its last message is a dead letter, unless somebody works on it', async () => {
    const dead = await storeUpload(series(1));
    const alive = await storeUpload(series(2));
    await rows(sql`insert into leases (name, token, expires_at)
      values ('upload:' || ${alive}::text, 1, now() + interval '20 seconds')`);
    for (const id of [dead, alive])
      await consumeDead(testDeps(), { id, attempts: 11, body: message(id), ack: () => {}, retry: () => {} });
    expect(await upload(dead)).toMatchObject({ status: 'failed', run: 'failed', error_code: 'interrupted' });
    expect(await upload(alive)).toMatchObject({ status: 'queued' });
  });
});

describe('batches of one file', () => {
  const ROWS = 7_000;
  /** Three batches, because a batch ends at a number of bytes. */
  const longFile = () => series(ROWS).replaceAll('Abc Coin', 'Abc Coin'.padEnd(900, '.'));

  it('are sent two at a time', async () => {
    const id = await storeUpload(longFile());
    const second = Promise.withResolvers<void>();
    // The answer to the first arrives after the second is sent.
    const deps = withLoads(async (commit, load) => {
      if (load === 2) second.resolve();
      const results = await commit();
      if (load === 1) await second.promise;
      return results;
    });
    expect(await importAll(id, deps)).toBe(1);
    expect(await upload(id)).toMatchObject({ status: 'succeeded', read: ROWS, inserted: ROWS });
    expect(await stored()).toBe(ROWS);
  });

  it('wait for their turn when one overtakes another', async () => {
    const id = await storeUpload(longFile());
    const second = Promise.withResolvers<void>();
    const deps = withLoads(async (commit, load) => {
      if (load === 1) await second.promise;
      return await commit().finally(() => load === 2 && second.resolve());
    });
    expect(await importAll(id, deps)).toBe(1);
    expect(await upload(id)).toMatchObject({ status: 'succeeded', read: ROWS, inserted: ROWS });
    expect(await stored()).toBe(ROWS);
  });

  it('are not committed if the previous one is not', async () => {
    const id = await storeUpload(longFile());
    let loads = 0;
    const deps = withLoads(async (commit, load) => {
      loads = load;
      if (load > 1) return await commit();
      await new Promise((resolve) => setTimeout(resolve, 200));
      throw new Error('killed');
    });
    await expect(importFile(deps, { upload_id: id })).rejects.toThrow('killed');
    expect(loads).toBe(2);
    expect(await stored()).toBe(0);
    await importAll(id);
    expect(await upload(id)).toMatchObject({ status: 'succeeded', read: ROWS, inserted: ROWS });
  });

  it('are committed once when an answer is lost', async () => {
    const id = await storeUpload(longFile());
    const deps = withLoads(async (commit, load) => {
      const results = await commit();
      if (load <= 2) throw new AppError('database_unavailable', 'The answer was lost.');
      return results;
    });
    expect(await importAll(id, { ...deps, sleep: async () => {} })).toBe(1);
    expect(await upload(id)).toMatchObject({ status: 'succeeded', read: ROWS, inserted: ROWS });
    expect(await stored()).toBe(ROWS);
  });
});

type Results = Awaited<ReturnType<Deps['db']['batch']>>;

/** Deps whose loads, counted from 1, pass through a function. */
function withLoads(through: (commit: () => Promise<Results>, load: number) => Promise<Results>): Deps {
  const deps = testDeps();
  let loads = 0;
  const db = new Proxy(deps.db, {
    get(target, key, receiver) {
      if (key !== 'batch') return Reflect.get(target, key, receiver);
      return (queries: Parameters<typeof target.batch>[0]) => {
        const commit = () => target.batch(queries) as Promise<Results>;
        if (queries.flat().length < 4) return commit();
        loads += 1;
        return through(commit, loads);
      };
    },
  });
  return { ...deps, db };
}

/** Deps whose consumer dies instead of sending a statement with this text. */
function dieWhen(text: string): Deps {
  const deps = testDeps();
  const db = new Proxy(deps.db, {
    get(target, key, receiver) {
      if (key !== 'execute') return Reflect.get(target, key, receiver);
      return (name: StatementName) => (query: SQL) => {
        const words = JSON.stringify(query.queryChunks.filter((chunk) => chunk instanceof StringChunk));
        return words.includes(text) ? Promise.reject(new Error('killed')) : target.execute(name)(query);
      };
    },
  });
  return { ...deps, db };
}

/** Deps whose consumer dies right after its n-th batch of statements, or before it when n is even. */
function dieAt(step: number): Deps {
  const deps = testDeps();
  let batches = 0;
  const db = new Proxy(deps.db, {
    get(target, key, receiver) {
      if (key !== 'batch') return Reflect.get(target, key, receiver);
      return async (queries: Parameters<typeof target.batch>[0]) => {
        batches += 1;
        const isLast = batches === Math.ceil(step / 2); // others may be in progress
        if (isLast && step % 2 === 0) throw new Error('killed');
        return await target.batch(queries).finally(() => {
          if (isLast) throw new Error('killed');
        });
      };
    },
  });
  return { ...deps, db };
}
