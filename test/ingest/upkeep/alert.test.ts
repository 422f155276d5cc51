import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { readSettings } from '../../../src/env.ts';
import { alert } from '../../../src/ingest/upkeep/alert.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { testEnv } from '../../support/http.ts';
import { seedRuns } from '../../support/tape.ts';

const HOOK = 'https://hooks.example.com/services/T000/secret-part';
const NOW = '2025-01-10T12:00:00Z';

interface Told {
  text: string;
  id: number;
  status: string | null;
  changes: { subject: string; from: string; to: string; message: string }[];
}
const told: Told[] = [];
const logged: string[] = [];
const hook = { status: 200 };

const log = { debug() {}, info: note, warn: note, error: note, with: () => log };
function note(event: string, fields: object = {}) {
  logged.push(`${event} ${JSON.stringify(fields)}`);
}
const deps = testDeps(
  {
    now: () => new Date(NOW),
    log,
    fetch: async (url, init) => {
      expect(String(url)).toBe(HOOK);
      expect(init).toMatchObject({ method: 'POST', redirect: 'manual' });
      if (hook.status === 0) throw new TypeError('connection refused to secret-part');
      told.push(JSON.parse(String(init?.body)));
      return new Response('ok', { status: hook.status });
    },
  },
  { ALERT_WEBHOOK_URL: HOOK },
);

const at = (time: string) => ({
  started_at: `2025-01-10T${time}:00Z`,
  finished_at: `2025-01-10T${time}:02Z`,
});
const succeed = (source: string) => seedRuns(deps.db, [{ source, status: 'succeeded', ...at('11:59') }]);
const fail = (source: string) =>
  seedRuns(deps.db, [
    {
      source,
      status: 'failed',
      ...at('11:59'),
      error: ['upstream_failed', 'tickers answered 500: <!channel> & co.'],
    },
  ]);

beforeEach(async () => {
  await emptyDatabase();
  told.length = 0;
  logged.length = 0;
  hook.status = 200;
  await succeed('coinpaprika');
  await succeed('coingecko');
});

test('no alert is sent while everything is ok, or without a hook', async () => {
  await alert(deps);
  expect(told).toEqual([]);
  await fail('coinpaprika');
  await alert(testDeps({ fetch: deps.fetch }));
  expect(told).toEqual([]);
});

test('a change is reported once, with the change and the remedy, and so is the recovery', async () => {
  await fail('coinpaprika');
  await alert(deps);
  await alert(deps);
  const message =
    'Run 3 failed at 2025-01-10T11:59:02Z: tickers answered 500: <!channel> & co. The next tick tries again; see /runs/3.';
  expect(told).toEqual([
    {
      text:
        'cointape is degraded\n• service: ok → degraded. Not well: coinpaprika. See /health.\n' +
        `• coinpaprika: ok → degraded. ${message.replace('<!channel> &', '&lt;!channel&gt; &amp;')}`,
      id: 1,
      raised_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      status: 'degraded',
      upstreams: 'live',
      changes: [
        { subject: 'service', from: 'ok', to: 'degraded', message: 'Not well: coinpaprika. See /health.' },
        { subject: 'coinpaprika', from: 'ok', to: 'degraded', message },
      ],
    },
  ]);
  await rows(sql`update runs set status = 'succeeded' where id = 3`);
  await alert(deps);
  await alert(deps);
  expect(told.slice(1)).toMatchObject([
    {
      status: 'ok',
      changes: [
        { subject: 'service', from: 'degraded', to: 'ok', message: 'All sources are ok.' },
        { subject: 'coinpaprika', from: 'degraded', to: 'ok' },
      ],
    },
  ]);
});

test('a second failing source is reported itself, but not the service again', async () => {
  await fail('coinpaprika');
  await alert(deps);
  await fail('coingecko');
  await alert(deps);
  expect(told[1]).toMatchObject({ status: null, changes: [{ subject: 'coingecko', from: 'ok' }] });
});

test('concurrent ticks report it once', async () => {
  await fail('coinpaprika');
  await Promise.all([alert(deps), alert(deps), alert(deps), alert(deps)]);
  expect(told).toHaveLength(1);
});

test.for([0, 500, 302, 404])(
  'an alert that the hook refuses (%i) is sent later, and no secret is logged',
  async (status) => {
    await fail('coinpaprika');
    hook.status = status;
    await alert(deps);
    told.length = 0;
    await alert(deps); // not due yet
    expect(told).toEqual([]);
    expect(await rows(sql`select attempts, sent_at, error_message from alerts`)).toEqual([
      {
        attempts: 1,
        sent_at: null,
        error_message: status === 0 ? 'The hook did not answer.' : `The hook answered ${status}.`,
      },
    ]);
    hook.status = 200;
    await rows(sql`update alerts set due_at = now()`);
    await alert(deps);
    await alert(deps);
    expect(told).toMatchObject([{ id: 1, changes: [{ to: 'degraded' }, {}] }]);
    expect(logged.join('\n')).not.toContain('secret');
  },
);

test('an alert of yesterday is not sent again', async () => {
  await fail('coinpaprika');
  hook.status = 500;
  await alert(deps);
  told.length = 0;
  await rows(sql`update alerts set due_at = now(), raised_at = now() - interval '25 hours'`);
  await alert(deps);
  expect(told).toEqual([]);
});

test('an unreachable database does not throw', async () => {
  const db = { ...deps.db, batch: () => Promise.reject(new Error('away')) } as unknown as typeof deps.db;
  Object.setPrototypeOf(db, Object.getPrototypeOf(deps.db));
  await alert({ ...deps, db });
  expect(logged).toEqual([expect.stringMatching(/^alert\.failed/)]);
});

test.for([
  ['https://hooks.slack.com/services/T/B/x', true],
  ['http://127.0.0.1:9000/hook', true],
  ['http://localhost/hook', true],
  ['http://[::1]:9000', true],
  ['http://hooks.example.com/x', false],
  ['http://127.0.0.1.example.com/x', false],
  ['http://localhost@example.com/x', false],
  ['https://user:password@example.com/x', false],
  ['ftp://example.com', false],
  ['hooks.slack.com', false],
] as const)('ALERT_WEBHOOK_URL %s: %s', ([url, isTaken]) => {
  const read = () => readSettings({ ...testEnv, ALERT_WEBHOOK_URL: url }).ALERT_WEBHOOK_URL;
  if (isTaken) expect(read()).toBe(url);
  else expect(read).toThrow(/ALERT_WEBHOOK_URL must be an https URL/);
});
