import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { chainsOf } from '../../../src/domain/identity/chains.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { keptQueue } from '../../support/queue.ts';
import {
  asked,
  forgetScript,
  geckoGlobal,
  market,
  paprikaGlobal,
  script,
  ticker,
} from '../../support/upstream.ts';

const PLATFORMS = chainsOf('coinpaprika');

const MINUTE = 60_000;
const NOON = Date.parse('2026-01-10T12:00:00Z');

/** A tick that comes on time: the clock of the Worker shows its minute. */
const tickAt = (ms: number) => tick(testDeps({ now: () => new Date(ms) }), ms);

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin' })}]` });
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
  await script('/coingecko/global', { body: geckoGlobal() });
});

const statuses = () => rows(sql`select source, trigger, status from runs order by source, id`);

it('polls every source that is due', async () => {
  await tickAt(NOON);
  expect(await statuses()).toEqual([
    { source: 'coingecko', trigger: 'cron', status: 'succeeded' },
    { source: 'coinpaprika', trigger: 'cron', status: 'succeeded' },
  ]);
});

it('does nothing if the same tick comes twice', async () => {
  await tickAt(NOON);
  await tickAt(NOON);
  expect(await statuses()).toHaveLength(2);
});

const tickers = async () =>
  (await asked()).filter(({ url }) => url.startsWith('/coinpaprika/tickers')).length;
/** A tick that comes this many seconds after its minute. */
const lateTick = (minute: number, seconds: number) => {
  const planned = NOON + minute * MINUTE;
  return tick(testDeps({ now: () => new Date(planned + seconds * 1_000) }), planned + 3);
};

it('loses no poll to late ticks', async () => {
  for (const [minute, seconds] of [
    [0, 45],
    [5, 1],
    [10, 299],
    [15, 0],
    [20, 31],
    [25, 0],
  ] as const)
    await lateTick(minute, seconds);
  expect(await tickers()).toBe(6);
});

it('polls once if a tick comes twice at the same moment', async () => {
  await Promise.all([lateTick(0, 0), lateTick(0, 0), lateTick(0, 20)]);
  expect(await tickers()).toBe(1);
  expect(await statuses()).toHaveLength(2);
});

it('polls nothing in a tick that a later one has overtaken', async () => {
  await lateTick(0, 0);
  await lateTick(10, 1);
  await lateTick(5, 302);
  await lateTick(15, 0);
  expect(await tickers()).toBe(3);
});

it('waits for the present holder of the source, and then polls the endpoints that are still due', async () => {
  const hold = (seconds: string) =>
    rows(
      sql`insert into leases (name, token, expires_at) values ('coinpaprika', 3, now() + ${seconds}::interval)`,
    );
  await hold('20 seconds');
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    if (waits.length === 2) await rows(sql`update leases set expires_at = '-infinity'`);
  };
  await tick(testDeps({ now: () => new Date(NOON), sleep }, { SOURCES: 'coinpaprika' }), NOON);
  expect(waits.slice(0, 2)).toEqual([10_000, 10_000]);
  expect(await tickers()).toBe(1);
});

it('polls again when the first delivery of a tick was interrupted', async () => {
  await rows(sql`insert into runs (source, trigger, status, accepted_at, started_at, scheduled_at)
    values ('coinpaprika', 'cron', 'running', now(), now(), ${new Date(NOON).toISOString()})`);
  await lateTick(0, 40);
  expect((await statuses()).filter(({ source }) => source === 'coinpaprika')).toEqual([
    { source: 'coinpaprika', trigger: 'cron', status: 'failed' },
    { source: 'coinpaprika', trigger: 'cron', status: 'succeeded' },
  ]);
});

it('probes failing endpoints by the minutes of its ticks', async () => {
  await script('/coinpaprika/tickers', { status: 500, body: 'oops' });
  await script('/coinpaprika/global', { status: 500, body: 'oops' });
  await lateTick(0, 120);
  const before = await tickers();
  await lateTick(5, 0);
  expect(await tickers()).toBeGreaterThan(before);
});

it('takes the minute of a run of a release that stored none as that of its tick', async () => {
  await tickAt(NOON);
  await rows(sql`update runs set scheduled_at = null, started_at = '2026-01-10 12:00:45Z'`);
  await rows(sql`update checkpoints set fetched_at = '2026-01-10 12:00:47Z'`);
  await lateTick(5, 0);
  expect(await tickers()).toBe(2);
});

it('sends long work to the queue, once an hour and when a listing waits', async () => {
  const messagesAt = async (minute: number, variables: Record<string, string> = {}) => {
    const { sent, queue } = keptQueue();
    const planned = NOON + minute * MINUTE;
    await tick(testDeps({ now: () => new Date(planned), queue }, variables), planned);
    return sent.map(({ message, options }) => [message.type, options?.delaySeconds]);
  };
  expect(await messagesAt(0)).toEqual([['resolve', undefined]]);
  expect(await messagesAt(5)).toEqual([['resolve', undefined]]); // the listings of the first tick
  await rows(sql`
    with asset as (insert into assets (id, created_at) values ('a-a', now()) returning id)
    update listings set is_resolved = true, asset_id = asset.id from asset`);
  expect(await messagesAt(10)).toEqual([]);
  expect(await messagesAt(60, { KEEP_RAW_DAYS: '30' })).toEqual([
    ['resolve', undefined],
    ['maintain', undefined],
  ]);
});

it('never touches the database between two POLL_MINUTES', async () => {
  const unreachable = testDeps({}, { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  await tick(unreachable, NOON + MINUTE);
  await expect(tick(unreachable, NOON)).rejects.toMatchObject({ code: 'database_unavailable' });
});

it('requests each endpoint at its own pace', async () => {
  const askedAt: Record<string, number[]> = {};
  for (let minute = 0; minute <= 60; minute += 5) {
    const before = (await asked()).length;
    await tickAt(NOON + minute * MINUTE);
    for (const { url } of (await asked()).slice(before)) {
      const { pathname, searchParams } = new URL(url, 'http://x');
      const endpoint = pathname + (searchParams.has('page') ? `?page=${searchParams.get('page')}` : '');
      askedAt[endpoint] = [...(askedAt[endpoint] ?? []), minute];
    }
  }
  const every = (step: number) => Array.from({ length: 60 / step + 1 }, (_, i) => i * step);
  expect(askedAt).toEqual({
    '/coinpaprika/tickers': every(5),
    '/coinpaprika/global': every(5),
    '/coingecko/coins/markets?page=1': every(10),
    '/coingecko/coins/markets?page=2': every(30), // empty, and therefore never page 3
    '/coingecko/global': every(60),
    '/coingecko/exchange_rates': every(60),
    '/coingecko/coins/list': [0],
    ...Object.fromEntries(
      [...PLATFORMS.keys()].map((platform) => [`/coinpaprika/contracts/${platform}`, [0]]),
    ),
  });
});

it('one source fails alone, and the next tick recovers', async () => {
  await script('/coinpaprika/tickers', { status: 500, body: 'oops' });
  await script('/coinpaprika/global', { status: 500, body: 'oops' });
  await tickAt(NOON);
  expect(await statuses()).toEqual([
    { source: 'coingecko', trigger: 'cron', status: 'succeeded' },
    { source: 'coinpaprika', trigger: 'cron', status: 'failed' },
  ]);
  await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin' })}]` });
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  await tickAt(NOON + 5 * MINUTE);
  expect((await statuses()).at(-1)).toEqual({ source: 'coinpaprika', trigger: 'cron', status: 'succeeded' });
});

it('closes runs whose message never arrived', async () => {
  await rows(sql`insert into runs (source, trigger, status, accepted_at)
    values ('coingecko', 'manual', 'queued', now() - interval '11 minutes'),
      ('coingecko', 'manual', 'queued', now() - interval '9 minutes')`);
  await tickAt(NOON);
  expect(await rows(sql`select status, error_code from runs where trigger = 'manual' order by id`)).toEqual([
    { status: 'failed', error_code: 'message_lost' },
    { status: 'queued', error_code: null },
  ]);
});
