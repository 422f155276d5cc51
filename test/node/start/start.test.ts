import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MARK } from '../../../scripts/start/processes.ts';
import { type NpmStart, npmStart } from './npm-start.ts';

// One folder through its life; the tests build on each other.
const folder = mkdtempSync(join(tmpdir(), 'cointape-start-'));
const FLAGS = ['--sandbox', '--port', '0', '--data-dir', folder];
const running: NpmStart[] = [];

function start(...flags: string[]): NpmStart {
  const started = npmStart(...FLAGS, ...flags);
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

/** The status of one GET, whose Host header may be any. */
function statusOf(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Where wrangler dev and its runtime have pages of their own, by their names of today and of before. */
function runtimePages(object: string): string[] {
  const pages = [
    'explorer',
    'explorer/api/r2/buckets/cointape/objects',
    `explorer/api/r2/buckets/cointape/objects/${encodeURIComponent(object)}`,
    'scheduled?cron=*+*+*+*+*',
    'email?from=a@example.com&to=b@example.com',
    'platform-proxy',
    `r2/public/cointape/${object}`,
    `r2/s3/cointape/${object}`,
    'stream/x',
    'imagedelivery/x',
    'imageupload/x',
  ];
  const places = ['/cdn-cgi/', '/cdn-cgi/local/', '/cdn-cgi/handler/', '/cdn-cgi/mf/', '/__cf_local/'];
  const spelled = ['//cdn-cgi/local/', '/x/../cdn-cgi/local/', '/cdn-cgi/local//', '/%63dn-cgi/local/'];
  return [...places, ...spelled].flatMap((place) => pages.map((page) => `${place}${page}`));
}

test('killed in its first ingestion, the next start takes over and finishes', async () => {
  const killed = start();
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

test('goes on with the same rows after kill -9; refuses a second start and a taken port; Ctrl-C ends it', async () => {
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
  expect(leftovers()).toEqual([]);
});

describe('one that serves', () => {
  let started: NpmStart;
  let url: string;
  beforeAll(async () => {
    started = npmStart(...FLAGS, '--no-ingest');
    url = await started.ready;
  });
  afterAll(async () => {
    started.signal('SIGKILL');
    await started.ended;
  });

  test('the pages of the runtime answer no request', async () => {
    const authorization = 'Bearer dev';
    const uploads = await (await fetch(`${url}/uploads`, { headers: { authorization } })).json();
    const [{ id }] = (uploads as { data: [{ id: string }] }).data;
    const { port } = new URL(url);
    const page = `http://localhost:${port}/cdn-cgi/local/r2/public/cointape/uploads/${id}`;
    const senders: Record<string, string>[] = [
      {},
      { host: `localhost:${port}` },
      { host: 'rebound.test' },
      { host: 'localhost', origin: 'http://rebound.test', 'sec-fetch-mode': 'cors' },
      { 'mf-route-override': 'core:entry', 'x-forwarded-host': 'localhost', 'mf-original-url': page },
    ];
    for (const path of runtimePages(`uploads/${id}`))
      for (const headers of senders)
        expect([403, 404], `${path} ${JSON.stringify(headers)}`).toContain(
          await statusOf(url, path, headers),
        );
    expect(await statusOf(url, '/nothing', { 'mf-original-url': page })).toBe(404);
  });

  test('a Worker process that dies ends the start with a message', async () => {
    const { children } = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as { children: number[] };
    process.kill(children[0] ?? 0, 'SIGKILL');
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain('error: wrangler dev ended (SIGKILL).');
    expect(leftovers()).toEqual([]);
  });
});
