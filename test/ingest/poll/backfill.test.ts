import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { findProof } from '../../../src/db/payloads/find-proof.ts';
import type { Deps } from '../../../src/deps.ts';
import type { ObservationKey } from '../../../src/domain/observation-id.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { resume } from '../../../src/ingest/queue/resume.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { replay } from '../../../src/ingest/upkeep/replay.ts';
import { prove } from '../../../src/proof/prove.ts';
import { remoteDeps } from '../../support/clock.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { asked, forgetScript, geckoGlobal, market, script } from '../../support/upstream.ts';

const NOON = Date.parse('2026-01-10T12:00:00Z');
const HOUR = 3_600_000;
const CHART = '/coingecko/coins/bitcoin/market_chart';

/** A chart: this many hours before noon, a price, a cap and a volume. */
const chart = (points: [hoursAgo: number, price: string, cap?: string, volume?: string][]) => {
  const list = (place: 1 | 2 | 3) =>
    points.flatMap((point) =>
      point[place] === undefined ? [] : `[${NOON - point[0] * HOUR},${point[place]}]`,
    );
  return { body: `{"prices":[${list(1)}],"market_caps":[${list(2)}],"total_volumes":[${list(3)}]}` };
};

interface Sent {
  body: { type: string; run_id: number };
  delay_s: number | undefined;
}
const sent: Sent[] = [];
const queue = {
  send: async (body: Sent['body'], options?: { delaySeconds?: number }) => {
    if (body.type === 'backfill' || body.type === 'import')
      sent.push({ body, delay_s: options?.delaySeconds });
  },
} as unknown as Queue;
const at = (ms: number, replaced: Partial<Deps> = {}, variables: Record<string, string> = {}) =>
  testDeps({ now: () => new Date(ms), queue, ...replaced }, variables);

/** The result of one message. */
async function deliver(deps: Deps, run_id: number): Promise<'ack' | { retry_s: number }> {
  let outcome: 'ack' | { retry_s: number } = 'ack';
  const retry = (options?: QueueRetryOptions) => {
    outcome = { retry_s: options?.delaySeconds ?? 0 };
  };
  const message = { id: 'm', body: { type: 'backfill', run_id }, attempts: 1, ack: () => {}, retry };
  await consume(deps, message);
  return outcome;
}

async function accept(days = 30, external_id = 'bitcoin'): Promise<number> {
  const [run] = await rows<{ id: string }>(sql`
    with r as (
      insert into runs (source, trigger, status, accepted_at)
      values ('coingecko', 'backfill', 'queued', clock_timestamp()) returning id
    ), b as (
      insert into backfills (run_id, source, external_id, days) select id, 'coingecko', ${external_id}, ${days}::int from r
    )
    select id from r`);
  return Number(run?.id);
}

/** Requests history and lets the queue deliver the message. */
async function backfill(deps = at(NOON)): Promise<number> {
  const id = await accept();
  expect(await deliver(deps, id)).toBe('ack');
  return id;
}

const runOf = async (id: number) =>
  (
    await rows(sql`select status, error_code, rows_read::int as read, rows_inserted::int as inserted,
      rows_duplicate::int as duplicate, rows_rejected::int as rejected from runs where id = ${id}::bigint`)
  )[0];
const facts = () =>
  rows(sql`select to_char(o.observed_at at time zone 'utc', 'DD HH24:MI') as at, o.revision, o.price_usd,
    o.percent_change_24h, array_to_string(o.flags, '|') as flags, o.superseded_at is null as current
    from observations o order by o.observed_at, o.revision`);

beforeEach(async () => {
  sent.length = 0;
  await emptyDatabase();
  await forgetScript();
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/markets?page=1', {
    body: `[${market({ id: 'bitcoin', last_updated: '2026-01-10T11:59:00Z' })},${market({ id: 'ether', symbol: 'eth', name: 'Ether', last_updated: '2026-01-10T11:59:00Z' })}]`,
  });
  await script('/coingecko/global', { body: geckoGlobal(NOON / 1000) });
});

describe('the history of a coin', () => {
  it('takes one call, keeps every digit, and can be proved', async () => {
    await script(
      CHART,
      chart([
        [50, '1.2345678901234567890', '9e11', '3.5'],
        [3, '8e-8', '0'],
        [0.1, '77'],
      ]),
    );
    const id = await backfill();
    expect((await asked()).map(({ url }) => url)).toEqual([
      `${CHART}?vs_currency=usd&days=30&precision=full`,
    ]);
    expect(await runOf(id)).toEqual({
      status: 'succeeded',
      error_code: null,
      read: 2,
      inserted: 2,
      duplicate: 0,
      rejected: 0,
    });
    expect(await rows(sql`select beat_seconds from raw_payloads`)).toEqual([{ beat_seconds: 3_600 }]);
    expect(await facts()).toMatchObject([
      { at: '08 10:00', price_usd: '1.2345678901234567890', flags: 'backfill' },
      { at: '10 09:00', price_usd: '0.00000008', flags: 'zero_unknown|backfill' },
    ]);
    const keys = await rows<ObservationKey>(sql`
      select o.source, l.external_id, o.kind, o.revision,
        replace((o.observed_at at time zone 'utc')::text, ' ', 'T') || 'Z' as observed_at
      from observations o join listings l on l.id = o.listing_id order by o.observed_at`);
    const proofs = await Promise.all(
      keys.map(async (key) => {
        const [row] = await findProof(testDeps().db, key, null);
        if (row === undefined || row.listing_id === null) throw new Error('gone');
        return prove(testDeps(), row);
      }),
    );
    expect(proofs.map(({ matches, record }) => [matches, record])).toEqual([
      [true, `[${NOON - 50 * HOUR},1.2345678901234567890]`],
      [true, `[${NOON - 3 * HOUR},8e-8]`],
    ]);
    expect(await rows(sql`select calls::int as calls from call_ledger where period = 'month'`)).toEqual([
      { calls: 1 },
    ]);
  });

  it('adds nothing when requested again', async () => {
    await script(
      CHART,
      chart([
        [50, '1'],
        [49, '2'],
      ]),
    );
    await backfill();
    expect(await runOf(await backfill())).toMatchObject({ status: 'succeeded', inserted: 0, duplicate: 2 });
    expect(await facts()).toHaveLength(2);
  });

  it('is corrected by later history', async () => {
    await script(CHART, chart([[50, '1']]));
    await backfill();
    await script(CHART, chart([[50, '2']]));
    expect(await runOf(await backfill(at(NOON + HOUR)))).toMatchObject({ inserted: 1 });
    expect(await facts()).toMatchObject([
      { revision: 1, price_usd: '1', current: false },
      { revision: 2, price_usd: '2', current: true },
    ]);
  });

  it('never replaces polled rows or the values of a page', async () => {
    await tick(at(NOON), NOON);
    const page = () =>
      rows(sql`select l.rank, l.image_url, l.price_usd, l.percent_change_24h from latest_observations l
        join listings n on n.id = l.listing_id where n.external_id = 'bitcoin'`);
    const before = await page();
    const minutesAgo = 1 / 60;
    await script(
      CHART,
      chart([
        [minutesAgo, '44000'],
        [-1, '1'],
      ]),
    );
    const id = await backfill(at(NOON + 3 * HOUR));
    expect(await runOf(id)).toMatchObject({ read: 2, inserted: 1, duplicate: 1 });
    expect((await facts()).filter((row) => row.at === '10 11:59' && row.price_usd === '44000')).toEqual([]);
    // A point that is newer than any polled row is the newest row; the next poll replaces it.
    expect(await page()).toMatchObject([{ price_usd: '1', rank: null }]);
    await rows(sql`truncate latest_observations`);
    await script('/coingecko/coins/markets?page=1', {
      body: `[${market({ id: 'bitcoin', last_updated: '2026-01-10T13:00:00Z' })}]`,
    });
    await tick(at(NOON + 4 * HOUR), NOON + 4 * HOUR);
    expect(await page()).toMatchObject([{ ...before[0], price_usd: '45001' }]);
    expect((await facts()).filter((row) => row.at === '10 13:00')).toMatchObject([
      { revision: 1, price_usd: '1', flags: 'backfill', current: false },
      { revision: 2, price_usd: '45001', percent_change_24h: '2.5', current: true },
    ]);
  });

  it('gives no difference in a replay', async () => {
    await tick(at(NOON), NOON);
    await script(
      CHART,
      chart([
        [1 / 60, '44000'],
        [-1, '1'],
        [9, '3'],
      ]),
    );
    await backfill(at(NOON + 3 * HOUR));
    await rows(
      sql`insert into replays (status, normalizer_version, accepted_at) values ('queued', 1, now())`,
    );
    expect(await replay(at(NOON + 3 * HOUR), { replay_id: 1 })).toBe('done');
    expect(await rows(sql`select * from replay_differences`)).toEqual([]);
  });

  it.each([
    ['nobody lists', { status: 404, body: '{"error":"coin not found"}' }, 'upstream_refused'],
    ['that is no chart', { body: '[]' }, 'upstream_unreadable'],
    [
      'beyond the plan',
      { status: 401, body: '{"error":{"status":{"error_code":10012}}}' },
      'upstream_plan_limit',
    ],
    ['without a point that can be read', { body: '{"prices":[7,8]}' }, 'contract_broken'],
  ])('%s ends its run, and affects nothing else', async (_name, reply, error_code) => {
    await tick(at(NOON), NOON);
    await script(CHART, reply);
    expect(await runOf(await backfill())).toMatchObject({ status: 'failed', error_code });
    expect(await rows(sql`select failures from upstreams where source = 'coingecko'`)).toEqual([
      { failures: 0 },
    ]);
    expect(await rows(sql`select 1 from endpoint_failures where source = 'coingecko'`)).toEqual([]);
    expect(await rows(sql`select endpoint from checkpoints where endpoint like '%market_chart%'`)).toEqual(
      [],
    );
  });

  it('of a coin without history is an empty success', async () => {
    await script(CHART, chart([]));
    expect(await runOf(await backfill())).toMatchObject({ status: 'succeeded', read: 0 });
  });
});

describe('the queue', () => {
  it('delivers again while another backfill runs, or the minute has no calls left', async () => {
    const id = await accept();
    await rows(sql`insert into leases (name, token, expires_at)
      values ('coingecko:backfill', 1, clock_timestamp() + interval '20 seconds')`);
    expect(await deliver(at(NOON), id)).toEqual({ retry_s: 5 });
    await rows(sql`delete from leases`);
    await script(CHART, chart([[50, '1']]));
    const clock = { now_ms: NOON, waits: [] };
    await rows(sql`insert into upstreams (source) values ('coingecko')`);
    await rows(sql`insert into call_ledger (source, period, starts_at, calls)
      values ('coingecko', 'minute', '2026-01-10T12:00:00Z', 12)`);
    expect(await deliver(remoteDeps(clock), id)).toEqual({ retry_s: 5 });
    expect(await runOf(id)).toMatchObject({ status: 'queued' });
    expect(await asked()).toEqual([]);
    clock.now_ms += 60_000;
    expect(await deliver(remoteDeps(clock), id)).toBe('ack');
    expect(await runOf(id)).toMatchObject({ status: 'succeeded', inserted: 1 });
    expect(await deliver(remoteDeps(clock), id)).toBe('ack'); // a repeated delivery changes nothing
    expect(await asked()).toHaveLength(1);
  });

  it('is not kept busy by a month without calls', async () => {
    await rows(sql`insert into upstreams (source) values ('coingecko')`);
    await rows(sql`insert into call_ledger (source, period, starts_at, calls)
      values ('coingecko', 'month', '2026-01-01Z', 10000)`);
    const id = await accept();
    const demo = remoteDeps({ now_ms: NOON, waits: [] }, {}, { COINGECKO_API_KEY: 'k' });
    expect(await deliver(demo, id)).toBe('ack');
    expect(await runOf(id)).toMatchObject({ status: 'failed', error_code: 'upstream_quota_spent' });
  });

  it('sends lost messages again, after all other open work', async () => {
    const id = await accept();
    await tick(at(NOON), NOON);
    expect(sent).toEqual([]); // its message may still be in the queue
    await resume(at(NOON));
    expect(sent).toEqual([{ body: { type: 'backfill', run_id: id }, delay_s: 5 }]);
    await rows(sql`update runs set accepted_at = accepted_at - interval '4 minutes'`);
    sent.length = 0;
    await tick(at(NOON + 5 * 60_000), NOON + 5 * 60_000);
    expect(sent).toEqual([{ body: { type: 'backfill', run_id: id }, delay_s: 5 }]);
  });
});

describe('an upstream that says "too many requests"', () => {
  const standing = async () =>
    (
      await rows(sql`select slow_factor, failures, to_char(ask_after at time zone 'utc', 'HH24:MI') as ask_after
        from upstreams where source = 'coingecko'`)
    )[0];
  const restSeconds = async () => {
    const [lease] = await rows<{ s: number }>(sql`
      select extract(epoch from expires_at - clock_timestamp())::float8 as s from leases where name = 'coingecko:backfill'`);
    return lease?.s;
  };

  it('is called more slowly from then on, by polls and by the next backfill', async () => {
    await tick(at(NOON), NOON);
    await script(CHART, { status: 429, retry_after: '1', body: 'Throttled' });
    const fill = chart([[50, '1']]);
    const id = await backfill(
      remoteDeps({ now_ms: NOON, waits: [] }, { sleep: async () => script(CHART, fill), queue }),
    );
    expect(await runOf(id)).toMatchObject({ status: 'succeeded', inserted: 1 });
    expect(await standing()).toEqual({ slow_factor: 2, failures: 0, ask_after: null });
    // The pause between two calls without a key is 5 s.
    expect(await restSeconds()).toBeGreaterThan(8);
    expect(await restSeconds()).toBeLessThanOrEqual(10);
  });

  it('is not called before Retry-After has passed, if that exceeds a run', async () => {
    await tick(at(NOON), NOON);
    await script(CHART, { status: 429, retry_after: '1800', body: 'Throttled' });
    const id = await backfill();
    expect(await runOf(id)).toMatchObject({ status: 'failed', error_code: 'upstream_rate_limited' });
    expect(await standing()).toEqual({ slow_factor: 2, failures: 0, ask_after: '12:30' });
    expect(await restSeconds()).toBeGreaterThan(1_790);
    expect(await restSeconds()).toBeLessThanOrEqual(1_800);
    const calls = (await asked()).length;
    await tick(at(NOON + 25 * 60_000), NOON + 25 * 60_000);
    expect((await asked()).slice(calls).filter(({ url }) => url.startsWith('/coingecko/'))).toEqual([]);
  });

  it('is the cause of the resulting gap', async () => {
    await tick(at(NOON), NOON);
    await script(CHART, { status: 429, retry_after: '7200', body: 'Throttled' });
    await backfill();
    const gaps = () =>
      rows(sql`select cause, error_code, ended_at is null as open from gaps
        where source = 'coingecko' and endpoint = 'coins/markets?page=1'`);
    for (const [minutes, open] of [
      [65, true],
      [125, false],
    ] as const) {
      await tick(at(NOON + minutes * 60_000), NOON + minutes * 60_000);
      expect(await gaps()).toEqual([{ cause: 'rate_limited', error_code: null, open }]);
    }
  });

  it('stays slow although a poll that began earlier succeeds', async () => {
    await tick(at(NOON), NOON);
    await script(CHART, { status: 429, retry_after: '1800', body: 'Throttled' });
    let filled: Promise<number> | undefined;
    const deps = at(NOON + HOUR, {
      fetch: async (url, init) => {
        if (String(url).includes('/coingecko/')) {
          filled ??= backfill();
          await filled;
        }
        return fetch(url, init);
      },
    });
    await tick(deps, NOON + HOUR);
    expect(await standing()).toMatchObject({ slow_factor: 2 });
  });
});

describe('the first start', () => {
  const first = { BACKFILL_ASSETS: '1' };

  it('requests the history of the largest coins, once', async () => {
    await tick(at(NOON, {}, first), NOON);
    expect(
      await rows(sql`select b.external_id, b.days, r.status from backfills b join runs r on r.id = b.run_id`),
    ).toEqual([{ external_id: 'bitcoin', days: 30, status: 'queued' }]);
    expect(sent).toEqual([{ body: { type: 'backfill', run_id: expect.any(Number) }, delay_s: 5 }]);
    await tick(at(NOON + HOUR, {}, first), NOON + HOUR);
    await tick(at(NOON + 2 * HOUR, {}, { BACKFILL_ASSETS: '9' }), NOON + 2 * HOUR);
    expect(await rows(sql`select external_id from backfills`)).toHaveLength(1);
  });

  it('waits for the first poll with coins', async () => {
    await script('/coingecko/coins/markets?page=1', { status: 500, body: 'oops' });
    await tick(at(NOON, {}, first), NOON);
    expect(await rows(sql`select status from runs where source = 'coingecko'`)).toEqual([
      { status: 'partial' },
    ]);
    expect(await rows(sql`select 1 from backfills`)).toEqual([]);
    await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
    await tick(at(NOON + HOUR, {}, first), NOON + HOUR);
    expect(await rows(sql`select external_id from backfills`)).toEqual([{ external_id: 'bitcoin' }]);
  });

  it('survives a queue that refuses everything', async () => {
    const refusing = { send: () => Promise.reject(new Error('full')) } as unknown as Queue;
    await tick(at(NOON, { queue: refusing }, first), NOON);
    expect(await rows(sql`select trigger, status from runs where source = 'coingecko' order by id`)).toEqual([
      { trigger: 'cron', status: 'succeeded' },
      { trigger: 'backfill', status: 'queued' },
    ]);
  });
});

it('fills gaps, and they are marked', async () => {
  await tick(at(NOON), NOON);
  await tick(at(NOON + 10 * HOUR), NOON + 10 * HOUR);
  await script(
    CHART,
    chart([
      [1, '5'],
      [-1, '1'],
      [-2, '2'],
      [-9.5, '3'],
    ]),
  );
  const id = await backfill(at(NOON + 11 * HOUR));
  expect(
    await rows(sql`select g.endpoint, l.external_id, f.run_id::int as run_id, f.observations::int as observations
      from gap_fills f join gaps g on g.id = f.gap_id join listings l on l.id = f.listing_id`),
  ).toEqual([{ endpoint: 'coins/markets?page=1', external_id: 'bitcoin', run_id: id, observations: 3 }]);
});

it('neither affects polls of the same source nor is affected by them', async () => {
  const id = await accept();
  await script(CHART, chart([[50, '1']]));
  let polled: Promise<void> | undefined;
  const deps = at(NOON, {
    fetch: async (url, init) => {
      polled ??= tick(at(NOON), NOON); // a tick in the middle of it
      await polled;
      return fetch(url, init);
    },
  });
  expect(await deliver(deps, id)).toBe('ack');
  expect(await rows(sql`select trigger, status from runs where source = 'coingecko' order by id`)).toEqual([
    { trigger: 'backfill', status: 'succeeded' },
    { trigger: 'cron', status: 'succeeded' },
  ]);
});
