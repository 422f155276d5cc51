import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { poll } from '../../../src/ingest/poll/run.ts';
import { POLLED_SOURCES, sourceSettings } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seedRuns } from '../../support/tape.ts';
import { forgetScript, paprikaGlobal, script, ticker } from '../../support/upstream.ts';

const clock = { ms: 0 };
const deps = testDeps({ now: () => new Date(clock.ms) });

async function run(body: string): Promise<void> {
  const [source] = POLLED_SOURCES;
  if (source === undefined) throw new Error('no source');
  await script('/coinpaprika/tickers', { body });
  await poll(deps, { source, requests: source.requests(sourceSettings(deps.settings, source.id)) });
  clock.ms += 5 * 60_000;
}
const coin = (id: string, price: string) =>
  ticker({ id, price, last_updated: new Date(clock.ms).toISOString() });

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  clock.ms = Date.parse('2026-01-10T10:00:00Z');
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  await run(`[${coin('a-a', '100')},${coin('b-b', '3')},${coin('c-c', '5')}]`);
  const fresh = coin('d-d', '1').replace('"beta_value":0.93,', '');
  await run(`[${coin('a-a', '100.50')},${coin('b-b', '2')},${fresh},${coin('e-e', 'null')}]`);
});

test('two runs side by side', async () => {
  const { json } = await ask('/runs/compare?a=1&b=2');
  expect(json).toMatchObject({
    data: {
      a: { id: 1, status: 'succeeded' },
      b: { id: 2, rows: { read: 5 } },
      rows: {
        read: { a: 4, b: 5, change: 1 },
        inserted: { a: 4, b: 4, change: 0 },
        duplicate: { a: 0, b: 1, change: 1 },
      },
      endpoints: [
        {
          endpoint: 'tickers',
          in: 'both',
          records: { a: 3, b: 4, change: 1 },
          coverage: {
            both: 2,
            new: { total: 2, sample: ['d-d', 'e-e'] },
            gone: { total: 1, sample: ['c-c'] },
          },
          moves: [
            { external_id: 'b-b', price_usd_a: 3, price_usd_b: 2, change_percent: -33.33 },
            { external_id: 'a-a', price_usd_a: 100, price_usd_b: 100.5, change_percent: 0.5 },
          ],
          null_rates: [
            { field: 'circulating_supply', a: 1, b: 1, change: 0 },
            { field: 'quotes.USD.price', a: 0, b: 0.25, change: 0.25 },
          ],
          schema_changes: [],
          problem: null,
        },
        { endpoint: 'global', in: 'both', coverage: { both: 0 }, moves: [] },
      ],
    },
    meta: { attribution: [{ source: 'coinpaprika' }] },
  });
  expect((await ask('/runs/compare?a=1&b=2')).text).toContain('"price_usd_b":100.50,'); // every digit
  expect((await ask('/runs/compare?a=1&b=2&decimals=string')).text).toContain('"price_usd_b":"100.50"');
});

test('a run is equal to itself', async () => {
  const { json } = await ask('/runs/compare?a=2&b=2');
  expect(json).toMatchObject({
    data: {
      rows: { read: { change: 0 } },
      duration_ms: { change: 0 },
      endpoints: [
        { coverage: { both: 4, new: { total: 0 }, gone: { total: 0 } }, moves: [], schema_changes: [] },
        {},
      ],
    },
  });
});

test('new and lost fields are named', async () => {
  await run(`[${coin('a-a', '1').replace('"beta_value":0.93', '"gamma":"x"')}]`);
  const { json } = await ask('/runs/compare?a=2&b=3');
  expect(json).toMatchObject({
    data: {
      endpoints: [
        {
          schema_changes: [
            { field: 'beta_value', change: 'gone', was: 'number', is: 'absent' },
            { field: 'gamma', change: 'added', was: 'absent', is: 'text' },
          ],
        },
        {},
      ],
    },
  });
});

test('reports what has expired or was withdrawn, and compares the rest', async () => {
  await rows(sql`update raw_payloads set expired_at = '2026-02-01Z' where run_id = 1`);
  await rows(sql`update runs set withdraw_reason = 'wrong currency' where id = 2`);
  const { json } = await ask('/runs/compare?a=1&b=2');
  expect(json).toMatchObject({
    data: {
      endpoints: [
        {
          endpoint: 'tickers',
          records: { change: 1 },
          coverage: null,
          moves: null,
          null_rates: [{}, { field: 'quotes.USD.price' }],
          problem: { run_id: 1, code: 'bytes_expired' },
        },
        {},
      ],
    },
    meta: {
      warnings: [
        'Bytes of run 1 have expired: its coins and prices are not compared.',
        'Run 2 was withdrawn (wrong currency): its rows are no longer current.',
      ],
    },
  });
});

test.for([
  ['a=1&b=99', 404, 'There is no run 99.'],
  ['a=99&b=1', 404, 'There is no run 99.'],
  ['a=1&b=3', 400, 'b is a run of coingecko, and a of coinpaprika: only runs of one source can be compared.'],
  ['a=1', 400, 'b '],
  ['a=1&b=0', 400, 'b must be a whole number'],
  ['a=1&b=x', 400, 'b must be a whole number'],
  ['a=1&b=2&c=3', 400, 'c is not a parameter here'],
] as const)('%s is answered %i', async ([query, status, detail]) => {
  await seedRuns(deps.db, [{ source: 'coingecko', status: 'succeeded' }]);
  const answer = await ask(`/runs/compare?${query}`);
  expect(answer.status).toBe(status);
  expect(answer.json).toMatchObject({ detail: expect.stringContaining(detail) });
});

test('runs without replies compare by their counts', async () => {
  await seedRuns(deps.db, [
    {
      source: 'csv',
      status: 'succeeded',
      started_at: '2026-01-10T10:00:00Z',
      finished_at: '2026-01-10T10:00:02Z',
      rows: [5, 5, 0, 0],
    },
    { source: 'csv', status: 'running', started_at: '2026-01-10T10:00:00Z' },
  ]);
  expect((await ask('/runs/compare?a=3&b=4')).json).toMatchObject({
    data: {
      duration_ms: { a: 2000, b: null, change: null },
      rows: { read: { a: 5, b: 0, change: -5 } },
      endpoints: [],
    },
    meta: { warnings: ['Run 4 has not ended yet.'] },
  });
});
