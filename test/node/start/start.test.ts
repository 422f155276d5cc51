import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { leftovers, type NpmStart, npmStart } from './npm-start.ts';

// One folder through its life; the tests build on each other.
const folder = mkdtempSync(join(tmpdir(), 'cointape-start-'));
const running: NpmStart[] = [];

function start(...flags: string[]): NpmStart {
  const started = npmStart('--sandbox', '--port', '0', '--data-dir', folder, ...flags);
  running.push(started);
  return started;
}

afterEach(async () => {
  for (const started of running.splice(0)) {
    started.signal('SIGKILL');
    await started.ended;
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Row {
  id: string;
}

async function rows(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/data?format=ndjson&fields=id`)).text();
  return text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as Row).id)
    .sort();
}

let known: string[] = [];

test('killed in its first ingestion, the next start takes over and finishes', async () => {
  const killed = start('--verbose');
  await killed.printed('"event":"payload.loaded"');
  killed.signal('SIGKILL');
  await killed.ended;

  const next = start();
  known = await rows(await next.ready);
  expect(next.output()).toMatch(/^ingest {2}coinpaprika {2}succeeded/m);
  expect(next.output()).toMatch(/^ingest {2}coingecko {2}succeeded/m);
  expect(new Set(known).size).toBe(known.length);
  expect(known.filter((id) => id.startsWith('coinpaprika_btc-bitcoin_spot_'))).not.toEqual([]);
  expect(known.length).toBeGreaterThanOrEqual(3000);
  next.signal('SIGKILL');
  await next.ended;
});

test('continues with the same rows after kill -9; refuses a second start and a taken port; Ctrl-C ends it', async () => {
  const started = start('--no-ingest');
  const url = await started.ready;
  expect(await rows(url)).toEqual(known);
  expect(started.output()).toContain('SANDBOX');
  expect(started.output().match(/^ready /gm)).toHaveLength(1);
  const bitcoins = (await (await fetch(`${url}/data?limit=5&symbol=BTC`)).json()) as { data: object[] };
  expect(bitcoins.data).toContainEqual(
    expect.objectContaining({ source: 'coinpaprika', external_id: 'btc-bitcoin', flags: ['sandbox'] }),
  );

  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(/error: Another start \(pid \d+\) is using/);

  const other = mkdtempSync(join(tmpdir(), 'cointape-start-'));
  const { port } = new URL(url);
  const third = npmStart('--port', port, '--data-dir', other);
  expect(await third.ended).toBe(1);
  expect(third.output()).toContain(`error: Port ${port} on 127.0.0.1 is taken.`);
  expect(readdirSync(other)).toEqual([]);
  rmSync(other, { recursive: true });

  started.signal('SIGINT');
  expect(await started.ended).toBe(0);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
  expect(existsSync(join(folder, 'sandbox', 'worker.env'))).toBe(false);
  expect(leftovers(folder)).toEqual([]);
});
