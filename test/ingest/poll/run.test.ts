import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { POLLED_SOURCES, sourceSettings } from '../../../src/sources/registry.ts';
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

const source = (id: 'coinpaprika' | 'coingecko') => {
  const found = POLLED_SOURCES.find((s) => s.id === id);
  if (found === undefined) throw new Error(id);
  return found;
};

/** A run of every endpoint of a source. */
const run = (id: 'coinpaprika' | 'coingecko', deps = testDeps()) =>
  poll(deps, { source: source(id), requests: source(id).requests(sourceSettings(deps.settings, id)) });

const facts = () =>
  rows(sql`select l.source, l.external_id, o.revision, o.price_usd, o.superseded_at is not null as superseded
           from observations o join listings l on l.id = o.listing_id
           order by l.source, l.external_id, o.observed_at, o.revision`);
const lastRun = async () =>
  (
    await rows(sql`select status, rows_read::int as read, rows_inserted::int as inserted,
      rows_duplicate::int as duplicate, rows_rejected::int as rejected, error_code, error_message
      from runs order by id desc limit 1`)
  )[0];

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await script('/coinpaprika/global', { body: paprikaGlobal() });
  await script('/coingecko/global', { body: geckoGlobal() });
  await script('/coingecko/coins/markets', { body: '[]' });
});

describe('a run', () => {
  it('stores the bytes, the exact digits, the checkpoint and the counters', async () => {
    const body = `[${ticker({ id: 'btc-bitcoin', price: '44456.5143042060' })},${ticker({ id: 'tik-tiktok', price: '3.84e-18' })}]`;
    await script('/coinpaprika/tickers', { body });
    expect(await run('coinpaprika')).toMatchObject({ outcome: 'ended', status: 'succeeded' });
    expect(await facts()).toMatchObject([
      { external_id: 'btc-bitcoin', revision: 1, price_usd: '44456.5143042060', superseded: false },
      { external_id: 'tik-tiktok', revision: 1, price_usd: '0.00000000000000000384', superseded: false },
    ]);
    expect(await lastRun()).toMatchObject({
      status: 'succeeded',
      read: 3,
      inserted: 3,
      duplicate: 0,
      rejected: 0,
    });
    expect(await rows(sql`select endpoint from checkpoints order by 1`)).toEqual([
      { endpoint: 'global' },
      { endpoint: 'tickers' },
    ]);
    const [raw] = await rows<{ r2_key: string; size_bytes: string; beat_seconds: number }>(
      sql`select r2_key, size_bytes, beat_seconds from raw_payloads where endpoint = 'tickers'`,
    );
    expect(raw).toMatchObject({ size_bytes: String(body.length), beat_seconds: 300 });
    const kept = await testDeps().raw.get(raw?.r2_key ?? '');
    const text = await new Response(kept?.body.pipeThrough(new DecompressionStream('gzip'))).text();
    expect(text).toBe(body);
  });

  it('adds nothing if the same bytes come again', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin' })}]` });
    await run('coinpaprika');
    const version = await rows(sql`select version::text from tape_version`);
    await run('coinpaprika');
    expect(await facts()).toHaveLength(1);
    expect(await lastRun()).toMatchObject({ status: 'succeeded', read: 2, inserted: 0, duplicate: 2 });
    expect(await rows(sql`select version::text from tape_version`)).toEqual(version);
  });

  it('supersedes a changed value for the same instant and keeps the old row', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin', price: '1.0' })}]` });
    await run('coinpaprika');
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin', price: '1.00' })}]` });
    await run('coinpaprika');
    expect(await facts()).toHaveLength(1); // 1.0 is 1.00
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin', price: '2' })}]` });
    await run('coinpaprika');
    expect(await facts()).toMatchObject([
      { revision: 1, price_usd: '1.0', superseded: true },
      { revision: 2, price_usd: '2', superseded: false },
    ]);
    expect(
      await rows(sql`select o1.superseded_at = o2.known_at as joined, l.price_usd, l.revision, c.observations::int as observations,
          c.revisions::int as revisions, s.observations::int as source_observations
        from observations o1 join observations o2 on o2.revision = 2 and o2.listing_id = o1.listing_id
        join latest_observations l on l.listing_id = o1.listing_id
        join counts c on c.listing_id = o1.listing_id join source_counts s on s.source = o1.source
        where o1.revision = 1`),
    ).toEqual([
      { joined: true, price_usd: '2', revision: 2, observations: 1, revisions: 2, source_observations: 1 },
    ]);
  });

  it('adds an observation when the instant moves on, and follows it in latest_observations', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin', price: '1' })}]` });
    await run('coinpaprika');
    await script('/coinpaprika/tickers', {
      body: `[${ticker({ id: 'btc-bitcoin', price: '3', last_updated: '2026-01-10T10:05:00Z' })}]`,
    });
    await run('coinpaprika');
    expect(await facts()).toMatchObject([{ price_usd: '1' }, { price_usd: '3' }]);
    expect(await rows(sql`select price_usd, revision, beat_seconds from latest_observations`)).toEqual([
      { price_usd: '3', revision: 1, beat_seconds: 300 },
    ]);
    // An older reading never replaces a newer one.
    await script('/coinpaprika/tickers', {
      body: `[${ticker({ id: 'btc-bitcoin', price: '2', last_updated: '2026-01-10T10:02:00Z' })}]`,
    });
    await run('coinpaprika');
    expect(await rows(sql`select price_usd from latest_observations`)).toEqual([{ price_usd: '3' }]);
  });

  it('rejects a broken record and a contradiction within one payload, and continues', async () => {
    const body = `[${ticker({ id: 'a-a', price: '1' })},{"id":"b-b","name":7},${ticker({ id: 'a-a', price: '2' })},${ticker({ id: 'a-a', price: '1' })}]`;
    await script('/coinpaprika/tickers', { body });
    await run('coinpaprika');
    expect(await facts()).toMatchObject([{ external_id: 'a-a', price_usd: '1' }]);
    expect(await rows(sql`select pointer, code, external_id from rejects order by pointer`)).toEqual([
      { pointer: '/1', code: 'contract_broken', external_id: 'b-b' },
      { pointer: '/2', code: 'conflicting_record', external_id: 'a-a' },
    ]);
    expect(await lastRun()).toMatchObject({
      status: 'succeeded',
      read: 5,
      inserted: 2,
      duplicate: 1,
      rejected: 2,
    });
  });

  it('loads a full list in at most six round trips', async () => {
    const tickers = Array.from({ length: 3795 }, (_, i) => ticker({ id: `c${i}-coin`, price: `${i}.25` }));
    await script('/coinpaprika/tickers', { body: `[${tickers.join(',')}]` });
    const calls = vi.spyOn(globalThis, 'fetch');
    expect(await run('coinpaprika')).toMatchObject({ status: 'succeeded' });
    const roundTrips = calls.mock.calls.filter(([url]) => String(url).endsWith('/sql')).length;
    calls.mockRestore();
    expect(await lastRun()).toMatchObject({ read: 3796, inserted: 3796 });
    // Start, end, and two for each of the two replies: store it, load it.
    expect(roundTrips).toBe(6);
  });

  it('requests pages until one is empty', async () => {
    await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
    await run('coingecko');
    const urls = (await asked()).map(({ url }) => new URL(url, 'http://x'));
    expect(urls.map((url) => `${url.pathname}:${url.searchParams.get('page')}`)).toEqual([
      '/coingecko/coins/markets:1',
      '/coingecko/coins/markets:2',
      '/coingecko/global:null',
      '/coingecko/exchange_rates:null',
    ]);
    expect(await lastRun()).toMatchObject({ status: 'succeeded', read: 2, inserted: 2 });
  });

  it('identifies itself', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
    await run('coinpaprika');
    expect((await asked())[0]?.headers['user-agent']).toMatch(/^cointape\//);
  });

  it('loads market totals once per instant', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
    await run('coinpaprika');
    await run('coinpaprika');
    expect(
      await rows(
        sql`select source, market_cap_usd, bitcoin_dominance_percent, assets_count from market_totals`,
      ),
    ).toEqual([
      {
        source: 'coinpaprika',
        market_cap_usd: '1894098295891',
        bitcoin_dominance_percent: '44.14',
        assets_count: 3795,
      },
    ]);
  });
});

describe('an upstream that fails', () => {
  const nonsense: [name: string, reply: Parameters<typeof script>[1], code: string][] = [
    ['a server error', { status: 500, body: 'oops' }, 'upstream_failed'],
    [
      'a rate limit',
      { status: 429, retry_after: '1', body: '{"status":{"error_code":429}}' },
      'upstream_rate_limited',
    ],
    ['Throttled', { status: 429, content_type: 'text/plain', body: 'Throttled' }, 'upstream_rate_limited'],
    ['Throttled with status 200', { body: 'Throttled' }, 'upstream_rate_limited'],
    [
      'a rate limit with status 200',
      { body: '{"status":{"error_code":429,"error_message":"limit reached"}}' },
      'upstream_rate_limited',
    ],
    ['a block', { status: 403, body: '{"error":"forbidden"}' }, 'upstream_banned'],
    ['a plan limit', { status: 402, body: '{"error":"payment required"}' }, 'upstream_plan_limit'],
    [
      'an HTML page',
      { content_type: 'text/html', body: '<!DOCTYPE html><title>Just a moment</title>' },
      'upstream_unreadable',
    ],
    ['truncated JSON', { body: `[${ticker({ id: 'a-a' })},{"id":"b` }, 'upstream_unreadable'],
    ['an error object with status 200', { body: '{"error":"maintenance"}' }, 'upstream_unreadable'],
    ['an empty list', { body: '[]' }, 'upstream_unreadable'],
    ['a redirect', { status: 302, body: '' }, 'upstream_refused'],
    ['records of another shape', { body: '[{"coin":"btc"},{"coin":"eth"}]' }, 'contract_broken'],
  ];
  it.each(nonsense)('ends partial and keeps the reply: %s', async (_name, reply, code) => {
    await script('/coinpaprika/tickers', reply);
    expect(await run('coinpaprika')).toMatchObject({ outcome: 'ended', status: 'partial' });
    expect(await lastRun()).toMatchObject({ error_code: code, read: code === 'contract_broken' ? 3 : 1 });
    const kept = await rows<{ status: string; size: string }>(
      sql`select status, size_bytes::text as size from raw_payloads where endpoint = 'tickers'`,
    );
    expect(kept.length).toBeGreaterThanOrEqual(1);
    expect(kept[0]).toEqual({ status: reply.status ?? 200, size: String(reply.body.length) });
    expect(await rows(sql`select 1 from checkpoints where endpoint = 'tickers'`)).toEqual([]);
    // The next run recovers.
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
    expect(await run('coinpaprika')).toMatchObject({ status: 'succeeded' });
    expect(await facts()).toMatchObject([{ external_id: 'a-a', revision: 1 }]);
  });

  it('without any reply the run fails, and is not a success with zero rows', async () => {
    const deps = testDeps({}, { COINPAPRIKA_BASE_URL: 'http://127.0.0.1:1/nobody' });
    expect(await run('coinpaprika', deps)).toMatchObject({ status: 'failed' });
    expect(await lastRun()).toMatchObject({ status: 'failed', read: 0, error_code: 'upstream_unreachable' });
  });

  it('is retried within the run after Retry-After', async () => {
    const waits: number[] = [];
    await script('/coinpaprika/tickers', { status: 429, retry_after: '7', body: 'slow down' });
    const deps = testDeps({
      sleep: async (ms) => {
        waits.push(ms);
        await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
      },
    });
    expect(await run('coinpaprika', deps)).toMatchObject({ status: 'succeeded' });
    expect(waits).toEqual([7000]);
    expect(await rows(sql`select status from raw_payloads where endpoint = 'tickers' order by id`)).toEqual([
      { status: 429 },
      { status: 200 },
    ]);
  });
});

describe('leases', () => {
  it('let one run of a source work at a time', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
    const outcomes = await Promise.all([run('coinpaprika'), run('coinpaprika'), run('coinpaprika')]);
    expect(outcomes.filter((o) => o.outcome === 'ended').length).toBeGreaterThanOrEqual(1);
    expect(await facts()).toHaveLength(1);
    expect(await rows(sql`select status from runs where status <> 'succeeded'`)).toEqual([]);
  });

  it('pass to the next run when the holder died, which closes the orphan', async () => {
    await rows(sql`insert into runs (source, trigger, status, accepted_at, started_at)
      values ('coinpaprika', 'cron', 'running', now() - interval '2 minutes', now() - interval '2 minutes')`);
    await rows(
      sql`insert into leases (name, token, expires_at) values ('coinpaprika', 7, now() + interval '1 minute')`,
    );
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
    expect(await run('coinpaprika')).toMatchObject({ outcome: 'busy' });
    await rows(sql`update leases set expires_at = now() - interval '1 second'`);
    expect(await run('coinpaprika')).toMatchObject({ outcome: 'ended', status: 'succeeded' });
    expect(await rows(sql`select status, error_code from runs order by id`)).toEqual([
      { status: 'failed', error_code: 'interrupted' },
      { status: 'succeeded', error_code: null },
    ]);
  });

  it('fence out a holder that was presumed dead: its commit is rolled back', async () => {
    const body = `[${ticker({ id: 'a-a' })}]`;
    const deps = testDeps({
      // Another run takes over while the reply is being received.
      fetch: async () => {
        await rows(sql`update leases set token = token + 1`);
        return new Response(body);
      },
    });
    await expect(run('coinpaprika', deps)).rejects.toMatchObject({ code: 'lease_lost' });
    expect(await facts()).toEqual([]);
  });
});

describe('a commit whose reply is lost', () => {
  it('is not repeated', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
    let lost = 0;
    // The load is the batch with the most statements; its answer is dropped once, after the commit.
    const deps = loseAnswers((queries) => queries > 7 && lost++ === 0);
    expect(await run('coinpaprika', deps)).toMatchObject({ status: 'succeeded' });
    expect(lost).toBeGreaterThan(0);
    expect(await lastRun()).toMatchObject({ read: 2, inserted: 2, duplicate: 0 });
    expect(await rows(sql`select observations::int as n from source_counts`)).toEqual([{ n: 1 }]);
  });
});

/** Deps whose database executes everything, but whose answer to some batches never arrives. */
function loseAnswers(isLost: (queries: number) => boolean) {
  const deps = testDeps();
  const db = new Proxy(deps.db, {
    get(target, key, receiver) {
      if (key !== 'batch') return Reflect.get(target, key, receiver);
      return async (queries: Parameters<typeof target.batch>[0]) => {
        const result = await target.batch(queries);
        if (isLost(queries.flat().length)) throw new AppError('database_unavailable', 'fetch failed');
        return result;
      };
    },
  });
  return { ...deps, db };
}

describe('the mode of the database', () => {
  it('keeps live and sandbox data apart', async () => {
    await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'a-a' })}]` });
    await run('coinpaprika');
    await expect(run('coinpaprika', testDeps({}, { UPSTREAMS: 'sandbox' }))).rejects.toMatchObject({
      code: 'wrong_mode',
    });
    expect(await rows(sql`select count(*)::int as n from runs`)).toEqual([{ n: 1 }]);
  });
});
