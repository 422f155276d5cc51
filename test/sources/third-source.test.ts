import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readSettings, type Settings } from '../../src/env.ts';
import { poll } from '../../src/ingest/poll/run.ts';
import { tick } from '../../src/ingest/queue/tick.ts';
import * as registry from '../../src/sources/registry.ts';
import { sourceSettings } from '../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { ask, bearer, testEnv } from '../support/http.ts';
import { type SeedRow, seed, seedAssets, seedRuns } from '../support/tape.ts';

// vitest disables a storage when no mock is being made; workerd has storages that cannot be disabled, and need not
// be.
await vi.hoisted(async () => {
  const { AsyncLocalStorage } = await import('node:async_hooks');
  Object.defineProperty(AsyncLocalStorage.prototype, 'disable', { value: () => {} });
});
// A source that is one folder and one line of the list, beside the existing ones.
vi.mock('../../src/sources/list.ts', async (original) => {
  const { LIST } = await original<{ LIST: readonly unknown[] }>();
  const { dummy } = await import('../support/dummy-source.ts');
  return { LIST: [...LIST, dummy] };
});

const NOW = '2026-01-10T12:00:00Z';
const deps = { now: () => new Date(NOW) };
const ON = { SOURCES: 'coinpaprika,coingecko,dummy' };
const { db } = testDeps();

const settings = (variables: Record<string, string>): Settings =>
  readSettings({ ...testEnv, COINPAPRIKA_BASE_URL: '', COINGECKO_BASE_URL: '', ...variables });
const rootOf = (id: string, variables: Record<string, string>) =>
  sourceSettings(settings(variables), id).base_url;
const row = (listing: string, price_usd: string, more: Partial<SeedRow> = {}): SeedRow => {
  const [source = '', external_id = ''] = listing.split(':');
  return { source, external_id, price_usd, observed_at: '2026-01-10T11:59:00Z', ...more };
};

beforeEach(emptyDatabase);

describe('the list of sources', () => {
  it('contains it at its position, files last', () => {
    expect(registry.SOURCE_IDS.slice(-2)).toEqual(['dummy', 'csv']);
    expect(registry.ANSWER_ORDER.slice(-2)).toEqual(['dummy', 'csv']);
    expect(registry.ANSWER_ORDER.slice(0, 2)).toEqual(['coingecko', 'coinpaprika']);
    expect(registry.NAMING_ORDER.at(-1)).toBe('dummy');
    expect(registry.NAMING_ORDER.slice(0, 2)).toEqual(['coinpaprika', 'coingecko']);
    expect(registry.POLLED_BY_DEFAULT).toEqual(['coinpaprika', 'coingecko']);
    expect(registry.recordContractOf('dummy', 'coins?page=1')).toMatchObject({
      source: 'dummy',
      name: 'coins',
    });
  });

  it('has its own variables, one of them secret', () => {
    const variables = registry.polledSource('dummy')?.variables;
    expect(variables?.map(({ name }) => name)).toEqual([
      'DUMMY_BASE_URL',
      'DUMMY_API_KEY',
      'DUMMY_PLAN',
      'DUMMY_PAGES',
      'DUMMY_CALLS_PER_MONTH',
    ]);
    expect(variables?.filter(({ is_secret }) => is_secret).map(({ name }) => name)).toEqual([
      'DUMMY_API_KEY',
    ]);
  });

  it('names each bad variable in one error', () => {
    const bad = { SOURCES: 'coingecko,nobody', DUMMY_PLAN: 'huge', DUMMY_PAGES: '10', COINGECKO_PAGES: 'x' };
    expect(() => settings(bad)).toThrow(/SOURCES .*COINGECKO_PAGES .*DUMMY_PLAN .*DUMMY_PAGES /);
    expect(() => settings({ DUMMY_BASE_URL: 'https://dummy.test/?key=1' })).toThrow(/DUMMY_BASE_URL must be/);
  });
});

describe('its address and its key', () => {
  it.each([
    ['coinpaprika', {}, 'https://api.coinpaprika.com/v1'],
    ['coinpaprika', { COINPAPRIKA_API_KEY: 'k' }, 'https://api-pro.coinpaprika.com/v1'],
    ['coingecko', {}, 'https://api.coingecko.com/api/v3'],
    ['coingecko', { COINGECKO_PLAN: 'pro' }, 'https://api.coingecko.com/api/v3'],
    ['coingecko', { COINGECKO_API_KEY: 'k' }, 'https://api.coingecko.com/api/v3'],
    ['coingecko', { COINGECKO_API_KEY: 'k', COINGECKO_PLAN: 'pro' }, 'https://pro-api.coingecko.com/api/v3'],
    ['dummy', { COINGECKO_API_KEY: 'k', COINGECKO_PLAN: 'pro' }, 'https://free.dummy.test/api'],
    ['dummy', { DUMMY_API_KEY: 'k' }, 'https://small.dummy.test/api'],
    ['dummy', { DUMMY_API_KEY: 'k', DUMMY_PLAN: 'large' }, 'https://large.dummy.test/api'],
    ['dummy', { DUMMY_API_KEY: 'k', DUMMY_BASE_URL: 'https://own.test/' }, 'https://own.test'],
  ])('%s with %o is called at %s', (id, variables, root) => {
    expect(rootOf(id, variables)).toBe(root);
  });

  it('are nobody else’s: an unknown source has none', () => {
    const given = settings({ ...ON, COINGECKO_API_KEY: 'gecko-key' });
    expect(() => sourceSettings(given, 'kraken')).toThrow('No source is called kraken.');
    expect(() => sourceSettings(given, 'csv')).toThrow('No source is called csv.');
  });

  it('go together: every call has the key of its own vendor and no other', async () => {
    const asked: { host: string; text: string }[] = [];
    const spied = testDeps(
      {
        ...deps,
        fetch: async (url, init) => {
          asked.push({ host: new URL(String(url)).host, text: JSON.stringify([url, init?.headers]) });
          return new Response('[]');
        },
      },
      {
        ...ON,
        COINPAPRIKA_BASE_URL: '',
        COINGECKO_BASE_URL: '',
        COINPAPRIKA_API_KEY: 'paprika-key',
        COINGECKO_API_KEY: 'gecko-key',
        COINGECKO_PLAN: 'pro',
        DUMMY_API_KEY: 'dummy-key',
      },
    );
    await tick(spied, Date.parse(NOW)).catch(() => {});
    const keys = asked.map(({ host, text }) => [host, ...(text.match(/\w+-key\b/g) ?? []).filter(isKey)]);
    expect(Object.fromEntries(keys.map(([host, ...found]) => [host, found]))).toEqual({
      'api-pro.coinpaprika.com': ['paprika-key'],
      'pro-api.coingecko.com': ['gecko-key'],
      'small.dummy.test': ['dummy-key'],
    });
    expect(new Set(keys.map(String)).size).toBe(3);
  });

  it('never appear in its errors', async () => {
    const spied = testDeps(
      { ...deps, fetch: async () => new Response('Unknown key: dummy-key', { status: 401 }) },
      { ...ON, DUMMY_API_KEY: 'dummy-key' },
    );
    const source = registry.polledSource('dummy');
    if (source === undefined) throw new Error('It is registered.');
    await poll(spied, { source, requests: source.requests(sourceSettings(spied.settings, 'dummy')) });
    const [run] = await rows<{ error_code: string; error_message: string }>(
      sql`select error_code, error_message from runs`,
    );
    expect(run?.error_code).toBe('upstream_key_refused');
    expect(run?.error_message).toContain('Unknown key: (the key)');
  });
});

const isKey = (text: string) => ['paprika-key', 'gecko-key', 'dummy-key'].includes(text);

interface Health {
  sources: { source: string; status: string; stale: boolean; message: string | null }[];
}
const health = async (vars: Record<string, string> = ON) =>
  (await ask('/health', { deps, vars })).json as Health;

describe('its state', () => {
  const started = { started_at: '2026-01-10T11:58:00Z', finished_at: '2026-01-10T11:58:01Z' };

  it('is degraded when its run failed, with the remedy', async () => {
    const error: [string, string] = ['upstream_key_refused', 'coins answered 401.'];
    await seedRuns(db, [{ source: 'dummy', status: 'failed', ...started, error }]);
    expect((await health()).sources.find(({ source }) => source === 'dummy')).toMatchObject({
      status: 'degraded',
      message: expect.stringContaining(
        'Check DUMMY_API_KEY; DUMMY_PLAN=small goes with DUMMY_BASE_URL=https://small.dummy.test/api, ' +
          'large with https://large.dummy.test/api.',
      ),
    });
  });

  it('is stale after three of its own beats', async () => {
    const at = (time: string) => ({ started_at: time, finished_at: time });
    await seedRuns(db, [{ source: 'dummy', status: 'succeeded', ...at('2026-01-10T11:16:00Z') }]);
    const found = async () => (await health()).sources.find(({ source }) => source === 'dummy');
    expect(await found()).toMatchObject({ status: 'ok', stale: false });
    await db.execute('test.age-runs')(
      sql`update runs set (started_at, finished_at) = ('2026-01-10T11:14Z', '2026-01-10T11:14Z')`,
    );
    expect(await found()).toMatchObject({ status: 'degraded', stale: true });
  });

  it('is not reported while it is off', async () => {
    expect((await health({})).sources.map(({ source }) => source)).toEqual([
      'coinpaprika',
      'coingecko',
      'csv',
    ]);
    expect((await health()).sources.map(({ source }) => source)).toContain('dummy');
    expect((await ask('/metrics', { deps })).text).not.toContain('source_healthy{source="dummy"}');
    expect((await ask('/metrics', { deps, vars: ON })).text).toContain('source_healthy{source="dummy"}');
  });

  it('is in /stats and in the description', async () => {
    const inStats = async (vars: Record<string, string>) => {
      const { sources } = (await ask('/stats', { deps, vars })).json as { sources: { source: string }[] };
      return sources.some(({ source }) => source === 'dummy');
    };
    expect(await inStats(ON)).toBe(true);
    expect(await inStats({})).toBe(false);
    await seed(db, [row('dummy:x', '1')]);
    expect(await inStats({})).toBe(true);
    const described = (vars: Record<string, string>) => ask('/', { deps, vars });
    for (const [vars, polled] of [
      [ON, true],
      [{}, false],
    ] as const)
      expect((await described(vars)).json).toMatchObject({
        sources: expect.arrayContaining([
          {
            source: 'dummy',
            title: 'Dummy Exchange',
            polled,
            attribution: { source: 'dummy', text: 'Data made up by Dummy', url: 'https://dummy.test' },
          },
        ]),
      });
  });

  it('is run by hand only while it is on', async () => {
    const sent: unknown[] = [];
    const queue = { send: async (message: unknown) => void sent.push(message) } as unknown as Queue;
    const trigger = (vars: Record<string, string>, body: string) =>
      ask('/trigger-etl', { method: 'POST', headers: bearer('dev'), body, vars, deps: { ...deps, queue } });
    const named = '{"sources":["dummy"]}';
    expect(await trigger({}, named)).toMatchObject({ status: 400 });
    expect(await trigger(ON, named)).toMatchObject({ status: 202 });
    expect(((await trigger({}, '')).json as { runs: { source: string }[] }).runs).toHaveLength(2);
    expect(((await trigger(ON, '')).json as { runs: { source: string }[] }).runs).toHaveLength(3);
  });
});

describe('its history', () => {
  it('is fetched as far back as its definition says', async () => {
    await seed(db, [row('dummy:a', '1')]);
    const backfill = (days: number) =>
      ask('/backfills', {
        method: 'POST',
        headers: bearer('dev'),
        body: JSON.stringify({ asset: 'dummy:a', days }),
        vars: { SOURCES: 'dummy' },
        deps: { queue: { send: async () => {} } as unknown as Queue },
      });
    const refused = await backfill(91);
    expect([refused.status, refused.json]).toMatchObject([
      400,
      { code: 'invalid_request', detail: 'days must be a whole number from 1 to 90.' },
    ]);
    const accepted = await backfill(90);
    expect([accepted.status, accepted.json]).toMatchObject([202, { run: { source: 'dummy' }, days: 90 }]);
  });

  it('fills gaps of the same age and no older ones', async () => {
    await rows(sql`insert into gaps (source, endpoint, started_at, ended_at, every_minutes, cause, error_code, has_history)
      values ('dummy', 'coins?page=0', '2025-10-01Z', '2025-10-02Z', 15, 'not_running', null, true),
        ('coingecko', 'coins/markets?page=1', '2025-10-01Z', '2025-10-02Z', 10, 'not_running', null, true),
        ('dummy', 'coins?page=0', '2025-11-01Z', '2025-11-02Z', 15, 'not_running', null, true)`);
    const { page } = await ask('/gaps', { deps });
    expect(page.data.map(({ source, status }) => [source, status])).toEqual([
      ['dummy', 'fillable'],
      ['coingecko', 'fillable'],
      ['dummy', 'lost'],
    ]);
  });
});

describe('its rows', () => {
  it('are served and credited, even while it is off', async () => {
    await seed(db, [row('dummy:a', '1'), row('coingecko:a', '2')]);
    const { page } = await ask('/data?source=dummy', { deps });
    expect(page.data.map(({ source }) => source)).toEqual(['dummy']);
    expect(page.meta.attribution).toEqual([
      { source: 'dummy', text: 'Data made up by Dummy', url: 'https://dummy.test' },
    ]);
    expect((await ask('/data?source=nobody', { deps })).status).toBe(400);
    expect((await ask('/prices?asset=dummy:a', { deps })).page.data).toMatchObject([{ source: 'dummy' }]);
  });

  it('are on pages far into the tape', async () => {
    await seed(db, [row('dummy:a', '1'), row('coingecko:a', '2')]);
    await db.execute('test.raw')(sql`
      insert into observations (listing_id, kind, observed_at, revision, source, known_at, price_usd,
        raw_payload_id, pointer, run_id, normalizer_version, flags)
      select l.id, 'spot', timestamptz '2026-01-01Z' + make_interval(mins => n::int), 1, l.source, '2026-01-10Z',
        n, 1, '/0', 1, 1, '{}'
      from listings l cross join generate_series(1, 600) n`);
    await seed(db, []);
    const { page } = await ask('/data?offset=1000&limit=1000', { deps });
    expect(page.pagination.total).toBe(1_202);
    const sources = Map.groupBy(page.data, ({ source }) => source);
    expect(page.data).toHaveLength(202);
    expect([sources.get('dummy')?.length, sources.get('coingecko')?.length]).toEqual([101, 101]);
  });

  it('take part in /divergence, which names the outlier of three', async () => {
    await seed(db, [row('dummy:a', '100'), row('coingecko:a', '101'), row('coinpaprika:a', '150')]);
    const listings = { 'dummy:a': 'own', 'coingecko:a': 'name', 'coinpaprika:a': 'name' };
    await seedAssets(db, [{ id: 'a', listings }]);
    const outlier = async () => (await ask('/divergence', { deps })).page.data[0];
    expect(await outlier()).toMatchObject({ compared: 3, median_price_usd: 101, outlier: 'coinpaprika' });
    await db.execute('test.raw')(sql`update latest_observations set price_usd = 10 where source = 'dummy'`);
    expect(await outlier()).toMatchObject({ compared: 3, median_price_usd: 101, outlier: 'dummy' });
  });
});
