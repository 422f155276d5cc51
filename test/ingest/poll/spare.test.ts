import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../../../src/deps.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { type Clock, clockAt, remoteDeps } from '../../support/clock.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { asked, forgetScript, geckoGlobal, market, script } from '../../support/upstream.ts';

const NOON = Date.parse('2026-01-10T12:00:00Z');
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DEMO = { COINGECKO_API_KEY: 'k', SOURCES: 'coingecko', HISTORY_ASSETS: '2' };
const OFF = { HISTORY_ASSETS: '0' };

let clock: Clock;
interface Sent {
  body: { type: string; source?: string; run_id?: number };
  delay_s: number | undefined;
}
const sent: Sent[] = [];
/** Stores the reasons for calls; also requests the hourly upkeep. */
const queue = {
  send: async (body: Sent['body'], options?: { delaySeconds?: number }) => {
    if (['spare', 'backfill'].includes(body.type)) sent.push({ body, delay_s: options?.delaySeconds });
  },
} as unknown as Queue;
const depsOf = (variables: Record<string, string> = {}, replaced: Partial<Deps> = {}) =>
  remoteDeps(clock, { queue, ...replaced }, { ...DEMO, ...variables });

const tickAt = async (ms: number, variables: Record<string, string> = {}) => {
  clock.now_ms = ms;
  await tick(depsOf(variables), ms);
};
/** Lets the queue deliver one message, after the pause between calls. */
const deliver = async (body: Sent['body'] = { type: 'spare', source: 'coingecko' }, deps = depsOf()) => {
  await rows(sql`update leases set expires_at = '-infinity'`);
  await consume(deps, { id: 'm', body, attempts: 1, ack: () => {}, retry: () => {} });
};
/** Delivers the sent messages, and those that they cause, to the end. */
const deliverAll = async (deps = depsOf()) => {
  for (let next = sent.shift(); next !== undefined; next = sent.shift()) await deliver(next.body, deps);
};

const charts = async () =>
  (await asked())
    .map(({ url }) => /coins\/(.+)\/market_chart\?.*days=(\d+)/.exec(url))
    .flatMap((found) => (found === null ? [] : [`${found[1]} ${found[2]}`]));
const purposes = () =>
  rows(sql`select purpose, calls::int as calls from call_purposes where calls > 0 order by purpose`);
const ledger = async () =>
  (await rows<{ calls: number }>(sql`select calls::int as calls from call_ledger where period = 'month'`))[0]
    ?.calls;
const gapsTold = async (query = '') =>
  (await ask(`/gaps${query}`, { deps: { now: () => new Date(clock.now_ms) } })).page.data.map(
    ({ endpoint, status, coins }) => ({ endpoint, status, coins }),
  );

const page = (...coins: string[]) => `[${coins.join()}]`;
const coin = (id: string, cap: number, at = clock.now_ms - MINUTE) =>
  market({ id, symbol: id, name: id, last_updated: new Date(at).toISOString() }).replace(
    '880000000000',
    String(cap),
  );
/** Hourly points of the ten days before an instant. */
const chart = (until: number) => {
  const points = Array.from(
    { length: 240 },
    (_, hour) => `[${until - (240 - hour) * HOUR + 20_000},${hour + 1}]`,
  );
  return { body: `{"prices":[${points}],"market_caps":[],"total_volumes":[]}` };
};

beforeEach(async () => {
  clock = clockAt('2026-01-10T12:00:00Z');
  sent.length = 0;
  await emptyDatabase();
  await forgetScript();
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/markets?page=1', {
    body: page(coin('ether', 5), coin('bitcoin', 9), coin('small', 1)),
  });
  await script('/coingecko/global', { body: geckoGlobal(NOON / 1000) });
  await script('/coingecko/coins/list', { body: '[]' });
  for (const id of ['bitcoin', 'ether', 'small'])
    await script(`/coingecko/coins/${id}/market_chart`, chart(NOON));
});

describe('history', () => {
  it('is fetched for the largest coins by rank, each with its year and its hours, one call per message, and then ends', async () => {
    await tickAt(NOON);
    expect(sent).toEqual([]); // no coin is known yet
    await tickAt(NOON + 5 * MINUTE);
    expect(sent).toEqual([{ body: { type: 'spare', source: 'coingecko' }, delay_s: 5 }]);
    await deliver(sent.shift()?.body);
    expect(await charts()).toEqual(['bitcoin 365']);
    expect(sent).toEqual([{ body: { type: 'spare', source: 'coingecko' }, delay_s: 3 }]);
    await deliverAll();
    expect(await charts()).toEqual(['bitcoin 365', 'bitcoin 90', 'ether 365', 'ether 90']);
    expect(await purposes()).toEqual([
      { purpose: 'history', calls: 4 },
      { purpose: 'lists', calls: 1 },
      { purpose: 'live', calls: 4 },
    ]);
    expect(await ledger()).toBe(9);
    expect(
      await rows(sql`select distinct flags from observations o join runs r on r.id = o.run_id
      where r.trigger = 'backfill'`),
    ).toEqual([{ flags: ['backfill'] }]);
    await tickAt(NOON + 10 * MINUTE);
    expect(sent).toEqual([]);
  });

  it('is fetched once if its message comes twice, and by one consumer at a time', async () => {
    await tickAt(NOON);
    let inside: Promise<void> | undefined;
    const deps = depsOf(
      {},
      {
        fetch: async (url, init) => {
          // While a call is in progress another message comes.
          inside ??= consume(depsOf(), {
            id: 'n',
            body: { type: 'spare', source: 'coingecko' },
            attempts: 1,
            ack: () => {},
            retry: () => {},
          });
          await inside;
          return remoteDeps(clock).fetch(url, init);
        },
      },
    );
    await deliver({ type: 'spare', source: 'coingecko' }, deps);
    expect(await charts()).toEqual(['bitcoin 365']);
  });

  it('continues where it stopped when its consumer died', async () => {
    await tickAt(NOON);
    const dying = depsOf({}, { fetch: () => new Promise<Response>(() => {}) });
    void deliver({ type: 'spare', source: 'coingecko' }, dying);
    await expect
      .poll(() => rows(sql`select 1 from runs where trigger = 'backfill' and status = 'running'`))
      .toHaveLength(1);
    await rows(sql`update leases set expires_at = '-infinity'`);
    await rows(
      sql`update runs set started_at = started_at - interval '4 minutes' where trigger = 'backfill'`,
    );
    await tickAt(NOON + 5 * MINUTE);
    expect(sent).toEqual([{ body: { type: 'backfill', run_id: expect.any(Number) }, delay_s: 5 }]);
    await deliverAll();
    await tickAt(NOON + 10 * MINUTE);
    await deliverAll();
    expect(await charts()).toEqual(['bitcoin 365', 'bitcoin 90', 'ether 365', 'ether 90']);
  });

  it.each([
    ['the month has none to spare', sql`update call_ledger set calls = 4900 where period = 'month'`],
    ['the source is failing', sql`update upstreams set failures = 1, ask_after = '2026-01-10T13:00:00Z'`],
    ['it said "too many requests"', sql`update upstreams set slow_factor = 2`],
  ])('waits while %s', async (_why, state) => {
    await tickAt(NOON);
    await rows(state);
    await tickAt(NOON + 5 * MINUTE);
    expect(sent).toEqual([]);
    await deliver();
    expect(await charts()).toEqual([]);
  });

  it('ends silently if polls have used the call meanwhile, and is resumed later', async () => {
    await tickAt(NOON);
    await tickAt(NOON + 5 * MINUTE);
    const spending = depsOf({}, { log: { ...depsOf().log, info: () => {} } });
    // Between the plan and the call.
    const batch: Deps['db']['batch'] = async (parts) => {
      const results = await spending.db.batch(parts);
      await rows(sql`update call_ledger set calls = 9999 where period = 'month'
        and exists (select from runs where trigger = 'backfill' and status = 'running')`);
      return results;
    };
    await deliver({ type: 'spare', source: 'coingecko' }, { ...spending, db: { ...spending.db, batch } });
    expect(await rows(sql`select status, error_code from runs where trigger = 'backfill'`)).toEqual([
      { status: 'skipped', error_code: null },
    ]);
    expect(await charts()).toEqual([]);
    await rows(sql`update call_ledger set calls = 8 where period = 'month'`);
    sent.length = 0;
    await deliver();
    expect(await charts()).toEqual(['bitcoin 365']);
  });

  it('skips a coin without history for a day, and pauses after failures', async () => {
    await script('/coingecko/coins/bitcoin/market_chart', {
      status: 404,
      body: '{"error":"coin not found"}',
    });
    await tickAt(NOON);
    await deliver();
    expect(sent).toEqual([]);
    await tickAt(NOON + 5 * MINUTE);
    expect(sent).toEqual([]);
    await rows(
      sql`update runs set finished_at = finished_at - interval '6 minutes' where trigger = 'backfill'`,
    );
    await tickAt(NOON + 10 * MINUTE);
    await deliver(sent.shift()?.body);
    expect(await charts()).toEqual(['bitcoin 365', 'bitcoin 90']);
    // Twice in a row: ten minutes.
    await rows(
      sql`update runs set finished_at = finished_at - interval '6 minutes' where trigger = 'backfill'`,
    );
    await tickAt(NOON + 15 * MINUTE);
    expect(sent).toEqual([]);
    await rows(
      sql`update runs set finished_at = finished_at - interval '6 minutes' where trigger = 'backfill'`,
    );
    await tickAt(NOON + 20 * MINUTE);
    await deliverAll();
    expect((await charts()).slice(2)).toEqual(['ether 365', 'ether 90']);
  });

  it('is one call per tick if no limit is known', async () => {
    const keyless = { COINGECKO_API_KEY: '' };
    await tickAt(NOON, keyless);
    for (const [minutes, expected] of [
      [5, ['bitcoin 365']],
      [10, ['bitcoin 365', 'bitcoin 90']],
    ] as const) {
      await tickAt(NOON + minutes * MINUTE, keyless);
      await deliverAll(depsOf(keyless));
      expect(await charts()).toEqual(expected);
    }
  });

  it.each([
    ['that has a month', DEMO, 1_000],
    ['without a key', { COINGECKO_API_KEY: '' }, 100],
    ['on this machine', { COINGECKO_BASE_URL: 'http://127.0.0.1:1' }, null],
    [
      'on this machine whose limits are told',
      { COINGECKO_BASE_URL: 'http://127.0.0.1:1', COINGECKO_CALLS_PER_MONTH: '9000' },
      1_000,
    ],
    ['that is to have none', OFF, null],
    ['that is to have some', { HISTORY_ASSETS: '7' }, 7],
  ])('covers as many coins as the plan allows: one %s', async (_name, variables, coins) => {
    const { spareReach, polledSource } = await import('../../../src/sources/registry.ts');
    const source = polledSource('coingecko');
    const { settings } = depsOf({
      HISTORY_ASSETS: '',
      ...variables,
      ...(variables === DEMO && { HISTORY_ASSETS: 'auto' }),
    });
    expect(source && (spareReach(source, settings)?.coins ?? null)).toBe(coins);
  });
});

describe('a gap', () => {
  /** Polls, ten hours of nothing, and polls again; the last hours are not history yet. */
  const outage = async () => {
    await tickAt(NOON - 12 * HOUR, OFF);
    await script('/coingecko/coins/markets?page=1', {
      body: page(
        coin('ether', 5, NOON - 2 * HOUR),
        coin('bitcoin', 9, NOON - 2 * HOUR),
        coin('small', 1, NOON - 2 * HOUR),
      ),
    });
    await tickAt(NOON - 2 * HOUR, OFF);
    sent.length = 0;
  };

  it('is filled before history, the largest coins first, by the call that also fetches their hours', async () => {
    await script('/coingecko/coins/markets?page=1', {
      body: page(
        coin('ether', 5, NOON - 12 * HOUR),
        coin('bitcoin', 9, NOON - 12 * HOUR),
        coin('small', 1, NOON - 12 * HOUR),
      ),
    });
    await outage();
    const marks = { endpoint: 'coins/markets?page=1' };
    const global = { endpoint: 'global', status: 'lost', coins: { wanted: 0, asked: 0, filled: 0 } };
    expect(await gapsTold()).toEqual([
      global,
      { ...marks, status: 'fillable', coins: { wanted: 0, asked: 0, filled: 0 } },
    ]);
    await tickAt(NOON);
    await deliver(sent.shift()?.body);
    expect(await charts()).toEqual(['bitcoin 90']);
    expect((await gapsTold()).at(-1)).toEqual({
      ...marks,
      status: 'partly_filled',
      coins: { wanted: 2, asked: 1, filled: 1 },
    });
    expect((await gapsTold('?asset=coingecko:bitcoin&source=coingecko')).at(-1)).toMatchObject({
      status: 'filled',
    });
    expect((await gapsTold('?asset=coingecko:ether&source=coingecko')).at(-1)).toMatchObject({
      status: 'fillable',
    });
    await deliverAll();
    expect(await charts()).toEqual(['bitcoin 90', 'ether 90', 'bitcoin 365', 'ether 365']);
    expect((await gapsTold()).at(-1)).toEqual({
      ...marks,
      status: 'filled',
      coins: { wanted: 2, asked: 2, filled: 2 },
    });
    expect(await purposes()).toMatchObject([
      { purpose: 'gap', calls: 2 },
      { purpose: 'history', calls: 2 },
      { purpose: 'lists' },
      { purpose: 'live' },
    ]);
  });

  it('is requested no further back than its age if the hours of a coin exist', async () => {
    await outage();
    await tickAt(NOON);
    await deliverAll();
    sent.length = 0;
    await rows(sql`insert into gaps (source, endpoint, started_at, ended_at, every_minutes, cause, has_history)
      values ('coingecko', 'coins/markets?page=1', '2026-01-10T12:00:00Z', '2026-01-10T16:00:00Z', 10, 'not_running', true)`);
    const before = (await charts()).length;
    await tickAt(NOON + 30 * HOUR);
    await deliver(sent.shift()?.body);
    expect((await charts()).slice(before)).toEqual(['bitcoin 2']);
  });

  it('is lost if history has nothing, and partly filled if it has some of the hours', async () => {
    const empty = { body: '{"prices":[],"market_caps":[],"total_volumes":[]}' };
    await script('/coingecko/coins/bitcoin/market_chart', empty);
    await script('/coingecko/coins/ether/market_chart', empty);
    await outage();
    await tickAt(NOON);
    await deliverAll();
    expect((await gapsTold()).at(-1)).toEqual({
      endpoint: 'coins/markets?page=1',
      status: 'lost',
      coins: { wanted: 2, asked: 2, filled: 0 },
    });
    const some = [2, 3].map((hours) => `[${NOON - hours * HOUR - 30 * MINUTE},7]`);
    await script('/coingecko/coins/ether/market_chart', {
      body: `{"prices":[${some}],"market_caps":[],"total_volumes":[]}`,
    });
    const accepted = await ask('/backfills', {
      method: 'POST',
      headers: { authorization: 'Bearer dev' },
      body: '{"asset":"coingecko:ether"}',
      deps: { queue, settings: depsOf().settings },
    });
    expect(accepted.status).toBe(202);
    await deliverAll();
    expect((await gapsTold()).at(-1)).toMatchObject({ status: 'partly_filled', coins: { filled: 1 } });
    expect((await gapsTold('?asset=coingecko:ether&source=coingecko')).at(-1)).toMatchObject({
      status: 'partly_filled',
    });
    expect(await purposes()).toContainEqual({ purpose: 'manual', calls: 1 });
  });

  it('without a full missed hour is left unchanged', async () => {
    await tickAt(NOON - 3 * HOUR + 5 * MINUTE, OFF);
    await tickAt(NOON - 3 * HOUR + 45 * MINUTE, OFF);
    expect(await gapsTold()).toMatchObject([{ endpoint: 'coins/markets?page=1', status: 'fillable' }]);
    await tickAt(NOON);
    await deliver(sent.shift()?.body);
    expect(await charts()).toEqual(['bitcoin 365']);
    expect(await rows(sql`select 1 from gap_coins`)).toEqual([]);
  });
});

it('counts manual calls separately, for any endpoint', async () => {
  await rows(
    sql`insert into runs (source, trigger, status, accepted_at) values ('coingecko', 'manual', 'queued', clock_timestamp())`,
  );
  await deliver({ type: 'poll', run_id: 1, source: 'coingecko' });
  expect(await purposes()).toEqual([{ purpose: 'manual', calls: 5 }]);
  expect(testDeps().settings.HISTORY_ASSETS).toBe(0);
});
