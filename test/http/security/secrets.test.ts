import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '../../../src/db/client.ts';
import { makeDeps } from '../../../src/deps.ts';
import type { Env } from '../../../src/env.ts';
import { ENDPOINTS } from '../../../src/http/endpoints.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { createLog } from '../../../src/log.ts';
import { emptyDatabase, rows } from '../../support/deps.ts';
import { ask, bearer, testEnv } from '../../support/http.ts';
import { asked, coingeckoUrl, coinpaprikaUrl, forgetScript, script } from '../../support/upstream.ts';

// Every secret is a text that cannot occur by chance. The tests then do everything that could reveal one.
const SECRETS = {
  SCHEDULER_TOKEN: 'canary-scheduler-7f3a9c',
  UPLOAD_TOKEN: 'canary-upload-7f3a9c',
  READ_TOKEN: 'canary-read-7f3a9c',
  COINPAPRIKA_API_KEY: 'canary-paprika-7f3a9c',
  COINGECKO_API_KEY: 'canary-gecko-7f3a9c',
  ALERT_WEBHOOK_URL: 'https://hooks.test/canary-hook-7f3a9c',
};
const LEAK = /canary-\w+-7f3a9c/;
const vars = {
  ...SECRETS,
  COINPAPRIKA_BASE_URL: '',
  COINGECKO_BASE_URL: '',
  LOG_LEVEL: 'debug',
};
const logged: string[] = [];

beforeAll(async () => {
  for (const level of ['debug', 'info', 'warn', 'error', 'log'] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void logged.push(words.map(String).join(' ')));
  await emptyDatabase();
  await forgetScript();
  Object.assign(vars, { COINPAPRIKA_BASE_URL: coinpaprikaUrl(), COINGECKO_BASE_URL: coingeckoUrl() });
});
afterAll(() => vi.restoreAllMocks());

const deps = () => {
  const made = makeDeps({ ...testEnv, ...vars } as Env);
  const hook: typeof fetch = async (url, init) => {
    if (String(url).startsWith('https://hooks.test')) throw new TypeError(`cannot reach ${String(url)}`);
    return fetch(url, init);
  };
  return { ...made, fetch: hook, sleep: async () => {} };
};
/** All text in the database. */
const stored = async () => {
  const tables = await rows<{ name: string }>(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const lists = await Promise.all(
    tables.map(({ name }) => rows<{ row: string }>(sql.raw(`select t::text as row from public."${name}" t`))),
  );
  return lists.flat().map(({ row }) => row);
};

/** Those of these texts that contain a secret. */
const leaks = (...texts: string[]) => texts.filter((text) => LEAK.test(text));

describe('when upstreams fail in every way', () => {
  it.each<[string, number, (key: string) => string]>([
    [
      'refuse the key and repeat it',
      401,
      (key) => `{"status":{"error_code":10002,"error_message":"Unknown: ${key}"}}`,
    ],
    ['redirect', 302, () => ''],
    ['fail', 500, (key) => `header was ${key}`],
    ['send no JSON', 200, (key) => `<p>${key}</p>`],
    ['send another shape', 200, () => '{"a":1}'],
  ])('they %s', async (_, status, body) => {
    await rows(sql`truncate upstreams, checkpoints`);
    for (const path of ['/coinpaprika/tickers', '/coinpaprika/global'])
      await script(path, { status, body: body(SECRETS.COINPAPRIKA_API_KEY) });
    for (const path of ['/coingecko/coins/markets', '/coingecko/global'])
      await script(path, { status, body: body(SECRETS.COINGECKO_API_KEY) });
    await tick(deps(), Date.parse('2026-01-10T10:00:00Z')).catch(() => {});
    expect(leaks(...logged, ...(await stored()))).toEqual([]);
    for (const path of ['/health', '/stats', '/runs', '/gaps', '/metrics', '/drift']) {
      const { text } = await ask(path, { vars, headers: bearer(SECRETS.READ_TOKEN) });
      expect(leaks(text), path).toEqual([]);
    }
  });

  it('the logs are not empty, and the keys were sent', async () => {
    expect(logged.filter((line) => line.includes('upstream.failed')).length).toBeGreaterThan(4);
    const headers = JSON.stringify(await asked());
    expect(headers).toContain(SECRETS.COINGECKO_API_KEY);
    expect(headers).toContain(SECRETS.COINPAPRIKA_API_KEY);
  });
});

describe('no reply and no log line of any request contains a secret', () => {
  const targets = ENDPOINTS.map(({ method, path }) => [
    method.toUpperCase(),
    path.replace('{sha256}', 'a'.repeat(64)).replace('{id}', '1'),
  ]);
  const broken = connect('postgres://canary:canary-database-7f3a9c@127.0.0.1:9/none', {
    log: createLog('debug'),
  });

  it.each(targets)('%s %s', async (method, path) => {
    for (const token of Object.values(SECRETS))
      for (const question of [
        {},
        { deps: { db: broken } },
        { vars: { ...vars, POLL_MINUTES: 'x', READ_TOKEN: '' } },
      ]) {
        const { text, headers } = await ask(path, { method, vars, headers: bearer(token), ...question });
        expect(leaks(text, JSON.stringify([...headers]))).toEqual([]);
      }
    expect(leaks(...logged.splice(0))).toEqual([]);
  });

  it('nor does a statement that fails in a new way', async () => {
    const db = { execute: () => () => Promise.reject(new TypeError('a new way')) };
    const { text } = await ask('/runs', {
      vars,
      headers: bearer(SECRETS.READ_TOKEN),
      deps: { db: db as never },
    });
    expect(leaks(text, ...logged)).toEqual([]);
    expect(logged.splice(0).join('\n')).toContain('TypeError: a new way');
  });

  it('nor does a bug that throws one', async () => {
    const db = {
      execute: () => () => Promise.reject(new Error(SECRETS.UPLOAD_TOKEN)),
      batch: () => Promise.reject('x'),
    };
    const { text } = await ask('/runs', {
      vars,
      headers: bearer(SECRETS.READ_TOKEN),
      deps: { db: db as never },
    });
    expect(text).not.toMatch(LEAK);
  });
});

it.each([
  ['DATABASE_URL', 'postgres:/canary-database-7f3a9c'],
  ['COINGECKO_BASE_URL', 'https://user:canary-user-7f3a9c@gecko.test/v3'],
  ['COINGECKO_BASE_URL', 'https://gecko.test/v3?key=canary-query-7f3a9c'],
  ['ALERT_WEBHOOK_URL', 'ftp://canary-hook-7f3a9c'],
  ['ALERT_WEBHOOK_URL', 'https://hooks.test@canary-hook-7f3a9c/'],
  ['READ_TOKEN', 'app=canary-a-7f3a9c,other=canary-a-7f3a9c'],
])('a wrong %s is named, not shown', async (name, value) => {
  const answer = await ask('/data', { vars: { [name]: value } });
  expect(answer.json).toMatchObject({ code: 'misconfigured', detail: expect.stringContaining(name) });
  expect(answer.text).not.toMatch(LEAK);
});
