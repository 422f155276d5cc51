import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { chainsOf } from '../../../src/domain/identity/chains.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { type Clock, clockAt, remoteDeps } from '../../support/clock.ts';
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

const PLATFORMS = chainsOf('coinpaprika');

const NOON = Date.parse('2026-01-10T12:00:00Z');
const MINUTE = 60_000;

const tickers = { body: `[${ticker({ id: 'btc-bitcoin' })}]` };
const heal = async () => {
  await script('/coinpaprika/tickers', tickers);
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  for (const platform of PLATFORMS.keys()) await script(`/coinpaprika/contracts/${platform}`, { body: '[]' });
};
const breakDown = async (reply: Parameters<typeof script>[1] = { status: 500, body: 'oops' }) => {
  await script('/coinpaprika/tickers', reply);
  await script('/coinpaprika/global', reply);
  for (const platform of PLATFORMS.keys()) await script(`/coinpaprika/contracts/${platform}`, reply);
};

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await heal();
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
  await script('/coingecko/global', { body: geckoGlobal() });
});

/** Ticks of this many minutes; the minutes in which the source had a run, with the number of its calls. */
async function ticksUntil(minutes: number, source: string): Promise<Record<number, number>> {
  const calls: Record<number, number> = {};
  for (let minute = 0; minute <= minutes; minute += 5) {
    const before = (await asked()).length;
    await tick(testDeps({ now: () => new Date(NOON + minute * MINUTE) }), NOON + minute * MINUTE);
    const made = (await asked()).slice(before).filter(({ url }) => url.startsWith(`/${source}/`)).length;
    if (made > 0) calls[minute] = made;
  }
  return calls;
}

it('probes a failing source at growing intervals, with one try per endpoint', async () => {
  await breakDown();
  const endpoints = 2 + PLATFORMS.size;
  expect(await ticksUntil(240, 'coinpaprika')).toEqual({
    0: 4 * endpoints,
    5: 4 * endpoints,
    15: endpoints,
    35: endpoints,
    75: endpoints,
    135: endpoints - PLATFORMS.size, // daily lists are given more time
    195: endpoints,
  });
});

it('is closed by the first answer', async () => {
  await breakDown();
  await ticksUntil(75, 'coinpaprika');
  await heal();
  const at = NOON + 135 * MINUTE;
  await tick(testDeps({ now: () => new Date(at) }), at);
  expect(
    await rows(sql`select status from runs where source = 'coinpaprika' order by id desc limit 1`),
  ).toEqual([{ status: 'succeeded' }]);
  const next = at + 5 * MINUTE;
  await tick(testDeps({ now: () => new Date(next) }), next);
  expect(
    await rows(sql`select failures, ask_after, failing_since from upstreams where source = 'coinpaprika'`),
  ).toEqual([{ failures: 0, ask_after: null, failing_since: null }]);
});

it('does not delay a manual run', async () => {
  await breakDown();
  await ticksUntil(35, 'coinpaprika');
  await heal();
  const [run] = await rows<{ id: string }>(sql`insert into runs (source, trigger, status, accepted_at)
    values ('coinpaprika', 'manual', 'queued', clock_timestamp()) returning id`);
  await consume(testDeps({ now: () => new Date(NOON + 36 * MINUTE) }), {
    id: 'm',
    body: { type: 'poll', run_id: Number(run?.id), source: 'coinpaprika' },
    attempts: 1,
    ack: () => {},
    retry: () => {},
  });
  expect(await rows(sql`select status from runs where trigger = 'manual'`)).toEqual([
    { status: 'succeeded' },
  ]);
});

it('backs off from one endpoint that fails while the others go on', async () => {
  await script('/coinpaprika/global', { status: 500, body: 'oops' });
  const polls = (await ticksUntil(60, 'coinpaprika')) ?? {};
  const globals = (await asked()).filter(({ url }) => url === '/coinpaprika/global').length;
  expect(Object.keys(polls)).toHaveLength(13); // tickers, every five minutes
  expect(globals).toBe(4 + 4 + 1 + 1); // at 0, 5, 15 and 35
  expect(await rows(sql`select endpoint, failures, error_code from endpoint_failures`)).toEqual([
    { endpoint: 'global', failures: 4, error_code: 'upstream_failed' },
  ]);
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  await tick(testDeps({ now: () => new Date(NOON + 75 * MINUTE) }), NOON + 75 * MINUTE);
  expect(await rows(sql`select 1 from endpoint_failures`)).toEqual([]);
});

it('does not call a source before Retry-After has passed, if that exceeds a run', async () => {
  await breakDown({ status: 429, retry_after: '1800', body: 'slow down' });
  const calls = await ticksUntil(40, 'coinpaprika');
  expect(Object.keys(calls)).toEqual(['0', '30']);
  expect(calls[0]).toBe(2 + PLATFORMS.size); // one try each
});

it('slows down after "too many requests", and speeds up again when they end', async () => {
  const clock: Clock = clockAt('2026-01-10T12:00:00Z');
  const paceOf = async () => {
    const before = clock.waits.length;
    await tick(remoteDeps(clock), clock.now_ms);
    const waits = new Set(clock.waits.slice(before));
    clock.now_ms = Math.ceil((clock.now_ms + 120 * MINUTE) / (60 * MINUTE)) * 60 * MINUTE;
    return [...waits].filter((ms) => ms % 5_000 === 0 && ms < 60_000);
  };
  await script('/coingecko/coins/markets?page=1', { status: 429, body: 'Throttled' });
  await paceOf();
  const slow = () => rows(sql`select slow_factor from upstreams where source = 'coingecko'`);
  expect(await slow()).toEqual([{ slow_factor: 2 }]);
  await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
  expect(await paceOf()).toContain(10_000);
  expect(await slow()).toEqual([{ slow_factor: 1 }]);
  expect(await paceOf()).toEqual([5_000]);
});

it('remembers a "too many requests" that a retry overcame', async () => {
  await script('/coinpaprika/tickers', { status: 429, retry_after: '1', body: 'slow down' });
  const deps = testDeps({
    now: () => new Date(NOON),
    sleep: async () => script('/coinpaprika/tickers', tickers),
  });
  await tick(deps, NOON);
  expect(await rows(sql`select status from runs where source = 'coinpaprika'`)).toEqual([
    { status: 'succeeded' },
  ]);
  expect(await rows(sql`select slow_factor from upstreams where source = 'coinpaprika'`)).toEqual([
    { slow_factor: 2 },
  ]);
});
