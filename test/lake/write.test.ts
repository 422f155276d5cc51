import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { microsOf } from '../../src/domain/instant.ts';
import { resume } from '../../src/ingest/queue/resume.ts';
import { tick } from '../../src/ingest/queue/tick.ts';
import { idOf } from '../../src/lake/row.ts';
import { writeLake } from '../../src/lake/write.ts';
import { sha256Hex } from '../../src/raw/sha256.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { ask } from '../support/http.ts';
import {
  currentAt,
  emptyLake,
  lakeDeps,
  lakeRows,
  manifest,
  partBytes,
  storedParts,
  writeAll,
} from '../support/lake.ts';
import { keptQueue } from '../support/queue.ts';
import { loadReadings, takeBack } from '../support/readings.ts';
import { type SeedRow, seed } from '../support/tape.ts';

const NOW = new Date('2026-03-20T12:34:56Z');
const at = (known_at: string, more: Partial<SeedRow> = {}): SeedRow => ({
  external_id: 'a',
  observed_at: known_at,
  known_at,
  price_usd: '1.50',
  ...more,
});
const deps = (replaced = {}) => lakeDeps({ now: () => NOW, ...replaced });
const askForAll = () =>
  rows(sql`insert into tasks (type, asked, touched_at) values ('lake', 1, now())
    on conflict (type) do update set asked = tasks.asked + 1`);
const parts = async () =>
  (await manifest())
    .filter(({ kind }) => kind === 'changes')
    .map(({ day, rows: count, part }) => `${day} ${part.slice(11, 15)} ${count}`);
const writtenThrough = async () =>
  (await rows<{ at: string }>(sql`select written_through at time zone 'utc' as at from lake_progress`))[0]
    ?.at;

beforeEach(async () => {
  await emptyDatabase();
  await emptyLake();
});

describe('past days', () => {
  it('become a part each, and the current day waits', async () => {
    await seed(testDeps().db, [
      at('2026-03-17T23:59:59.999999Z'),
      at('2026-03-18T00:00:00Z'),
      at('2026-03-18T12:00:00Z', { external_id: 'b', price_usd: '2' }),
      at('2026-03-20T12:00:00Z'),
    ]);
    await writeAll(deps());
    expect(await parts()).toEqual(['2026-03-17 0001 1', '2026-03-18 0001 2']);
    expect(await writtenThrough()).toBe('2026-03-19T23:59:59.999999Z');
    for (const { part, sha256 } of await manifest())
      expect(await sha256Hex(await partBytes(part))).toBe(sha256);
    const [first] = await lakeRows();
    expect(first).toMatchObject({ change: 'added', price_usd: '1.50', raw_payload_id: '600', pointer: '/0' });
  });

  it('are written five minutes after midnight, and not at all if the lake is off', async () => {
    await seed(testDeps().db, [at('2026-03-18T12:00:00Z')]);
    await writeAll(testDeps({ now: () => NOW }));
    await writeAll(lakeDeps({ now: () => new Date('2026-03-19T00:04:59Z') }));
    expect(await parts()).toEqual([]);
    await writeAll(lakeDeps({ now: () => new Date('2026-03-19T00:05:00Z') }));
    expect(await parts()).toEqual(['2026-03-18 0001 1']);
  });

  it('are cut into parts of whole versions, each beginning where the last ended', async () => {
    const together = ['b', 'c', 'd'].map((external_id) => at('2026-03-18T02:00:00Z', { external_id }));
    await seed(testDeps().db, [at('2026-03-18T01:00:00Z'), ...together, at('2026-03-18T03:00:00Z')]);
    await writeAll(deps(), 2);
    expect(await parts()).toEqual(['2026-03-18 0001 1', '2026-03-18 0002 3', '2026-03-18 0003 1']);
    expect((await lakeRows()).map(({ external_id }) => external_id)).toEqual(['a', 'b', 'c', 'd', 'a']);
  });

  it('are not written again by a repeated message', async () => {
    await seed(testDeps().db, [at('2026-03-18T12:00:00Z')]);
    await writeAll(deps());
    const [before, stored] = [await manifest(), await storedParts()];
    await writeAll(deps());
    expect([await manifest(), await storedParts()]).toEqual([before, stored]);
  });
});

describe('the current day', () => {
  it('is written up to now on request, and continues in its next part', async () => {
    await seed(testDeps().db, [at('2026-03-20T11:00:00Z')]);
    await askForAll();
    await writeAll(deps());
    expect(await parts()).toEqual(['2026-03-20 0001 1']);
    await seed(testDeps().db, [at('2026-03-20T12:00:00Z')]);
    await writeAll(deps());
    expect(await parts()).toEqual(['2026-03-20 0001 1']); // the request is done
    await askForAll();
    await writeAll(deps());
    expect(await parts()).toEqual(['2026-03-20 0001 1', '2026-03-20 0002 1']);
  });
});

describe('later changes', () => {
  it('are in a later part: rows of old days, revisions and withdrawals', async () => {
    const run = await loadReadings([
      { at: '2026-03-01T10:00:00Z', price: '1' },
      { at: '2026-03-01T11:00:00Z', price: '2' },
    ]);
    await askForAll();
    await writeAll();
    await loadReadings([{ at: '2026-03-01T10:00:00Z', price: '1.5' }]);
    await loadReadings([{ at: '2026-02-01T10:00:00Z', price: '7' }]); // late
    await takeBack(run);
    await askForAll();
    await writeAll();
    const told = (await lakeRows()).map((row) => [
      row.change,
      idOf(row).slice(10),
      row.price_usd,
      row.replaces?.slice(10) ?? null,
    ]);
    expect(told).toEqual([
      ['added', 'a_spot_1772359200000000_1', '1', null],
      ['added', 'a_spot_1772362800000000_1', '2', null],
      ['revised', 'a_spot_1772359200000000_2', '1.5', 'a_spot_1772359200000000_1'],
      ['added', 'a_spot_1769940000000000_1', '7', null],
      ['withdrawn', 'a_spot_1772362800000000_1', null, null],
    ]);
    expect((await lakeRows()).at(-1)?.reason).toBe('wrong');
  });

  it('leaves the tape as of every version as in /data', async () => {
    const first = await loadReadings([
      { at: '2026-03-01T10:00:00Z', price: '1' },
      { id: 'b', at: '2026-03-01T10:00:00Z', price: '2' },
    ]);
    const second = await loadReadings([{ at: '2026-03-01T10:00:00Z', price: '1.5' }]);
    await takeBack(second); // restores the value that it replaced
    await takeBack(first);
    await loadReadings([{ at: '2026-03-01T10:00:00Z', price: '3' }]);
    await askForAll();
    await writeAll();
    const all = await lakeRows();
    const versions = [...new Set(all.map(({ version }) => version))];
    expect(versions).toHaveLength(5);
    for (const version of versions) {
      const told = (await ask(`/data?limit=1000&as_of=${version}`)).column('id');
      expect(currentAt(all, (known) => microsOf(known) <= microsOf(version))).toEqual(told.sort());
    }
  });
});

describe('a killed writer', () => {
  it('between the bytes and the manifest leaves a part that the next one uses unchanged', async () => {
    await seed(testDeps().db, [at('2026-03-18T12:00:00Z')]);
    const { lake } = testDeps();
    const killed = { ...lake, read: () => Promise.reject(new Error('killed')) };
    await expect(writeLake(deps({ lake: killed }))).rejects.toThrow('killed');
    const stored = await storedParts();
    expect(stored).toHaveLength(1);
    expect((await manifest()).map(({ sha256 }) => sha256)).toEqual([null]);
    await writeAll(deps());
    expect(await storedParts()).toEqual(expect.arrayContaining(stored));
    expect(await parts()).toEqual(['2026-03-18 0001 1']);
  });

  it('on the current day leaves a plan that is finished before the rest is written', async () => {
    await seed(testDeps().db, [at('2026-03-20T11:00:00Z')]);
    await askForAll();
    const { lake } = testDeps();
    const killed = { ...lake, put: () => Promise.reject(new Error('killed')) };
    await expect(writeLake(deps({ lake: killed }))).rejects.toThrow('killed');
    await seed(testDeps().db, [at('2026-03-20T12:00:00Z')]);
    await writeAll(deps());
    expect(await parts()).toEqual(['2026-03-20 0001 1', '2026-03-20 0002 1']);
  });

  it('does not count a part whose read-back differs', async () => {
    await seed(testDeps().db, [at('2026-03-18T12:00:00Z')]);
    const { lake } = testDeps();
    const other = { ...lake, put: (part: string) => lake.put(part, new Uint8Array(0)) };
    await expect(writeLake(deps({ lake: other }))).rejects.toThrow();
    expect(await writtenThrough()).toBe(null);
  });

  it('makes another one wait', async () => {
    await rows(
      sql`insert into leases (name, token, expires_at) values ('lake', 1, now() + interval '9 seconds')`,
    );
    expect(await writeLake(deps())).toEqual({ busy_seconds: 9 });
  });
});

describe('a plan of changes that were thinned while the lake was off', () => {
  it('is made again', async () => {
    await seed(testDeps().db, [at('2026-03-18T11:00:00Z'), at('2026-03-18T12:00:00Z')]);
    const { lake } = testDeps();
    const killed = { ...lake, put: () => Promise.reject(new Error('killed')) };
    await expect(writeLake(deps({ lake: killed }))).rejects.toThrow('killed');
    await rows(sql`delete from observations where known_at = '2026-03-18T11:00:00Z'`);
    await rows(sql`update retention set horizon = '2026-03-19Z'`);
    await writeAll(deps());
    expect(await parts()).toEqual(['2026-03-18 0001 1']);
    const [progress] = await rows(
      sql`select complete_from at time zone 'utc' as complete_from from lake_progress`,
    );
    expect(progress).toEqual({ complete_from: '2026-03-19T00:00:00Z' });
  });
});

describe('listings', () => {
  it('are a separate part, written again when one has another label', async () => {
    await loadReadings([{ at: '2026-03-01T10:00:00Z', price: '1' }]);
    const listingParts = async () => (await manifest()).filter(({ kind }) => kind === 'listings');
    await writeAll();
    await writeAll();
    expect((await listingParts()).map(({ part, rows: count }) => [part.slice(0, 9), count])).toEqual([
      ['listings-', 1],
    ]);
    await loadReadings([{ at: '2026-03-01T11:00:00Z', price: '1' }]);
    await writeAll();
    expect(await listingParts()).toHaveLength(1);
    await testDeps().db.batch([
      testDeps().db.execute('test.raw')(
        sql`update tape_version set next_version = clock_timestamp(), version = clock_timestamp()`,
      ),
      testDeps().db.execute('test.raw')(sql`update listings set symbol = 'NEW'`),
    ]);
    await writeAll();
    expect(await listingParts()).toHaveLength(2);
  });
});

it('is requested once an hour, if the lake is on', async () => {
  const { sent, queue } = keptQueue();
  const tickAt = (time: string, given: Deps) =>
    tick({ ...given, now: () => new Date(time), queue }, Date.parse(time)).catch(() => {});
  const asked = () => sent.filter(({ message }) => message.type === 'lake').length;
  await tickAt('2026-03-20T12:00:00Z', testDeps());
  expect(asked()).toBe(0);
  await tickAt('2026-03-20T12:00:00Z', lakeDeps());
  await tickAt('2026-03-20T12:05:00Z', lakeDeps());
  expect(asked()).toBe(1);
});

it('is found by a sweep if its message was lost, and dropped if the lake is off', async () => {
  await askForAll();
  const open = () => rows(sql`select done < asked as open from tasks where type = 'lake'`);
  const { sent, queue } = keptQueue();
  await resume(lakeDeps({ queue }));
  expect(sent.map(({ message }) => message)).toEqual([{ type: 'lake' }]);
  expect(await open()).toEqual([{ open: true }]);
  expect(await writeLake(testDeps())).toBe('done');
  expect(await open()).toEqual([{ open: false }]);
});
