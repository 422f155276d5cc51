import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neon, neonConfig } from '@neondatabase/serverless';
import { afterAll, expect, test } from 'vitest';
import { claimedMode, openDatabase, storeIdOf } from '../../../scripts/start/database.ts';
import { chooseMode, type Mode } from '../../../scripts/start/mode.ts';
import { startNewPostgres } from '../../cluster.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'cointape-mode-')), 'pg');
afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

test('a database belongs to the mode that first used it', async () => {
  await (await startNewPostgres(folder)).close();
  const open = (mode: 'live' | 'sandbox') =>
    openDatabase({ given: undefined, folder, mode, store_id: 'one' });
  await (await open('sandbox')).close();
  await (await open('sandbox')).close();
  await expect(open('live')).rejects.toThrow(
    'This database has sandbox data and does not accept live data. Start with --sandbox, or use another database.',
  );
});

test('a start frees the leases of a killed one, and keeps the pause of a backfill', async () => {
  const held = join(folder, '..', 'held');
  await (await startNewPostgres(held)).close();
  const open = () => openDatabase({ given: undefined, folder: held, mode: 'live', store_id: 'one' });
  neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
  const killed = await open();
  await neon(killed.url)`
    insert into leases (name, token, expires_at)
    values ('coingecko', 1, '2999-01-01Z'), ('coingecko:backfill', 1, '2999-01-01Z')`;
  await killed.close();
  const next = await open();
  expect(await neon(next.url)`select name from leases where expires_at > now()`).toEqual([
    { name: 'coingecko:backfill' },
  ]);
  await next.close();
});

test('an unreachable --database-url is named without its password', async () => {
  const given = 'postgres://me:secret@127.0.0.1:1/tape';
  await expect(openDatabase({ given, folder, mode: 'live', store_id: 'one' })).rejects.toThrow(
    'Cannot prepare the database of --database-url (me@127.0.0.1:1/tape): connect ECONNREFUSED 127.0.0.1:1',
  );
});

test('flags decide the mode, then configured upstreams, then the contents of the database', async () => {
  const { signal } = new AbortController();
  const choose = (asked: Mode | undefined, configured: boolean, claimed: Mode | undefined) =>
    chooseMode(asked, { roots: [], configured, claimed }, signal);
  expect(await choose('sandbox', true, 'live')).toEqual({ mode: 'sandbox', reason: undefined });
  expect(await choose(undefined, true, 'sandbox')).toEqual({ mode: 'live', reason: undefined });
  expect(await choose(undefined, false, 'live')).toEqual({ mode: 'live', reason: undefined });
  expect(await choose(undefined, false, 'sandbox')).toMatchObject({
    mode: 'sandbox',
    reason: expect.stringContaining('the database has such data'),
  });
});

test('an object store keeps its id', () => {
  const state_dir = mkdtempSync(join(tmpdir(), 'cointape-store-'));
  const id = storeIdOf(join(state_dir, 'a'));
  expect(storeIdOf(join(state_dir, 'a'))).toBe(id);
  expect(storeIdOf(join(state_dir, 'b'))).not.toBe(id);
  rmSync(state_dir, { recursive: true });
});

test('a Postgres keeps the mode and the object store of its first start; the databases of a data folder show its mode', async () => {
  const postgres = await startNewPostgres();
  const claimed = () => claimedMode({ given: postgres.url, data_dir: '' });
  expect(await claimed()).toBeUndefined();
  const open = (mode: Mode, store_id: string) =>
    openDatabase({ given: postgres.url, folder: '', mode, store_id });
  await (await open('live', 'one')).close();
  expect(await claimed()).toBe('live');
  await (await open('live', 'one')).close();
  await expect(open('live', 'other')).rejects.toThrow('Start with the --data-dir of its first start');
  await expect(open('sandbox', 'other')).rejects.toThrow('has live data');
  await postgres.close();

  const data_dir = mkdtempSync(join(tmpdir(), 'cointape-mode-'));
  const initialize = (pg: string) => {
    mkdirSync(join(data_dir, pg), { recursive: true });
    writeFileSync(join(data_dir, pg, 'INITIALIZED'), '');
  };
  const kept = () => claimedMode({ given: undefined, data_dir });
  expect(await kept()).toBeUndefined();
  initialize('sandbox/pg');
  expect(await kept()).toBe('sandbox');
  initialize('pg');
  expect(await kept()).toBe('live');
  rmSync(data_dir, { recursive: true });
});
