import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildWorker } from '../../scripts/bench/bundle.ts';
import { startWorkers, type Workers } from '../../scripts/bench/worker.ts';
import { applyMigrations } from '../../scripts/migrations.ts';
import { startNeonServer } from '../../scripts/neon-server.ts';
import { type Sandbox, startSandbox } from '../../scripts/sandbox/server.ts';
import { copyVendorFiles } from '../../scripts/vendor.ts';
import { startNewPostgres } from '../cluster.ts';

// A deployment first migrates and then replaces the Worker, one location after another: for a while the Worker of
// the previous release reads and loads on the newest schema, alone and beside the new one.

const FORMER = join(import.meta.dirname, '../former-release/worker.mjs');
const BEARER = { authorization: 'Bearer dev' };
const HOUR_MS = 3_600_000;
/** Long ago for both clocks, so no reading's age is random. */
const MARKET_MS = Date.UTC(2026, 0, 10, 10);

type Release = 'former' | 'current';
type Snapshot = Record<string, string[]>;

/** A database on the newest schema, and the Workers of both releases on it. */
interface Tape {
  workers: Workers;
  tables(): Promise<Snapshot>;
  close(): Promise<void>;
}

let folder: string;
let sandbox: Sandbox;
let current_script: string;

beforeAll(async () => {
  copyVendorFiles();
  folder = mkdtempSync(join(tmpdir(), 'cointape-releases-'));
  sandbox = await startSandbox();
  current_script = (await buildWorker(join(folder, 'bundle'))).path;
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startTape(name: string, consumer: Release): Promise<Tape> {
  await using opened = new AsyncDisposableStack();
  const postgres = opened.adopt(await startNewPostgres(), (it) => it.close());
  await applyMigrations(postgres.url);
  const server = opened.adopt(
    await startNeonServer({ target: postgres.url, connections: 1, connect: postgres.connect }),
    (it) => it.close(),
  );
  const variables = {
    DATABASE_URL: server.url,
    COINPAPRIKA_BASE_URL: `${sandbox.url}/coinpaprika`,
    COINGECKO_BASE_URL: `${sandbox.url}/coingecko`,
    COINGECKO_PAGES: '1',
    POLL_TOP: '60',
    BACKFILL_ASSETS: '0',
    LOG_LEVEL: 'error',
  };
  const specs = [
    { name: 'former', script: FORMER, variables, consumes: consumer === 'former' },
    { name: 'current', script: current_script, variables, consumes: consumer === 'current' },
  ];
  const workers = opened.adopt(await startWorkers(specs, join(folder, name)), (it) => it.close());
  const kept = opened.move();
  return { workers, tables: () => tablesOf(server.url), close: () => kept.disposeAsync() };
}

/** By URL, because the Worker's modules are of another TypeScript project. */
async function tablesOf(url: string): Promise<Snapshot> {
  const load = (path: string) => import(new URL(`../../${path}`, import.meta.url).href);
  const { takeTables } = (await load('test/chaos/snapshot.ts')) as {
    takeTables(db: unknown): Promise<Snapshot>;
  };
  const { connect } = (await load('src/db/client.ts')) as { connect(url: string): unknown };
  return takeTables(connect(url));
}

async function ask(tape: Tape, release: Release, path: string, body?: string) {
  const url = await tape.workers.url(release);
  const sent = body === undefined ? {} : { method: 'POST', body };
  const reply = await fetch(`${url}${path}`, { headers: BEARER, ...sent });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

async function upload(tape: Tape, release: Release, name: string): Promise<void> {
  const lines = Array.from(
    { length: 30 },
    (_, i) => `${name},Coin ${name},${i + 1}.50,2024-01-${String(i + 1).padStart(2, '0')}T00:00:00Z`,
  );
  const csv = `symbol,name,price_usd,created_at\n${lines.join('\n')}\n`;
  const accepted = await ask(tape, release, `/uploads?filename=${name}.csv`, csv);
  expect(accepted).toMatchObject({ status: 202 });
  await vi.waitFor(
    async () => {
      const { body } = await ask(tape, release, `/uploads/${accepted.body.id}`);
      expect(body.data).toMatchObject({ status: 'succeeded', rows: { read: 30, inserted: 30 } });
    },
    { timeout: 60_000, interval: 200 },
  );
}

/** Both markets in their nth hour; all of their lists are due. */
async function poll({ workers }: Tape, hour: number, ...by: Release[]): Promise<void> {
  sandbox.setClock(new Date(MARKET_MS + hour * HOUR_MS));
  const at_ms = (Math.floor(Date.now() / HOUR_MS) + 30 * hour + 3) * HOUR_MS;
  await Promise.all(by.map((release) => workers.tick(at_ms, release)));
}

interface Cast {
  first: Release;
  second: Release;
  /** At the same time. */
  both: Release[];
}

/** Polls and files of some hours, each by the release that is present. */
async function live(tape: Tape, { first, second, both }: Cast): Promise<Snapshot> {
  await poll(tape, 0, first);
  await upload(tape, first, 'AAA');
  await poll(tape, 1, second);
  await upload(tape, second, 'BBB');
  await poll(tape, 2, ...both);
  await Promise.all(both.map((release, i) => upload(tape, release, `CC${i}`)));
  // Assets are resolved through the queue, a moment after the polls.
  return vi.waitFor(
    async () => {
      const tables = await tape.tables();
      expect(tables.listings?.filter((row) => row.endsWith(' f'))).toEqual([]);
      return tables;
    },
    { timeout: 60_000, interval: 500 },
  );
}

/**
 * Without data in which the releases differ: the versions of the rules by which each derived a row; the beat that
 * only ours stores; the parameters and plans of files in each release's form; and the tasks that the former one
 * does without marking them as done, so our next sweep requests them again. Only ours requests rates of currencies:
 * in an hour of the former there are none.
 */
const withoutRules = (tables: Snapshot): Snapshot => ({
  ...tables,
  tasks: [],
  rates: [],
  raw_payloads: (tables.raw_payloads ?? []).filter((row) => !row.startsWith('coingecko exchange_rates ')),
  runs: (tables.runs ?? []).filter((row) => !row.startsWith('coingecko inserted ')),
  observations: (tables.observations ?? []).map((row) => row.replace(/ v\d+$/, '')),
  uploads: (tables.uploads ?? []).map((row) => row.replace(/^(\S+) \{.* f (\w+ \w{64} \d+) \{.*$/, '$1 $2')),
  candles: (tables.candles ?? []).map((row) => row.replace(/( [tf])( \d+)? \d+$/, '$1')),
});

let alone: Snapshot;
beforeAll(async () => {
  await using opened = new AsyncDisposableStack();
  const tape = opened.adopt(await startTape('alone', 'current'), (it) => it.close());
  alone = await live(tape, { first: 'current', second: 'current', both: ['current', 'current'] });
});

test.each<Release>(['former', 'current'])(
  'both releases on one database give the result of the new one alone, the %s one consuming',
  async (consumer) => {
    await using opened = new AsyncDisposableStack();
    const tape = opened.adopt(await startTape(`mixed-${consumer}`, consumer), (it) => it.close());
    const mixed = await live(tape, { first: 'former', second: 'current', both: ['former', 'current'] });
    expect(withoutRules(mixed)).toEqual(withoutRules(alone));
    expect(mixed.observations?.length).toBeGreaterThan(120);
    await expectAnswers(tape, 'former');
    await expectAnswers(tape, 'current');
  },
);

async function expectAnswers(tape: Tape, release: Release): Promise<void> {
  expect(await ask(tape, release, '/health')).toMatchObject({
    status: 200,
    body: {
      database: { connected: true },
      sources: [
        { source: 'coinpaprika', status: 'ok' },
        { source: 'coingecko', status: 'ok' },
        { source: 'csv' },
      ],
    },
  });
  expect((await ask(tape, release, '/data?symbol=AAA&limit=1')).body).toMatchObject({
    data: [{ source: 'csv', ticker: 'AAA', price_usd: 30.5, created_at: '2024-01-30T00:00:00Z' }],
    pagination: { total: 30 },
  });
  expect((await ask(tape, release, '/prices?symbol=BBB&at=2024-01-10T12:00:00Z')).body).toMatchObject({
    data: [{ symbol: 'BBB', price_usd: 10.5, created_at: '2024-01-10T00:00:00Z' }],
    missing: [],
  });
}
