import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { poll } from '../../../src/ingest/poll/run.ts';
import { resolveAssets } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { POLLED_SOURCES, sourceSettings } from '../../../src/sources/registry.ts';
import { rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { codeOf, forgetUploads, get, idOf, ingest, send } from '../../support/upload-requests.ts';
import { forgetScript, geckoGlobal, market, script } from '../../support/upstream.ts';

// Texts of strangers: names of coins, cells of files, names of files, texts of queries.

beforeEach(async () => {
  await forgetUploads();
  await forgetScript();
  await script('/coingecko/global', { body: geckoGlobal() });
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/list', { body: '[]' });
});

/** Polls one page of CoinGecko whose coins have these texts, and resolves their assets. */
async function pollCoins(coins: { id: string; symbol: string; name: string }[]): Promise<void> {
  const body = `[${coins.map((coin) => market(escapedFor(coin))).join(',')}]`;
  await script('/coingecko/coins/markets?page=1', { body });
  const deps = testDeps();
  const [source] = POLLED_SOURCES.filter(({ id }) => id === 'coingecko');
  if (source === undefined) throw new Error('CoinGecko is gone.');
  const settings = sourceSettings(deps.settings, source.id);
  // With its list, by which names are judged.
  await poll(deps, { source, requests: [...source.requests(settings), ...source.catalogRequests(settings)] });
  await resolveAssets(deps);
}
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const escapedFor = ({ id, symbol, name }: { id: string; symbol: string; name: string }) => ({
  id: inJson(id),
  symbol: inJson(symbol),
  name: inJson(name),
});
const found = async (path: string) => (await ask(path)).column('name');

const PROTOTYPE = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

describe('names that objects inherit', () => {
  it('are coins like others', async () => {
    await pollCoins(PROTOTYPE.map((id) => ({ id, symbol: id, name: id })));
    for (const id of PROTOTYPE) {
      expect(await found(`/data?symbol=${id}`)).toEqual([id]);
      expect(await found(`/data?external_id=${id}`)).toEqual([id]);
      expect((await ask(`/prices?symbol=${id}`)).json).toMatchObject({ data: [{ name: id }], missing: [] });
      expect((await ask(`/prices?asset=coingecko:${id}`)).column('name')).toEqual([id]);
    }
    expect((await ask('/assets')).column('name').toSorted()).toEqual(PROTOTYPE.toSorted());
  });

  it('are columns and members like others', async () => {
    const header = 'snapped_at,price,market_cap,total_volume,__proto__,constructor';
    const sent = await send({
      body: `${header}\n2025-01-10,1.5,2,3,polluted,polluted\n`,
      query: '?symbol=ABC&quote=usd',
    });
    await ingest(idOf(sent));
    expect((await get(`/uploads/${idOf(sent)}`)).json).toMatchObject({
      status: 'succeeded',
      rows: { inserted: 1 },
    });
    await script('/coingecko/coins/markets?page=1', {
      body: `[${market({ id: 'bitcoin' }).replace('{', '{"__proto__":{"price_usd":1,"polluted":true},"constructor":{},')}]`,
    });
    await pollCoins([]);
    expect(({} as { polluted?: unknown }).polluted).toBe(undefined);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it.each(['__proto__=1', 'constructor=1', '__proto__[limit]=1', 'limit[__proto__]=1'])(
    'are not parameters: %s',
    async (query) => {
      const { status, json } = await ask(`/data?${query}`);
      expect([status, (json as { errors: { path: string }[] }).errors[0]?.path]).toEqual([
        400,
        query.split('=')[0],
      ]);
    },
  );

  it.each(['{"__proto__":{"sources":["coingecko"]}}', '{"constructor":1}', '{"sources":["__proto__"]}'])(
    'are not members of a body: %s',
    async (body) => {
      const answer = await ask('/trigger-etl', { method: 'POST', headers: bearer('dev'), body });
      expect(codeOf(answer)).toEqual([400, 'invalid_request']);
    },
  );
});

describe('SQL in a text stays a text', () => {
  const ATTACKS = [
    "'; truncate observations; --",
    "' or '1'='1",
    '$1',
    '"; select 1',
    '\\',
    "'||pg_sleep(9)||'",
    '%',
    '_',
  ];

  it('from a source', async () => {
    await pollCoins(ATTACKS.map((text, n) => ({ id: `coin-${n}`, symbol: text, name: text })));
    expect((await ask('/data')).column('name').toSorted()).toEqual(ATTACKS.toSorted());
  });

  it.each([
    'symbol',
    'asset',
    'external_id',
    'q',
    'name',
    'id',
    'start_date',
    'cursor',
    'sort',
    'fields',
    'limit',
  ])('in the parameter %s', async (parameter) => {
    await pollCoins([{ id: 'bitcoin', symbol: 'btc', name: 'Bitcoin' }]);
    for (const attack of ATTACKS)
      for (const path of ['/data', '/assets', '/prices']) {
        const answer = await ask(`${path}?${parameter}=${encodeURIComponent(attack)}`);
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 200) expect(answer.page.data).toEqual([]);
      }
    expect((await ask('/data')).column('name')).toEqual(['Bitcoin']);
  });

  it('in a path, in a body and in the name of a file', async () => {
    for (const attack of ATTACKS.map(encodeURIComponent)) {
      for (const path of [
        `/assets/${attack}`,
        `/runs/${attack}`,
        `/observations/${attack}`,
        `/raw/${attack}`,
      ])
        expect([400, 404]).toContain((await ask(path)).status);
      expect((await send({ query: `?filename=${attack}.csv&venue=${attack}` })).status).toBe(202);
    }
    const [names] = await rows<{ count: string }>(sql`select count(distinct filename) as count from uploads`);
    expect(Number(names?.count)).toBeGreaterThanOrEqual(6);
  });
});

describe('a cell that a spreadsheet would run', () => {
  const FORMULAS = [
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(1)',
    '\t=1',
    '=HYPERLINK("http://x")',
    "=cmd|' /C calc'!A0",
  ];

  it('is inert in the export, and is unchanged after an upload of the export', async () => {
    await pollCoins(FORMULAS.map((name, n) => ({ id: `coin-${n}`, symbol: `c${n}`, name })));
    const csv = (await ask('/data?format=csv&fields=name,price_usd')).text;
    for (const cell of csv.split(/\r?\n/).slice(1)) expect(cell).not.toMatch(/^"?[=+\-@\t\r]/);
    expect((await ask('/data?fields=name')).column('name').toSorted()).toEqual(FORMULAS.toSorted());
  });
});

describe('the name of a file', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.csv', 'boot.csv'],
    ['C:\\me\\btc-usd.csv', 'btc-usd.csv'],
    ['<img src=x onerror=alert(1)>.csv', '<img src=x onerror=alert(1)>.csv'],
    ["'; drop table uploads; --.csv", "'; drop table uploads; --.csv"],
    ['=cmd.csv', '=cmd.csv'],
    ['%2e%2e%2fx.csv', '%2e%2e%2fx.csv'],
    ['__proto__', '__proto__'],
  ])('%s is stored as %s, and leads nowhere', async (filename, kept) => {
    const sent = await send({ query: `?${new URLSearchParams({ filename })}` });
    expect(sent.status).toBe(202);
    const [row] = await rows<{ filename: string; r2_key: string }>(
      sql`select u.filename, r.r2_key from uploads u join raw_payloads r on r.run_id = u.run_id`,
    );
    expect(row).toEqual({ filename: kept, r2_key: `uploads/${idOf(sent)}` });
  });

  it.each(['a\r\nX-Injected: 1.csv', 'a\0.csv', 'a\u202egpj.csv', '..', '/', 'x'.repeat(256)])(
    '%j is refused',
    async (filename) => {
      const sent = await send({ query: `?${new URLSearchParams({ filename })}` });
      expect(codeOf(sent)).toEqual([400, 'invalid_request']);
    },
  );
});

describe('headers of a reply', () => {
  it.each([
    '/data?symbol=%0d%0aX-Injected:%201',
    '/runs/%0d%0aX-Injected:%201',
    '/assets/a%0d%0aX-Injected:%201',
    '/%0d%0aX-Injected:%201',
    '/data?format=csv%0d%0aX-Injected:1',
    '/raw/%0d%0aX-Injected:1',
  ])('contain nothing of %s', async (path) => {
    const { status, headers } = await ask(path);
    expect(status).toBeLessThan(500);
    expect(headers.has('X-Injected')).toBe(false);
    expect(JSON.stringify([...headers])).not.toMatch(/injected|[\r\n]/i);
  });

  it('never redirect to another site', async () => {
    for (const path of [
      '//evil.test',
      '/%5cevil.test',
      '/\\evil.test',
      '//evil.test/%2e%2e',
      '/https:evil.test',
    ]) {
      const answer = await ask(path);
      expect([404, 200], path).toContain(answer.status); // a browser reads some of these as /
      expect(answer.header('Location')).toBe(null);
    }
  });

  it('replace an unsafe request id', async () => {
    for (const id of ['<script>', 'a b c d e f', "12345678'--", 'x'.repeat(65)])
      expect((await ask('/livez', { headers: { 'X-Request-Id': id } })).header('X-Request-Id')).toMatch(
        /^[0-9a-f-]{36}$/,
      );
  });
});

describe('bytes of other senders', () => {
  it.each(['text/html', 'image/svg+xml', 'text/xml', 'application/javascript', 'nonsense', 'text/é'])(
    'that came as %s are a download that nothing runs',
    async (type) => {
      const sent = await send({ body: '<script>alert(1)</script>\n1\n', headers: { 'Content-Type': type } });
      expect(sent.status).toBe(202);
      const { data } = (await get(`/uploads/${idOf(sent)}`)).json as { data: { sha256: string } };
      const raw = await ask(`/raw/${data.sha256}`);
      expect([raw.status, raw.text]).toEqual([200, '<script>alert(1)</script>\n1\n']);
      expect(raw.header('Content-Disposition')).toMatch(
        /^attachment; filename="[0-9a-f]{64}\.(txt|bin|json|csv)"$/,
      );
      expect(raw.header('Content-Security-Policy')).toBe(
        "default-src 'none'; sandbox; frame-ancestors 'none'",
      );
      expect(raw.header('X-Content-Type-Options')).toBe('nosniff');
    },
  );
});
