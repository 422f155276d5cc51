import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { PLATFORMS } from '../../../src/sources/coinpaprika/platforms.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import {
  asked,
  forgetScript,
  geckoGlobal,
  market,
  paprikaGlobal,
  script,
  ticker,
} from '../../support/upstream.ts';

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

it('does nothing when the same tick comes twice', async () => {
  await tickAt(NOON);
  await tickAt(NOON);
  expect(await statuses()).toHaveLength(2);
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
    '/coingecko/coins/markets?page=2': every(30), // empty, and so never page 3
    '/coingecko/global': every(60),
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
