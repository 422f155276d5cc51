import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { requestWithdrawal } from '../../../src/db/observations/withdraw.ts';
import { queueReplay, type ReplayRange, requestPromotion } from '../../../src/db/replays/lifecycle.ts';
import type { Deps } from '../../../src/deps.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { consumeDead } from '../../../src/ingest/queue/consume.ts';
import { resume } from '../../../src/ingest/queue/resume.ts';
import { replay } from '../../../src/ingest/upkeep/replay.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { rawKey } from '../../../src/raw/store.ts';
import { NORMALIZER_VERSION, POLLED_SOURCES } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ingestFixtures } from '../../support/fixtures.ts';
import { ask, bearer, testEnv } from '../../support/http.ts';
import { readWhole } from '../../support/import-all.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { coinpaprikaUrl, forgetScript, script, type Ticker, ticker } from '../../support/upstream.ts';

let clock_s = 0;

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
});

async function pollTickers(...tickers: Ticker[]): Promise<number> {
  await script('/coinpaprika/tickers', { body: `[${tickers.map(ticker).join(',')}]` });
  const [source] = POLLED_SOURCES.filter(({ id }) => id === 'coinpaprika');
  if (source === undefined) throw new Error('no coinpaprika');
  clock_s += 1;
  const now = () => new Date(Date.UTC(2026, 0, 10, 11, 0, clock_s));
  const request = { endpoint: 'tickers', url: `${coinpaprikaUrl()}/tickers`, headers: {}, every_minutes: 1 };
  const result = await poll(testDeps({ now }), { source, requests: [request] });
  if (result.outcome !== 'ended') throw new Error(result.outcome);
  return result.run_id;
}

async function uploadFile(text: string): Promise<string> {
  const upload_id = await storeUpload(text);
  await readWhole(upload_id);
  return upload_id;
}

const EVERYTHING: ReplayRange = {
  source: null,
  fetched_from: null,
  fetched_before: null,
  run_id: null,
  upload_id: null,
};

/** Delivers messages until the replay is done; returns how many it took. */
async function run(replay_id: number, deps: Deps = testDeps()): Promise<number> {
  for (let slices = 1; ; slices += 1) if ((await replay(deps, { replay_id })) === 'done') return slices;
}

async function compare(range: Partial<ReplayRange> = {}, deps?: Deps): Promise<number> {
  const { db } = testDeps();
  const queued = await queueReplay(db, { ...EVERYTHING, ...range }, NORMALIZER_VERSION);
  const id = Number(queued[0]?.id);
  await run(id, deps);
  return id;
}

async function promote(id: number): Promise<void> {
  await requestPromotion(testDeps().db, id, NORMALIZER_VERSION);
  await run(id);
}

interface Shown {
  status: string;
  payloads: { done: number; unreadable: number };
  rows: Record<string, number>;
  promotion: { promoted: number; passed_over: number } | null;
  differences: Record<string, unknown>[];
}
const shown = async (id: number): Promise<Shown> => {
  const { json } = await ask(`/replays/${id}?decimals=string`, { headers: bearer('dev') });
  return (json as { data: Shown }).data;
};
const facts = () =>
  rows(sql`select l.external_id as id, o.revision, o.price_usd as price, o.normalizer_version as version,
             o.superseded_at is null as current
           from observations o join listings l on l.id = o.listing_id order by 1, o.observed_at, 2`);
const tallies = () =>
  rows(sql`select l.external_id as id, c.observations::int as rows, c.revisions::int as revisions
           from counts c join listings l on l.id = c.listing_id order by 1`);
const latest = () =>
  rows(sql`select s.external_id as id, l.price_usd as price, l.revision
           from latest_observations l join listings s on s.id = l.listing_id order by 1`);

describe('the same input and the same code', () => {
  it('give no difference, for every fixture', async () => {
    await ingestFixtures();
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(
      sql`select count(*)::int as n from observations where superseded_at is null`,
    );
    const { status, rows: counts, payloads, differences } = await shown(await compare());
    expect(differences).toEqual([]);
    expect({ status, ...counts }).toMatchObject({ status: 'compared', changed: 0, new: 0, gone: 0 });
    expect(counts.unchanged).toBeGreaterThanOrEqual(n);
    expect(payloads.done).toBeGreaterThan(50);
  });

  it('give none after corrections, repeats and withdrawals', async () => {
    await pollTickers({ id: 'a-a', price: '1' }, { id: 'b-b', price: '5' });
    const wrong = await pollTickers({ id: 'a-a', price: '2' }, { id: 'b-b', price: '5' });
    await pollTickers({ id: 'a-a', price: '2' }, { id: 'b-b', price: '6' });
    await requestWithdrawal(testDeps().db, wrong, 'a bad day');
    await withdraw(testDeps(), { run_id: wrong });
    const file = 'symbol,price_usd,created_at\nABC,1,2025-01-01\nABC,1,2025-01-01\nABC,2,2025-01-01\n';
    await uploadFile(file);
    await uploadFile(file);
    const { rows: counts } = await shown(await compare());
    expect(counts).toMatchObject({ changed: 0, new: 0, gone: 0 });
  });

  it('give no difference for a long file read in many slices', async () => {
    const lines = Array.from(
      { length: 12_000 },
      (_, i) =>
        `ABC,${i % 6_000},${new Date(Date.UTC(2024, 0, 1) + (i % 9_000) * 3_600_000).toISOString()}\n`,
    );
    await uploadFile(`symbol,price_usd,created_at\n${lines.slice(0, 5_000).join('')}`);
    await uploadFile(`symbol,price_usd,created_at\n${lines.join('')}`);
    let ms = 0;
    // A clock on which every slice ends after one step.
    const now = () => {
      ms += 20_000;
      return new Date(ms);
    };
    const deps = testDeps({ now });
    const { db } = deps;
    const queued = await queueReplay(db, EVERYTHING, NORMALIZER_VERSION);
    const id = Number(queued[0]?.id);
    expect(await run(id, deps)).toBeGreaterThan(4);
    const { rows: counts, payloads } = await shown(id);
    expect(counts).toEqual({ unchanged: 14_000, changed: 0, new: 0, gone: 0, skipped: 3_000 });
    expect(payloads).toEqual({ done: 2, unreadable: 0, expired: 0 });
    expect(await rows(sql`select * from replay_sightings`)).toEqual([]);
  });
});

/** Leaves the tape as if an older version had read `a-a` as ten times, rejected `b-b`, and invented `z-z`. */
async function asOlderCodeHadIt(): Promise<void> {
  await rows(sql`update observations set normalizer_version = 0`);
  await rows(sql`
    update observations o set price_usd = price_usd * 10 from listings l
    where l.id = o.listing_id and l.external_id = 'a-a'`);
  await rows(sql`
    insert into rejects (source, run_id, raw_payload_id, pointer, code, message, raw, rejected_at)
    select o.source, o.run_id, o.raw_payload_id, o.pointer, 'contract_broken', '', '', now()
    from observations o join listings l on l.id = o.listing_id where l.external_id = 'b-b'`);
  for (const table of ['observations', 'latest_observations', 'counts'])
    await rows(
      sql`delete from ${sql.raw(table)} where listing_id in (select id from listings where external_id = 'b-b')`,
    );
  await rows(sql`delete from listings where external_id = 'b-b'`);
  await rows(sql`update listings set external_id = 'z-z' where external_id = 'c-c'`);
  await rows(sql`update source_counts set observations = 2, revisions = 2`);
}

const THREE = [
  { id: 'a-a', price: '1.50' },
  { id: 'b-b', price: '5' },
  { id: 'c-c', price: '7' },
];

describe('newer code', () => {
  it('shows the changes, field by field, and changes nothing', async () => {
    await pollTickers(...THREE, { id: 'd-d', price: '9' });
    await asOlderCodeHadIt();
    const before = await facts();
    const { status, rows: counts, promotion, differences } = await shown(await compare());
    expect({ status, promotion }).toEqual({ status: 'compared', promotion: null });
    expect(counts).toEqual({ unchanged: 1, changed: 1, new: 2, gone: 1, skipped: 0 });
    expect(differences).toMatchObject([
      {
        change: 'changed',
        external_id: 'a-a',
        pointer: '/0',
        fields: { price_usd: { stored: '15.00', recomputed: '1.50' } },
      },
      { change: 'new', external_id: 'b-b', observation_id: null, pointer: '/1' },
      { change: 'new', external_id: 'c-c', pointer: '/2' },
      {
        change: 'gone',
        external_id: 'z-z',
        pointer: '/2',
        fields: { price_usd: { stored: '7', recomputed: null } },
      },
    ]);
    expect(Object.keys(differences[0]?.fields ?? {})).toEqual(['price_usd']);
    expect(await facts()).toEqual(before);
  });

  it('applies exactly those, once', async () => {
    const run_id = await pollTickers(...THREE);
    await asOlderCodeHadIt();
    const id = await compare();
    await promote(id);
    const after = await facts();
    expect(after).toEqual([
      { id: 'a-a', revision: 1, price: '15.00', version: 0, current: false },
      { id: 'a-a', revision: 2, price: '1.50', version: NORMALIZER_VERSION, current: true },
      { id: 'b-b', revision: 1, price: '5', version: NORMALIZER_VERSION, current: true },
      { id: 'c-c', revision: 1, price: '7', version: NORMALIZER_VERSION, current: true },
      { id: 'z-z', revision: 1, price: '7', version: 0, current: false },
    ]);
    expect(await tallies()).toEqual([
      { id: 'a-a', rows: 1, revisions: 2 },
      { id: 'b-b', rows: 1, revisions: 1 },
      { id: 'c-c', rows: 1, revisions: 1 },
      { id: 'z-z', rows: 0, revisions: 1 },
    ]);
    expect(await latest()).toEqual([
      { id: 'a-a', price: '1.50', revision: 2 },
      { id: 'b-b', price: '5', revision: 1 },
      { id: 'c-c', price: '7', revision: 1 },
    ]);
    expect(await rows(sql`select observations::int as n, revisions::int as r from source_counts`)).toEqual([
      { n: 3, r: 5 },
    ]);
    expect(await shown(id)).toMatchObject({
      status: 'promoted',
      promotion: { promoted: 4, passed_over: 0 },
    });
    expect(await rows(sql`select distinct run_id::int as run_id from observations`)).toEqual([{ run_id }]);
    await promote(id);
    expect(await facts()).toEqual(after);
    expect((await shown(await compare())).rows).toMatchObject({ changed: 0, new: 0, gone: 0 });
  });

  it('keeps the anomaly flag of a polled price, and so do proofs', async () => {
    const flags = () =>
      rows(
        sql`select revision, flags, price_usd as price from observations where 'anomaly' = any(flags) order by 1`,
      );
    await pollTickers({ id: 'a-a', price: '1' });
    await pollTickers({ id: 'a-a', price: '1000', last_updated: '2026-01-10T10:05:00Z' });
    expect(await flags()).toEqual([{ revision: 1, flags: ['anomaly'], price: '1000' }]);
    const micros = Date.parse('2026-01-10T10:05:00Z') * 1000;
    const proof = async (revision: number) =>
      (
        (await ask(`/observations/coinpaprika_a-a_spot_${micros}_${revision}/proof`)).json as {
          data: unknown;
        }
      ).data;
    expect(await proof(1)).toMatchObject({ matches: true });
    expect((await shown(await compare())).rows).toMatchObject({ unchanged: 2, changed: 0 });
    await rows(
      sql`update observations set price_usd = 999, normalizer_version = 0 where 'anomaly' = any(flags)`,
    );
    await promote(await compare());
    expect(await flags()).toEqual([
      { revision: 1, flags: ['anomaly'], price: '999' },
      { revision: 2, flags: ['anomaly'], price: '1000' },
    ]);
    expect(await proof(2)).toMatchObject({ matches: true });
    expect(await rows(sql`select flags from latest_observations`)).toEqual([{ flags: ['anomaly'] }]);
  });

  it('gives proofs for promoted rows, and marks them as replayed', async () => {
    await pollTickers(...THREE);
    await asOlderCodeHadIt();
    const proof = async (path: string) =>
      ((await ask(`/observations/${path}/proof`)).json as { data: Record<string, unknown> }).data;
    const [{ micros } = { micros: '' }] = await rows<{ micros: string }>(
      sql`select (extract(epoch from observed_at) * 1000000)::bigint as micros from observations limit 1`,
    );
    const a = `coinpaprika_a-a_spot_${micros}`;
    expect(await proof(`${a}_1`)).toMatchObject({
      matches: false,
      normalizer_version: { stored: 0, current: NORMALIZER_VERSION },
    });
    await promote(await compare());
    expect(await proof(`${a}_2`)).toMatchObject({ matches: true, superseded: null });
    expect(await proof(`${a}_1`)).toMatchObject({ superseded: { reason: 'replayed', by: `${a}_2` } });
    expect(await proof(`coinpaprika_z-z_spot_${micros}_1`)).toMatchObject({
      superseded: { reason: 'replayed', by: null },
    });
  });

  it('skips a row that was corrected in the meantime', async () => {
    await pollTickers(...THREE);
    await asOlderCodeHadIt();
    const id = await compare();
    await pollTickers({ id: 'a-a', price: '1.75' });
    await promote(id);
    expect(await shown(id)).toMatchObject({ promotion: { promoted: 3, passed_over: 1 } });
    expect((await latest())[0]).toEqual({ id: 'a-a', price: '1.75', revision: 2 });
  });

  it('keeps to the given range', async () => {
    const first = await pollTickers({ id: 'a-a', price: '1', last_updated: '2026-01-10T10:00:00Z' });
    await pollTickers({ id: 'a-a', price: '2', last_updated: '2026-01-10T10:05:00Z' });
    const upload_id = await uploadFile('symbol,price_usd,created_at\nABC,1,2025-01-01\n');
    await rows(sql`update observations set price_usd = price_usd * 10`);
    const changed = async (range: Partial<ReplayRange>) => (await shown(await compare(range))).rows.changed;
    expect(await changed({})).toBe(3);
    expect(await changed({ run_id: first })).toBe(1);
    expect(await changed({ upload_id })).toBe(1);
    expect(await changed({ source: 'coinpaprika' })).toBe(2);
    expect(await changed({ fetched_before: '2026-01-01T00:00:00Z' })).toBe(0);
  });

  it('lets a later payload win over an earlier one', async () => {
    await pollTickers({ id: 'a-a', price: '1' });
    await pollTickers({ id: 'a-a', price: '1' }); // it repeats a known value and has no row of its own
    await rows(sql`update observations set price_usd = 10`);
    const id = await compare();
    expect((await shown(id)).rows).toEqual({ unchanged: 1, changed: 1, new: 0, gone: 0, skipped: 0 });
    await promote(id);
    expect(await latest()).toEqual([{ id: 'a-a', price: '1', revision: 2 }]);
    expect((await shown(await compare())).rows).toMatchObject({ unchanged: 2, changed: 0 });
  });

  it('reports unreadable payloads, and continues', async () => {
    await pollTickers({ id: 'a-a', price: '1' });
    const [{ sha256 } = { sha256: '' }] = await rows<{ sha256: string }>(
      sql`select sha256 from raw_payloads`,
    );
    await pollTickers({ id: 'b-b', price: '2' });
    await testEnv.UPLOADS.delete(rawKey(sha256, '2026-01-10'));
    expect(await shown(await compare())).toMatchObject({
      status: 'compared',
      payloads: { done: 2, unreadable: 1 },
      rows: { unchanged: 1, changed: 0, new: 0, gone: 0 },
    });
  });
});

it('a replay whose message is given up has failed', async () => {
  const queued = await queueReplay(testDeps().db, EVERYTHING, NORMALIZER_VERSION);
  const replay_id = Number(queued[0]?.id);
  const message = {
    id: 'm',
    body: { type: 'replay', replay_id },
    attempts: 9,
    ack: () => {},
    retry: () => {},
  };
  await consumeDead(testDeps(), message);
  expect(await shown(replay_id)).toMatchObject({ status: 'failed', error: { code: 'interrupted' } });
  expect(await replay(testDeps(), { replay_id })).toBe('done');
});

it('a replay that lost its message gets another one', async () => {
  const queued = await queueReplay(testDeps().db, EVERYTHING, NORMALIZER_VERSION);
  const sent: unknown[] = [];
  const queue = { send: async (message: unknown) => void sent.push(message) } as unknown as Queue;
  await resume(testDeps({ queue }));
  const replay_id = Number(queued[0]?.id);
  expect(sent).toEqual([{ type: 'replay', replay_id }]);
  await run(replay_id);
  await resume(testDeps({ queue }));
  expect(sent).toHaveLength(1);
});
