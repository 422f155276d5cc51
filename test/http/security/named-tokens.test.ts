import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Deps } from '../../../src/deps.ts';
import type { Env } from '../../../src/env.ts';
import { createApp } from '../../../src/http/app.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer, testEnv } from '../../support/http.ts';

beforeEach(emptyDatabase);

const READ_TOKEN = 'plain, app=app-old, app=app-new, batch=s3=cret==';
const LOCKED = { READ_ACCESS: 'token', READ_TOKEN };
/** Never writes its counts: a write after the reply would meet the tables of a later test. */
const UNWRITTEN = { sleep: () => new Promise<void>(() => {}) };

describe('a named token', () => {
  it.each(['plain', 'app-old', 'app-new', 's3=cret=='])('%s opens reading', async (token) => {
    const question = { vars: LOCKED, headers: bearer(token), deps: UNWRITTEN };
    expect((await ask('/assets', question)).status).toBe(200);
  });

  it.each(['app=app-old', 'app', 'batch', 's3'])('%s, with its name or in part, does not', async (token) => {
    expect((await ask('/assets', { vars: LOCKED, headers: bearer(token) })).status).toBe(401);
  });

  it('opens nothing but reading', async () => {
    const vars = { ...LOCKED, SCHEDULER_TOKEN: 'operate' };
    const question = { vars, method: 'POST', headers: bearer('app-old'), deps: UNWRITTEN };
    expect((await ask('/trigger-etl', question)).status).toBe(401);
  });

  it('of two holders is refused, as are more than can be compared', async () => {
    for (const given of [
      'app=same,other=same',
      'same,app=same',
      Array.from({ length: 101 }, (_, n) => `t${n}`).join(),
    ]) {
      const answer = await ask('/assets', { vars: { ...LOCKED, READ_TOKEN: given } });
      expect(answer.json).toMatchObject({ status: 500, code: 'misconfigured' });
    }
  });
});

/** A limiter that refuses some keys. */
function limiter(full: string[] = []) {
  const keys: string[] = [];
  const limit = async ({ key }: { key: string }) => {
    keys.push(key);
    return { success: !full.includes(key) };
  };
  return { keys, binding: { limit } as RateLimit };
}

describe('the rate limit', () => {
  const question = (token: string, { binding }: ReturnType<typeof limiter>) => ({
    vars: { ...LOCKED, RATE_LIMIT: 'on', RATE_LIMITER: binding },
    headers: { ...bearer(token), 'CF-Connecting-IP': '192.0.2.7' },
    deps: UNWRITTEN,
  });

  it('applies to each name, for all its tokens, and separately to each address', async () => {
    const watched = limiter();
    for (const token of ['app-old', 'app-new', 's3=cret==', 'plain', 'wrong'])
      await ask('/assets', question(token, watched));
    expect(watched.keys).toEqual([
      'read token app',
      'read token app',
      'read token batch',
      '192.0.2.7',
      '192.0.2.7',
    ]);
  });

  it("of one reader is separate from another's, and from that of their common address", async () => {
    const ofApp = limiter(['read token app']);
    const refused = await ask('/assets', question('app-new', ofApp));
    expect(refused.json).toMatchObject({
      status: 429,
      detail: 'Too many requests with the read token of app. Wait a minute.',
    });
    expect((await ask('/assets', question('s3=cret==', ofApp))).status).toBe(200);
    expect((await ask('/assets', question('s3=cret==', limiter(['192.0.2.7'])))).status).toBe(200);
  });
});

/** An app of one isolate whose writes wait until they are released. */
function isolate(vars: Record<string, unknown> = {}) {
  const { promise: written, resolve: write } = Promise.withResolvers<void>();
  const statements: string[] = [];
  const replaced = (deps: Deps): Partial<Deps> => ({
    sleep: () => written,
    db: {
      ...deps.db,
      execute: (name: Parameters<Deps['db']['execute']>[0]) => {
        statements.push(name);
        return deps.db.execute(name) as never;
      },
    },
  });
  const app = createApp({
    makeDeps: () => {
      const deps = testDeps({}, LOCKED);
      return { ...deps, ...replaced(deps) };
    },
  });
  const env = { ...testEnv, ...vars } as Env;
  const contexts: ExecutionContext[] = [];
  return {
    statements,
    async get(path: string, token: string) {
      const context = createExecutionContext();
      contexts.push(context);
      const request = new Request(`https://tape.test${path}`, { headers: bearer(token) });
      const response = await app.fetch(request, env, context);
      await response.text();
      return response.status;
    },
    async written() {
      write();
      for (const context of contexts) await waitOnExecutionContext(context);
    },
  };
}

const statsFor = async (token: string | null, vars: Record<string, string> = {}) => {
  const headers = token === null ? {} : bearer(token);
  const answer = await ask('/stats', {
    vars: { ...LOCKED, ...vars },
    headers,
    deps: UNWRITTEN,
  });
  return (answer.json as { read_tokens?: Record<string, unknown>[] }).read_tokens;
};
const counts = (day: number, month = day, total = month) => ({ day, month, total });

describe('a request with a named token is counted', () => {
  it('in one statement for many requests of any status', async () => {
    const one = isolate();
    const paths = ['/assets', '/assets?limit=0', '/nowhere', '/health', '/runs/77'];
    const statuses = [];
    for (const path of paths) statuses.push(await one.get(path, 'app-new'));
    expect(statuses).toEqual([200, 400, 404, 200, 404]);
    await one.get('/assets', 's3=cret==');
    await one.get('/assets', 'plain');
    await one.get('/assets', 'wrong');
    expect(one.statements).not.toContain('access.count');
    await one.written();
    expect(one.statements.filter((name) => name === 'access.count')).toHaveLength(1);
    expect(await statsFor('plain')).toEqual([
      {
        name: 'app',
        is_set: true,
        requests: counts(5),
        limited: counts(0),
        first_at: expect.any(String),
        last_at: expect.any(String),
      },
      expect.objectContaining({ name: 'batch', requests: counts(1) }),
    ]);
  });

  it('by isolates that do not know of each other', async () => {
    const [one, two] = [isolate(), isolate()];
    for (const each of [one, two, two]) await each.get('/livez', 'app-old'); // before everything, and not counted
    for (const each of [one, two, two]) await each.get('/', 'app-old');
    await Promise.all([one.written(), two.written()]);
    expect(await statsFor('plain')).toMatchObject([{ name: 'app', requests: counts(3) }, { name: 'batch' }]);
  });

  it('even if refused', async () => {
    const answer = await ask('/assets', {
      vars: { ...LOCKED, RATE_LIMIT: 'on', RATE_LIMITER: limiter(['read token app']).binding },
      headers: bearer('app-old'),
      deps: { sleep: async () => {} },
    });
    expect(answer.status).toBe(429);
    await expect
      .poll(() => statsFor('plain'))
      .toMatchObject([{ name: 'app', requests: counts(1), limited: counts(1) }, { name: 'batch' }]);
  });

  it('by day and by month, and in total', async () => {
    const write = async () => {
      const one = isolate();
      await one.get('/', 'app-old');
      await one.written();
    };
    await write();
    await rows(sql`update read_token_counts set day = day - 1`);
    expect(await statsFor('plain')).toMatchObject([{ requests: counts(0, 1) }, {}]);
    await write();
    expect(await statsFor('plain')).toMatchObject([{ requests: counts(1, 2) }, {}]);
    await rows(sql`update read_token_counts set month = month - interval '1 month', day = day - 31`);
    await write();
    expect(await statsFor('plain')).toMatchObject([{ requests: counts(1, 1, 3) }, {}]);
    // Written by an isolate whose clock is ahead: no count is reduced.
    await rows(sql`update read_token_counts set day = day + 1`);
    await write();
    expect(await rows(sql`select requests::int, day_requests::int from read_token_counts`)).toEqual([
      { requests: 4, day_requests: 2 },
    ]);
  });

  it('and shown to clients that send a read token, if there are names', async () => {
    const open = { READ_ACCESS: 'public' };
    expect(await statsFor('app-old')).toHaveLength(2);
    expect(await statsFor('app-old', open)).toHaveLength(2);
    for (const token of [null, 'wrong']) expect(await statsFor(token, open)).toBe(undefined);
    expect(await statsFor('plain', { READ_TOKEN: 'plain' })).toBe(undefined);
  });

  it('of a removed name, as removed', async () => {
    const one = isolate();
    await one.get('/', 'app-old');
    await one.written();
    expect(await statsFor('s3=cret==', { READ_TOKEN: 'batch=s3=cret==' })).toMatchObject([
      { name: 'app', is_set: false, requests: counts(1) },
      { name: 'batch', is_set: true, requests: counts(0), first_at: null, last_at: null },
    ]);
  });
});
