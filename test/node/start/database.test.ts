import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDatabase } from '../../../scripts/start/database.ts';
import { chooseMode } from '../../../scripts/start/mode.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'cointape-mode-')), 'pg');
afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

test('a database belongs to the mode that first used it', async () => {
  const open = (mode: 'live' | 'sandbox') => openDatabase({ given: undefined, folder, mode });
  await (await open('sandbox')).close();
  await (await open('sandbox')).close();
  await expect(open('live')).rejects.toThrow(
    'This database holds sandbox data and will not take live data. Start with --sandbox, or use another database.',
  );
});

test('an unreachable --database-url is named without its password', async () => {
  const given = 'postgres://me:secret@127.0.0.1:1/tape';
  await expect(openDatabase({ given, folder, mode: 'live' })).rejects.toThrow(
    'Cannot prepare the database of --database-url (me@127.0.0.1:1/tape): connect ECONNREFUSED 127.0.0.1:1',
  );
});

test('flags decide the mode, then configured upstreams', async () => {
  const { signal } = new AbortController();
  expect(await chooseMode('sandbox', { roots: [], configured: true }, signal)).toEqual({
    mode: 'sandbox',
    reason: undefined,
  });
  expect(await chooseMode(undefined, { roots: [], configured: true }, signal)).toEqual({
    mode: 'live',
    reason: undefined,
  });
});
