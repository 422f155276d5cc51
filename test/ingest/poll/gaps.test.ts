import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { chainsOf } from '../../../src/domain/identity/chains.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { clockAt, remoteDeps } from '../../support/clock.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { forgetScript, geckoGlobal, market, paprikaGlobal, script, ticker } from '../../support/upstream.ts';

const PLATFORMS = chainsOf('coinpaprika');

const MINUTE = 60_000;
const NOON = Date.parse('2026-01-10T12:00:00Z');

const at = (ms: number) => tick(testDeps({ now: () => new Date(ms) }), ms);
const ticks = async (from: number, until: number) => {
  for (let minute = from; minute <= until; minute += 5) await at(NOON + minute * MINUTE);
};
const gaps = (source = 'coinpaprika') =>
  rows(sql`select endpoint, to_char(started_at at time zone 'utc', 'HH24:MI') as started,
    to_char(ended_at at time zone 'utc', 'HH24:MI') as ended, cause, error_code, has_history
    from gaps where source = ${source} order by id`);
const answer = async () => {
  await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin' })}]` });
  await script('/coinpaprika/global', { body: paprikaGlobal() });
};
const fail = async (reply: Parameters<typeof script>[1]) => {
  await script('/coinpaprika/tickers', reply);
  await script('/coinpaprika/global', reply);
};

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await answer();
  for (const platform of PLATFORMS.keys()) await script(`/coinpaprika/contracts/${platform}`, { body: '[]' });
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
  await script('/coingecko/global', { body: geckoGlobal() });
});

it('records nothing while single beats are missed', async () => {
  await ticks(0, 5);
  await ticks(20, 60);
  expect(await gaps()).toEqual([]);
  expect(await gaps('coingecko')).toEqual([]);
});

it('records that nothing ran, for each series, and what history could fill', async () => {
  await at(NOON);
  await at(NOON + 600 * MINUTE);
  const span = { started: '12:00', ended: '22:00', cause: 'not_running', error_code: null };
  expect(await gaps()).toEqual([
    { endpoint: 'tickers', ...span, has_history: false },
    { endpoint: 'global', ...span, has_history: false },
  ]);
  expect(await gaps('coingecko')).toEqual([
    { endpoint: 'coins/markets?page=1', ...span, has_history: true },
    { endpoint: 'global', ...span, has_history: false },
  ]);
});

it('shows an outage while it lasts, and its end', async () => {
  await at(NOON);
  await fail({ status: 500, body: 'oops' });
  await ticks(5, 20);
  const open = {
    started: '12:00',
    ended: null,
    cause: 'upstream_failing',
    error_code: 'upstream_failed',
    has_history: false,
  };
  expect(await gaps()).toEqual([
    { endpoint: 'tickers', ...open },
    { endpoint: 'global', ...open },
  ]);
  await answer();
  await ticks(25, 60);
  expect(await gaps()).toEqual([
    { endpoint: 'tickers', ...open, ended: '12:40' },
    { endpoint: 'global', ...open, ended: '12:40' },
  ]);
});

it.each([
  [{ status: 403, body: '{"error":"no"}' }, {}, 'banned', 'upstream_banned'],
  [
    { status: 403, body: '{"error":"no"}' },
    { COINPAPRIKA_API_KEY: 'k' },
    'key_refused',
    'upstream_key_refused',
  ],
  [{ status: 402, body: '{"error":"no"}' }, {}, 'plan_limit', 'upstream_plan_limit'],
  [{ status: 429, body: 'no' }, {}, 'rate_limited', 'upstream_rate_limited'],
  [{ body: '[{"coin":"btc"}]' }, {}, 'contract_broken', 'contract_broken'],
  [{ body: '<html>' }, {}, 'upstream_failing', 'upstream_unreadable'],
] as const)('distinguishes the causes: %o', async (reply, variables, cause, error_code) => {
  await at(NOON);
  await script('/coinpaprika/tickers', reply);
  for (const minute of [5, 10, 15, 20, 25]) {
    const ms = NOON + minute * MINUTE;
    await tick(testDeps({ now: () => new Date(ms) }, variables), ms);
  }
  expect((await gaps())[0]).toMatchObject({ endpoint: 'tickers', ended: null, cause, error_code });
});

it('does not blame the upstream for hours without requests', async () => {
  await at(NOON);
  await fail({ status: 500, body: 'oops' });
  await at(NOON + 5 * MINUTE);
  await answer();
  await at(NOON + 480 * MINUTE);
  expect(await gaps()).toMatchObject([{ cause: 'not_running' }, { cause: 'not_running' }]);
});

it('reports that the calls of the plan were used up', async () => {
  const clock = clockAt('2026-01-31T20:00:00Z');
  await tick(remoteDeps(clock), clock.now_ms);
  await rows(sql`update call_ledger set calls = 20000 where source = 'coinpaprika' and period = 'month'`);
  for (const time of ['2026-01-31T20:05:00Z', '2026-01-31T21:00:00Z', '2026-02-01T00:00:00Z']) {
    clock.now_ms = Date.parse(time);
    await tick(remoteDeps(clock), clock.now_ms);
  }
  expect(await gaps()).toMatchObject([
    { endpoint: 'tickers', started: '20:00', ended: '00:00', cause: 'quota', error_code: null },
    { endpoint: 'global', cause: 'quota' },
  ]);
});

it('is not misled by a change of pace', async () => {
  const slow = { POLL_MINUTES: '60' };
  await tick(testDeps({ now: () => new Date(NOON) }, slow), NOON);
  await at(NOON + 60 * MINUTE);
  expect(await gaps()).toEqual([]);
});

it('ends with the reply, however slow the pace has become meanwhile', async () => {
  await at(NOON);
  await fail({ status: 500, body: 'oops' });
  await ticks(5, 20);
  await answer();
  await rows(sql`update upstreams set slow_factor = 4, ask_after = null`);
  await rows(sql`update endpoint_failures set failed_at = failed_at - interval '1 hour'`);
  await at(NOON + 30 * MINUTE);
  expect(await gaps()).toMatchObject([
    { endpoint: 'tickers', ended: '12:30' },
    { endpoint: 'global', ended: '12:30' },
  ]);
});

it('is one for one incident: the slow rounds after it are due when they come', async () => {
  await at(NOON);
  await fail({ status: 429, body: 'no' });
  await ticks(5, 20);
  await answer();
  await rows(sql`update upstreams set slow_factor = 4, ask_after = null`);
  await rows(sql`update endpoint_failures set failed_at = failed_at - interval '1 hour'`);
  for (const minutes of [30, 35, 40, 45]) await at(NOON + minutes * MINUTE);
  // The first answer made it half as slow: ten minutes more.
  await rows(sql`update upstreams set slow_factor = 8`);
  for (const minutes of [50, 55, 60, 65, 70, 85]) await at(NOON + minutes * MINUTE);
  expect(await gaps()).toMatchObject([
    { endpoint: 'tickers', ended: '12:30' },
    { endpoint: 'global', ended: '12:30' },
  ]);
});
