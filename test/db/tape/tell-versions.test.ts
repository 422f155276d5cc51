import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRebuild } from '../../../src/db/candles/rebuild.ts';
import type { Db } from '../../../src/db/client.ts';
import { requestWithdrawal } from '../../../src/db/observations/withdraw.ts';
import { tellingVersions } from '../../../src/db/tape/tell-versions.ts';
import { openVersion } from '../../../src/db/tape/version.ts';
import type { Changed } from '../../../src/domain/front/tags.ts';
import { AppError } from '../../../src/errors.ts';
import { importFile } from '../../../src/ingest/files/import.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { rebuildCandles } from '../../../src/ingest/upkeep/rebuild-candles.ts';
import { resolveAssets } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { POLLED_SOURCES, sourceSettings } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { FILE } from '../../support/upload-requests.ts';
import { forgetScript, paprikaGlobal, script, ticker } from '../../support/upstream.ts';

beforeEach(emptyDatabase);

const versionNow = async () =>
  String((await rows<{ version: string }>(sql`select version::text from tape_version`))[0]?.version);

describe('the changes of a batch with openVersion are announced', () => {
  const setUp = (batch: Db['batch']) => {
    const told: Changed[] = [];
    const { db } = testDeps();
    return { told, db: tellingVersions({ ...db, batch }, (changed) => told.push(changed)) };
  };

  it('after its commit', async () => {
    const { db, told } = setUp(testDeps().db.batch);
    await db.batch([openVersion(db, { changed: { source: 'csv' } }), [openVersion(db)]]);
    expect(told).toEqual([{ source: 'csv' }, 'everything']);
    await db.batch([db.execute('test.raw')(sql`select 1`)]);
    expect(told).toHaveLength(2);
  });

  it('if the result of the commit is unknown', async () => {
    const { db, told } = setUp(() =>
      Promise.reject(new AppError('database_unavailable', 'The answer was lost.')),
    );
    await expect(db.batch([openVersion(db)])).rejects.toThrow('The answer was lost.');
    expect(told).toEqual(['everything']);
  });

  it('not if it was refused', async () => {
    const { db, told } = setUp(testDeps().db.batch);
    const refused = db.execute('test.raw')(sql`select guard(false, 'lease_lost')`);
    await expect(db.batch([openVersion(db), refused])).rejects.toThrow('lease_lost');
    expect(told).toEqual([]);
  });
});

/** A database that compares each batch with the version before and after it; batches take turns. */
async function witnessed() {
  const { db } = testDeps();
  const told: Changed[] = [];
  const untold: string[] = [];
  let version = await versionNow();
  let turn: Promise<unknown> = Promise.resolve();
  const notice = async (what: string, told_before: number) => {
    const now = await versionNow();
    if (now !== version && told.length === told_before) untold.push(`${what}: ${version} to ${now}`);
    version = now;
  };
  const telling = tellingVersions(db, (changed) => told.push(changed));
  const batch: Db['batch'] = (parts) => {
    const work = turn.then(async () => {
      await notice('a single statement', told.length);
      const before = told.length;
      const results = await telling.batch(parts);
      await notice('a batch', before);
      return results;
    });
    turn = work.catch(() => {});
    return work;
  };
  return { db: { ...telling, batch }, told, untold, notice };
}

it('nothing raises the version of the tape without an announcement', async () => {
  await forgetScript();
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  await script('/coinpaprika/tickers', {
    body: `[${ticker({ id: 'btc-bitcoin', symbol: 'BTC', name: 'Bitcoin' })}]`,
  });
  const { db, told, untold, notice } = await witnessed();
  const deps = testDeps({ db });
  const since = (before: number) => new Set(told.slice(before).map((changed) => JSON.stringify(changed)));
  const source = POLLED_SOURCES.find(({ id }) => id === 'coinpaprika');
  if (source === undefined) throw new Error('no coinpaprika');

  const requests = source.requests(sourceSettings(deps.settings, source.id));
  const polled = await poll(deps, { source, requests });
  expect(since(0)).toEqual(new Set(['{"source":"coinpaprika"}']));
  await resolveAssets(deps);
  expect(told.at(-1)).toBe('mappings');

  let before = told.length;
  expect(
    await importFile(deps, { upload_id: await storeUpload(FILE, { filename: 'btc-usd-max.csv' }) }),
  ).toBe('done');
  expect(since(before)).toEqual(new Set(['{"source":"csv"}']));

  const [mapping] = await rows<{ id: string }>(sql`select id from mappings order by id limit 1`);
  before = told.length;
  const decided = await ask(`/mappings/${mapping?.id}/decisions`, {
    method: 'POST',
    headers: bearer('dev'),
    body: JSON.stringify({ action: 'confirm', who: 'ada', why: 'It is.' }),
    deps,
  });
  expect([decided.status, ...since(before)]).toEqual([202, '"mappings"']);
  const { id } = decided.json as { id: number };
  before = told.length;
  const undone = await ask(`/mappings/${mapping?.id}/decisions/${id}/undo`, {
    method: 'POST',
    headers: bearer('dev'),
    body: JSON.stringify({ who: 'ada', why: 'It is not.' }),
    deps,
  });
  expect([undone.status, ...since(before)]).toEqual([202, '"mappings"']);

  before = told.length;
  await openRebuild(db);
  await rebuildCandles(deps);
  if (polled.outcome !== 'ended') throw new Error(polled.outcome);
  await requestWithdrawal(db, polled.run_id, 'a bad day upstream');
  await withdraw(deps, { run_id: polled.run_id });
  expect(since(before)).toEqual(new Set(['"everything"']));
  await notice('a single statement', told.length);
  expect(untold).toEqual([]);
});

it('a decision, and its end, give the assets that show them a new tag', async () => {
  await forgetScript();
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  const upload_id = await storeUpload(FILE, { filename: 'btc-usd-max.csv' });
  const deps = testDeps();
  await importFile(deps, { upload_id });
  await resolveAssets(deps);
  const [mapping] = await rows<{ id: string; asset_id: string }>(
    sql`select id, asset_id from mappings limit 1`,
  );
  const clock = { now: () => new Date('2026-11-30T10:00:00Z') };
  const path = `/assets/${mapping?.asset_id}`;
  const headers = { 'If-None-Match': (await ask(path, { deps: clock })).header('ETag') ?? '' };
  expect((await ask(path, { deps: clock, headers })).status).toBe(304);
  const body = JSON.stringify({ action: 'confirm', who: 'ada', why: 'It is.' });
  await ask(`/mappings/${mapping?.id}/decisions`, { method: 'POST', headers: bearer('dev'), body });
  const behind = await ask(path, { deps: clock, headers });
  expect(behind.status).toBe(200);
  expect(behind.text).toContain('"why":"It is."');
});
