import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../../../src/deps.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { spendCall } from '../../../src/ingest/poll/spend-calls.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { coingecko } from '../../../src/sources/coingecko/index.ts';
import { coinpaprika } from '../../../src/sources/coinpaprika/index.ts';
import { sourceSettings } from '../../../src/sources/registry.ts';
import type { PolledSource } from '../../../src/sources/source.ts';
import { clockAt, remoteDeps } from '../../support/clock.ts';
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

const NOON = '2026-01-10T12:00:00Z';

const run = (source: PolledSource, deps: Deps) =>
  poll(deps, { source, requests: source.requests(sourceSettings(deps.settings, source.id)) });
const ledger = () =>
  rows(sql`select source, period, (starts_at at time zone 'utc')::text as starts_at, calls::int as calls,
    calls_max::int as calls_max from call_ledger order by source, period desc, starts_at`);
const lastRun = async () =>
  (await rows(sql`select status, error_code, error_message from runs order by id desc limit 1`))[0];

/** As many calls of the month as the plan has, except `left`. */
const spendMonth = async (source: string, calls: number) => {
  await rows(sql`insert into upstreams (source) values (${source})`);
  await rows(sql`insert into call_ledger (source, period, starts_at, calls, calls_max)
    values (${source}, 'month', '2026-01-01Z', ${calls}, 20000)`);
};

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin' })}]` });
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
  await script('/coingecko/global', { body: geckoGlobal() });
});

describe('the ledger', () => {
  it('counts a run per minute and month, against the limits of the plan', async () => {
    await run(coinpaprika, remoteDeps(clockAt(NOON)));
    expect(await ledger()).toEqual([
      {
        source: 'coinpaprika',
        period: 'month',
        starts_at: '2026-01-01 00:00:00',
        calls: 2,
        calls_max: 20_000,
      },
      {
        source: 'coinpaprika',
        period: 'minute',
        starts_at: '2026-01-10 12:00:00',
        calls: 2,
        calls_max: null,
      },
    ]);
    const keyed = { COINPAPRIKA_API_KEY: 'k', COINPAPRIKA_CALLS_PER_MONTH: '500000' };
    await run(coinpaprika, remoteDeps(clockAt('2026-01-10T12:05:00Z'), {}, keyed));
    expect(await ledger()).toMatchObject([{ calls: 4, calls_max: 500_000 }, { calls: 2 }, { calls: 2 }]);
  });

  it('counts calls to this machine too, without a limit', async () => {
    await run(coinpaprika, testDeps({ now: () => new Date(NOON) }));
    expect(await ledger()).toMatchObject([
      { period: 'month', calls: 2, calls_max: null },
      { period: 'minute', calls: 2, calls_max: null },
    ]);
  });

  it('counts retries, and returns unused calls', async () => {
    await script('/coinpaprika/tickers', { status: 500, body: 'oops' });
    await run(coinpaprika, remoteDeps(clockAt(NOON)));
    expect((await asked()).length).toBe(5);
    expect(await ledger()).toMatchObject([{ period: 'month', calls: 5 }, { period: 'minute' }]);
    // Page 2 is empty, so 3 and 4 are never requested.
    await run(coingecko, remoteDeps(clockAt(NOON)));
    expect((await ledger())[0]).toMatchObject({
      source: 'coingecko',
      period: 'month',
      calls: 4,
      calls_max: null,
    });
  });

  it('returns the calls of a run that cannot start', async () => {
    await rows(sql`insert into leases (name, token, expires_at)
      values ('coinpaprika', 1, clock_timestamp() + interval '1 minute')`);
    expect(await run(coinpaprika, remoteDeps(clockAt(NOON)))).toMatchObject({ outcome: 'busy' });
    expect(await ledger()).toMatchObject([{ calls: 0 }, { calls: 0 }]);
  });

  it('lets runs that begin at once wait for each other', async () => {
    await rows(sql`insert into leases (name, token, expires_at)
      values ('coinpaprika', 1, clock_timestamp() + interval '1 minute')`);
    const deps = remoteDeps(clockAt(NOON));
    const ends = await Promise.all(Array.from({ length: 40 }, () => run(coinpaprika, deps)));
    expect(new Set(ends.map(({ outcome }) => outcome))).toEqual(new Set(['busy']));
    expect(await ledger()).toMatchObject([{ calls: 0 }, { calls: 0 }]);
  });

  it('deletes past minutes and keeps months', async () => {
    await run(coinpaprika, remoteDeps(clockAt('2025-12-31T23:30:00Z')));
    await run(coinpaprika, remoteDeps(clockAt('2026-01-01T02:00:00Z')));
    expect(await ledger()).toMatchObject([
      { period: 'month', starts_at: '2025-12-01 00:00:00', calls: 2 },
      { period: 'month', starts_at: '2026-01-01 00:00:00', calls: 2 },
      { period: 'minute', starts_at: '2026-01-01 02:00:00', calls: 2 },
    ]);
  });

  it('never counts more than the limit under concurrency', async () => {
    await spendMonth('coinpaprika', 19_990);
    const deps = remoteDeps(clockAt(NOON));
    const asks = Array.from({ length: 25 }, () =>
      spendCall(deps, { source: coinpaprika, periods: [], left: {} }),
    );
    const granted = (await Promise.all(asks)).filter((fault) => fault === null);
    expect(granted).toHaveLength(10);
    expect((await ledger())[0]).toMatchObject({ period: 'month', calls: 20_000 });
  });
});

describe('a plan without calls left', () => {
  it('ends a run with the calls that it could make, and says until when', async () => {
    await spendMonth('coinpaprika', 19_999);
    expect(await run(coinpaprika, remoteDeps(clockAt(NOON)))).toMatchObject({ status: 'partial' });
    expect(await asked()).toHaveLength(1);
    expect(await lastRun()).toEqual({
      status: 'partial',
      error_code: 'upstream_quota_spent',
      error_message:
        'The 20000 calls that the plan of coinpaprika allows in a month are spent; the next one begins 2026-02-01T00:00:00Z.',
    });
    expect(await rows(sql`select failures from upstreams where source = 'coinpaprika'`)).toEqual([
      { failures: 0 },
    ]);
  });

  it('makes a run wait for the next minute', async () => {
    const clock = clockAt('2026-01-10T12:00:45Z');
    await rows(sql`insert into upstreams (source) values ('coingecko')`);
    await rows(sql`insert into call_ledger (source, period, starts_at, calls)
      values ('coingecko', 'minute', '2026-01-10T12:00:00Z', 11)`);
    expect(await run(coingecko, remoteDeps(clock))).toMatchObject({ status: 'succeeded' });
    expect(clock.waits).toEqual([5_000, 10_000, 5_000, 5_000]); // pace, the rest of the minute, pace
    expect(await ledger()).toMatchObject([
      { period: 'month', calls: 4 },
      { period: 'minute', calls: 12, calls_max: 12 },
      { period: 'minute', starts_at: '2026-01-10 12:01:00', calls: 3 },
    ]);
  });

  it('is not polled until the next period, and is polled again then', async () => {
    await spendMonth('coinpaprika', 20_000);
    const clock = clockAt('2026-01-31T23:55:00Z');
    const tickNow = () => tick(remoteDeps(clock), clock.now_ms);
    await tickNow();
    expect(await rows(sql`select source from runs`)).toEqual([{ source: 'coingecko' }]);
    expect(
      await rows(
        sql`select (quota_since at time zone 'utc')::text as since from upstreams where source = 'coinpaprika'`,
      ),
    ).toEqual([{ since: '2026-01-31 23:55:00' }]);
    clock.now_ms = Date.parse('2026-02-01T00:00:00Z');
    await tickNow();
    expect(await rows(sql`select status from runs where source = 'coinpaprika'`)).toEqual([
      { status: 'succeeded' },
    ]);
    expect(await rows(sql`select quota_since from upstreams where source = 'coinpaprika'`)).toEqual([
      { quota_since: null },
    ]);
  });

  it('slows down polls in advance to make the calls last', async () => {
    // On the 22nd, 10 days need about 5,900 calls; there are 2,000.
    await spendMonth('coinpaprika', 18_000);
    const clock = clockAt('2026-01-22T00:00:00Z');
    const polled: number[] = [];
    for (let minute = 0; minute <= 60; minute += 5) {
      clock.now_ms = Date.parse('2026-01-22T00:00:00Z') + minute * 60_000;
      const before = await rows(sql`select 1 from runs where source = 'coinpaprika'`);
      await tick(remoteDeps(clock), clock.now_ms);
      const after = await rows(sql`select 1 from runs where source = 'coinpaprika'`);
      if (after.length > before.length) polled.push(minute);
    }
    expect(polled).toEqual([0, 15, 30, 45, 60]);
  });
});
