import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { settleAltered } from '../../../src/db/observations/follow.ts';
import { finishWithdrawal, requestWithdrawal, withdrawRows } from '../../../src/db/observations/withdraw.ts';
import { openVersion } from '../../../src/db/tape/version.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { POLLED_SOURCES, sourceSettings } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { forgetScript, paprikaGlobal, script, type Ticker, ticker } from '../../support/upstream.ts';

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await script('/coinpaprika/global', { body: paprikaGlobal() });
});

/** Polls CoinPaprika once, with these tickers; returns the run's id. */
const pollTickers = (...tickers: Ticker[]) => pollTickersOf(undefined, ...tickers);

/** The same, like a repeated message of this run. */
async function pollTickersOf(run: number | undefined, ...tickers: Ticker[]): Promise<number> {
  await script('/coinpaprika/tickers', { body: `[${tickers.map(ticker).join(',')}]` });
  const deps = testDeps();
  const source = POLLED_SOURCES.find((s) => s.id === 'coinpaprika');
  if (source === undefined) throw new Error('no coinpaprika');
  const requests = source.requests(sourceSettings(deps.settings, 'coinpaprika'));
  const result = await poll(deps, { source, requests, ...(run === undefined ? {} : { run_id: run }) });
  if (result.outcome !== 'ended') throw new Error(result.outcome);
  return result.run_id;
}

async function takeBack(run_id: number): Promise<void> {
  await requestWithdrawal(testDeps().db, run_id, 'a bad day upstream');
  expect(await withdraw(testDeps(), { run_id })).toBe(true);
}

const facts = () =>
  rows(sql`select l.external_id as id, o.revision, o.price_usd as price, o.superseded_at is null as current
           from observations o join listings l on l.id = o.listing_id order by 1, o.observed_at, 2`);
const version = () => rows(sql`select version from tape_version`);
const tallies = () =>
  rows(sql`select l.external_id as id, c.observations::int as rows, c.revisions::int as revisions
           from counts c join listings l on l.id = c.listing_id order by 1`);
const latest = () =>
  rows(sql`select s.external_id as id, l.price_usd as price, l.revision, l.beat_seconds as beat
           from latest_observations l join listings s on s.id = l.listing_id order by 1`);

it('makes a new version of the tape if only the coverage of its listings changes', async () => {
  await pollTickers({ id: 'a-a', price: '1', last_updated: '2026-01-10T10:00:00Z' });
  const second = await pollTickers({ id: 'a-a', price: '2', last_updated: '2026-01-10T10:05:00Z' });
  const { db } = testDeps();
  await requestWithdrawal(db, second, 'a bad day upstream');
  await db.batch([openVersion(db), withdrawRows(db, second, 100), ...settleAltered(db, 'forgotten')]);
  const between = await version();
  await db.batch([openVersion(db), finishWithdrawal(db, second)]);
  expect(await version()).not.toEqual(between);
});

it('supersedes the rows of a run, and restores the replaced values', async () => {
  await pollTickers({ id: 'a-a', price: '1' }, { id: 'b-b', price: '5' });
  const second = await pollTickers(
    { id: 'a-a', price: '2' },
    { id: 'b-b', price: '5' },
    { id: 'c-c', price: '9' },
  );
  await takeBack(second);
  expect(await facts()).toEqual([
    { id: 'a-a', revision: 1, price: '1', current: false },
    { id: 'a-a', revision: 2, price: '2', current: false },
    { id: 'a-a', revision: 3, price: '1', current: true },
    { id: 'b-b', revision: 1, price: '5', current: true },
    { id: 'c-c', revision: 1, price: '9', current: false },
  ]);
  expect(await tallies()).toEqual([
    { id: 'a-a', rows: 1, revisions: 3 },
    { id: 'b-b', rows: 1, revisions: 1 },
    { id: 'c-c', rows: 0, revisions: 1 },
  ]);
  expect(await latest()).toEqual([
    { id: 'a-a', price: '1', revision: 3, beat: 300 },
    { id: 'b-b', price: '5', revision: 1, beat: 300 },
  ]);
  expect(await rows(sql`select observations::int as n, revisions::int as r from source_counts`)).toEqual([
    { n: 2, r: 5 },
  ]);
  expect(
    await rows(sql`select withdraw_reason, withdrawn_at is not null as done from runs where id = ${second}`),
  ).toEqual([{ withdraw_reason: 'a bad day upstream', done: true }]);
});

it('restores the value from before an already withdrawn run', async () => {
  await pollTickers({ id: 'a-a', price: '1' });
  const second = await pollTickers({ id: 'a-a', price: '2' });
  const third = await pollTickers({ id: 'a-a', price: '3' });
  await takeBack(second); // already superseded: nothing to do
  await takeBack(third);
  expect((await facts()).at(-1)).toEqual({ id: 'a-a', revision: 4, price: '1', current: true });
});

it('changes nothing if it is done twice', async () => {
  await pollTickers({ id: 'a-a', price: '1' });
  const second = await pollTickers({ id: 'a-a', price: '2' });
  await takeBack(second);
  const before = await facts();
  await withdraw(testDeps(), { run_id: second });
  expect(await facts()).toEqual(before);
});

it('frees the key: the same value may be loaded again', async () => {
  const first = await pollTickers({ id: 'a-a', price: '1' });
  await takeBack(first);
  expect(await latest()).toEqual([]);
  await pollTickers({ id: 'a-a', price: '1' });
  expect(await facts()).toEqual([
    { id: 'a-a', revision: 1, price: '1', current: false },
    { id: 'a-a', revision: 2, price: '1', current: true },
  ]);
  expect(await tallies()).toEqual([{ id: 'a-a', rows: 1, revisions: 2 }]);
  expect(await latest()).toEqual([{ id: 'a-a', price: '1', revision: 2, beat: 300 }]);
});

it('reduces the covered range to the remaining rows', async () => {
  await pollTickers({ id: 'a-a', price: '1', last_updated: '2026-01-10T10:00:00Z' });
  const second = await pollTickers({ id: 'a-a', price: '2', last_updated: '2026-01-10T10:05:00Z' });
  await takeBack(second);
  expect(
    await rows(sql`select first_observed_at = '2026-01-10T10:00:00Z' as first,
      last_observed_at = '2026-01-10T10:00:00Z' as last from counts`),
  ).toEqual([{ first: true, last: true }]);
});

it('returns to an older reading when the newest is withdrawn', async () => {
  await pollTickers({ id: 'a-a', price: '1', last_updated: '2026-01-10T10:00:00Z' });
  const second = await pollTickers({ id: 'a-a', price: '2', last_updated: '2026-01-10T10:05:00Z' });
  await takeBack(second);
  expect(await latest()).toEqual([{ id: 'a-a', price: '1', revision: 1, beat: 300 }]);
});

it('also withdraws the rows that a run loaded before its consumer died', async () => {
  const run_id = await pollTickers({ id: 'a-a', price: '1' });
  await rows(sql`update runs set status = 'running'`); // it died before it could end its run
  await pollTickersOf(run_id, { id: 'b-b', price: '2' });
  await takeBack(run_id);
  expect((await facts()).filter(({ current }) => current)).toEqual([]);
});

it('withdraws the rows of a run that began before the clock was set back', async () => {
  const run_id = await pollTickers({ id: 'a-a', price: '1' });
  await rows(sql`update runs set status = 'running', started_at = started_at + interval '10 minutes'`);
  await pollTickersOf(run_id, { id: 'b-b', price: '2' });
  await takeBack(run_id);
  expect(await facts()).toMatchObject([{ id: 'a-a' }, { id: 'b-b', current: false }]);
});

it('resets the covered range when all rows are withdrawn', async () => {
  const wrong = await pollTickers({ id: 'a-a', price: '1', last_updated: '2026-01-10T08:00:00Z' });
  await takeBack(wrong);
  await pollTickers({ id: 'a-a', price: '2', last_updated: '2026-01-10T10:00:00Z' });
  expect(
    await rows(sql`select first_observed_at = last_observed_at as one, observations::int as n from counts`),
  ).toEqual([{ one: true, n: 1 }]);
});
