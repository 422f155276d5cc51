import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { MARK } from '../../../scripts/start/processes.ts';
import { type NpmStart, npmStart } from './npm-start.ts';

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

/** Processes that carry the mark of our folder. Linux only. */
function leftovers(): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${folder}`);
    } catch {
      return false;
    }
  });
}

let known: string[] = [];

test('from nothing to served data, once; refuses a second start and a taken port', async () => {
  const first = start();
  const url = await first.ready;
  expect(first.output()).toContain('SANDBOX');
  expect(first.output()).toMatch(
    /^ingest {2}coinpaprika {2}succeeded after [\d.]+ s: 2001 read, 2001 inserted/m,
  );
  expect(first.output()).toMatch(/^ingest {2}coingecko {2}succeeded after/m);
  expect(first.output().match(/^ready /gm)).toHaveLength(1);

  const bitcoins = (await (await fetch(`${url}/data?limit=5&symbol=BTC`)).json()) as { data: object[] };
  expect(bitcoins.data).toHaveLength(5);
  expect(bitcoins.data).toContainEqual(
    expect.objectContaining({ source: 'coinpaprika', external_id: 'btc-bitcoin', flags: ['sandbox'] }),
  );
  known = await rows(url);
  expect(known.length).toBeGreaterThanOrEqual(2990);
  expect(new Set(known).size).toBe(known.length);

  const second = start();
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(/error: Another start \(pid \d+\) is using/);

  const other = mkdtempSync(join(tmpdir(), 'cointape-start-'));
  const third = npmStart('--port', new URL(url).port, '--data-dir', other);
  expect(await third.ended).toBe(1);
  expect(third.output()).toContain(`error: Port ${new URL(url).port} on 127.0.0.1 is taken.`);
  expect(third.output()).toContain('--port');
  expect(readdirSync(other)).toEqual([]);
  rmSync(other, { recursive: true });

  first.signal('SIGKILL');
  await first.ended;
});

test('goes on with the same rows after kill -9', async () => {
  const again = start('--no-ingest');
  expect(await rows(await again.ready)).toEqual(known);
  again.signal('SIGKILL');
  await again.ended;
});

test('killed in mid-ingestion, the next start finishes; nothing is lost or doubled; Ctrl-C ends it cleanly', async () => {
  const killed = start('--no-ingest');
  const headers = { authorization: 'Bearer dev' };
  await fetch(`${await killed.ready}/trigger-etl`, { method: 'POST', headers });
  killed.signal('SIGKILL');
  await killed.ended;

  const last = start();
  const url = await last.ready;
  expect(last.output()).toMatch(/^ingest {2}coinpaprika {2}succeeded/m);
  expect(last.output()).toMatch(/^ingest {2}coingecko {2}succeeded/m);
  const after = await rows(url);
  expect(new Set(after).size).toBe(after.length);
  expect(after).toEqual(expect.arrayContaining(known));
  expect(after.length).toBeGreaterThan(known.length);

  last.signal('SIGINT');
  expect(await last.ended).toBe(0);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
  expect(existsSync(join(folder, 'sandbox', 'worker.env'))).toBe(false);
  expect(leftovers()).toEqual([]);
});

test('a worker that dies ends the start with a message', async () => {
  const started = start('--no-ingest');
  await started.ready;
  const { children } = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as { children: number[] };
  process.kill(children[0] ?? 0, 'SIGKILL');
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('error: wrangler dev ended (SIGKILL).');
  expect(leftovers()).toEqual([]);
});
