import { sql } from 'drizzle-orm';
import Papa from 'papaparse';
import { beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { buildDocument } from '../../../src/http/document.ts';
import { ENDPOINTS } from '../../../src/http/endpoints.ts';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { type Answer, ask, bearer, respond } from '../../support/http.ts';
import { countStatements, seed, seedAssets, seedRuns } from '../../support/tape.ts';

// Rules for every list of the API, found in its document, so they also apply to a new list.

interface Operation {
  parameters?: { name: string; in: string }[];
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
}
const document = buildDocument(ENDPOINTS) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const resolved = (schema: Schema | undefined): Schema => {
  const found = document.components.schemas[schema?.$ref?.split('/').at(-1) ?? ''] ?? schema ?? {};
  const parts = found.allOf?.map((part) => resolved(part).properties) ?? [];
  return parts.length === 0 ? found : { ...found, properties: Object.assign({}, ...parts) };
};
const jsonOf = ({ responses }: Operation) => resolved(responses[200]?.content?.['application/json']?.schema);

const lists = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, operation]) => resolved(jsonOf(operation).properties?.data).type === 'array')
    .map(([method, operation]) => ({ name: `${method} ${path}`, path, method, operation })),
);

const { db } = testDeps();
const NOON = '2025-01-10T12:00:00Z';
const deps = { now: () => new Date(NOON) };
const UPLOAD = '6f1f6f0e-8d0f-4f6e-9d1b-0b8a5a2b7c11';
const HEADERS = bearer('dev');

beforeAll(async () => {
  await emptyDatabase();
  const coin = (source: string, external_id: string, symbol: string, price_usd: string) => ({
    source,
    external_id,
    symbol,
    name: `"${symbol}", the coin`,
    observed_at: '2025-01-10T11:55:00Z',
    price_usd,
    market_cap_usd: '5.10',
    flags: ['sandbox', 'no_source_time'],
  });
  await seed(db, [
    coin('coingecko', 'bitcoin', 'BTC', '100.10'),
    coin('coinpaprika', 'btc-bitcoin', 'BTC', '101.20'),
    coin('coingecko', 'ether', 'ETH', '0.0000000000000000010'),
    coin('coinpaprika', 'eth-ether', 'ETH', '0.0000000000000000011'),
  ]);
  await seedAssets(db, [
    {
      id: 'btc-bitcoin',
      symbol: 'BTC',
      listings: { 'coingecko:bitcoin': 'contract', 'coinpaprika:btc-bitcoin': 'own' },
    },
    {
      id: 'eth-ether',
      symbol: 'ETH',
      listings: { 'coingecko:ether': 'contract', 'coinpaprika:eth-ether': 'own' },
    },
  ]);
  await seedRuns(db, [
    { status: 'succeeded', started_at: '2025-01-10T11:00:00Z', finished_at: '2025-01-10T11:00:01Z' },
    { status: 'failed', started_at: '2025-01-10T11:10:00Z', error: ['upstream_failed', '=cmd, "quoted"'] },
  ]);
  await db.execute('test.raw')(sql`
    insert into market_totals (source, observed_at, revision, known_at, market_cap_usd, raw_payload_id, pointer, run_id,
      normalizer_version, flags)
    values ('coingecko', '2025-01-10T11:00:00Z', 1, '2025-01-10T11:00:00Z', '3000000000000.10', 1, '', 1, 1, '{}')`);
  await db.execute('test.raw')(sql`
    insert into rates (source, observed_at, revision, known_at, currencies, names, units_per_btc, pointers,
      raw_payload_id, run_id, normalizer_version, flags)
    values ('coingecko', '2025-01-10T11:00:00Z', 1, '2025-01-10T11:00:00Z', '{btc,usd,eur}', '{Bitcoin,US Dollar,Euro}',
      '{1.0,81234.567,70123.456}', '{/rates/btc,/rates/usd,/rates/eur}', 1, 1, 1, '{no_source_time}')`);
});

/** The parameters for each; the other lists need none. */
const ASKED: Record<string, string> = {
  '/candles': 'asset=btc-bitcoin',
  '/prices': 'symbol=BTC,ETH,NOBODY',
};
const pathOf = (path: string, query = '') => {
  const all = [ASKED[path] ?? '', query].filter(Boolean).join('&');
  return `${path.replace('/uploads/{id}', `/uploads/${UPLOAD}`).replace('{id}', 'btc-bitcoin')}${all && `?${all}`}`;
};
const cellsOf = (answer: Answer) => {
  const { data } = Papa.parse<string[]>(answer.text.trimEnd(), { delimiter: ',', newline: '\r\n' });
  return data;
};

test('lists are found', () => {
  expect(lists.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['get /data', 'get /assets', 'get /runs', 'get /rates', 'post /prices/query']),
  );
  expect(lists.length).toBeGreaterThanOrEqual(13);
});

test.for(lists)('$name declares every format and fields', ({ operation }) => {
  const types = Object.keys(operation.responses[200]?.content ?? {});
  expect(types).toEqual(['application/json', 'text/csv', 'application/x-ndjson']);
  const names = operation.parameters?.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['format', 'fields']));
});

const gets = lists.filter(({ method, path }) => method === 'get' && !path.startsWith('/uploads/{id}'));

describe.for(gets)('$path', ({ path, operation }) => {
  const members = Object.keys(resolved(resolved(jsonOf(operation).properties?.data).items).properties ?? {});
  const get = (query = '', headers: Record<string, string> = {}) =>
    ask(pathOf(path, query), { headers: { ...HEADERS, ...headers }, deps });

  test('as CSV has the same rows, and columns in the order of the document', async () => {
    const [json, csv] = [await get(), await get('', { Accept: 'text/csv' })];
    expect([json.status, csv.status]).toEqual([200, 200]);
    expect(csv.header('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.header('Content-Disposition')).toMatch(/^attachment; filename="cointape(-[a-z]+)?\.csv"$/);
    const [header = [], ...rows] = cellsOf(csv);
    expect(members.filter((name) => header.includes(name))).toEqual(
      header.filter((name) => members.includes(name)),
    );
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set(rows.length > 0 ? [header.length] : []));
    const missing = (json.json as { missing?: unknown[] }).missing?.length ?? 0;
    expect(rows).toHaveLength(json.page.data.length + missing);
  });

  test('as NDJSON has the rows of JSON', async () => {
    const [json, lines] = [
      await get(`fields=${members.slice(0, 4)}`),
      await get(`format=ndjson&fields=${members.slice(0, 4)}`),
    ];
    const rows = lines.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(rows.slice(0, json.page.data.length)).toEqual(json.page.data);
    expect(lines.header('Content-Type')).toBe('application/x-ndjson; charset=utf-8');
  });

  test('returns the requested fields, in that order', async () => {
    const [first = '', second = ''] = members;
    const fields = `fields=${second},${first}`;
    const json = await get(fields);
    for (const row of json.page.data) expect(Object.keys(row)).toEqual([second, first]);
    expect(cellsOf(await get(`format=csv&${fields}`))[0]).toEqual([second, first]);
    expect((await get('fields=nonsense')).status).toBe(400);
  });

  test('has a tag for each format, and the right Vary in every reply', async () => {
    for (const format of ['json', 'csv', 'ndjson']) {
      const answer = await get(`format=${format}`);
      const tag = answer.header('ETag');
      expect(answer.header('Vary')).toMatch(/^Accept, Accept-Encoding/);
      const head = await ask(pathOf(path, `format=${format}`), { method: 'HEAD', headers: HEADERS, deps });
      expect([head.status, head.header('Vary'), head.header('ETag')]).toEqual([
        200,
        answer.header('Vary'),
        tag,
      ]);
      expect(head.header('Content-Disposition')).toBe(answer.header('Content-Disposition'));
      if (tag === null) continue;
      const again = await get(`format=${format}`, { 'If-None-Match': tag });
      expect([again.status, again.header('Vary')]).toEqual([304, answer.header('Vary')]);
      for (const other of ['json', 'csv', 'ndjson'].filter((one) => one !== format))
        expect((await get(`format=${other}`, { 'If-None-Match': tag })).status).toBe(200);
    }
  });
});

describe('a whole CSV', () => {
  test('continues after a slice, at the version of its first one', async () => {
    const many = Array.from({ length: 2100 }, (_, i) => i + 1);
    await db.execute('test.raw')(sql`
      insert into runs (source, trigger, status, accepted_at)
      select 'coinlore', 'cron', 'skipped', '2025-01-01Z' from generate_series(1, ${many.length}::int)`);
    const counted = countStatements(db);
    const csv = await ask('/runs?source=coinlore&format=csv&fields=id', { deps: { db: counted.db } });
    const ids = csv.text.trimEnd().split('\r\n').slice(1).map(Number);
    expect(ids).toHaveLength(2100);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect(counted.statements()).toBe(2);
    const page = await ask('/runs?source=coinlore&format=csv&fields=id&limit=2');
    expect(page.text.split('\r\n')).toHaveLength(4);
    expect(page.header('Link')).toMatch(/^<\/runs\?cursor=[^&]+&format=csv>; rel="next"$/);
    await db.execute('test.raw')(sql`delete from runs where source = 'coinlore'`);
  });

  test('breaks the connection if it cannot continue', async () => {
    await db.execute('test.raw')(sql`
      insert into runs (source, trigger, status, accepted_at)
      select 'coinlore', 'cron', 'skipped', '2025-01-01Z' from generate_series(1, 2001)`);
    let asked = 0;
    const failing = new Proxy(db, {
      get: (target, name) => {
        asked += 1;
        const unavailable = () => Promise.reject(new AppError('database_unavailable', 'It went away.'));
        return asked > 1 ? () => unavailable : Reflect.get(target, name);
      },
    });
    const response = await respond('/runs?source=coinlore&format=csv', {
      deps: { db: failing, log: testDeps().log },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await db.execute('test.raw')(sql`delete from runs where source = 'coinlore'`);
  });

  test('needs the token of bulk reads, but a page does not', async () => {
    const vars = { BULK_ACCESS: 'token', READ_TOKEN: 'reader' };
    expect((await ask('/assets?format=csv', { vars })).status).toBe(401);
    expect((await ask('/assets?format=csv&limit=1', { vars })).status).toBe(200);
    expect((await ask('/assets?format=csv', { vars, headers: bearer('reader') })).status).toBe(200);
    // A client that may see uploads may see all of them.
    expect((await ask('/uploads?format=csv', { vars, headers: HEADERS })).status).toBe(200);
  });
});

describe('prices as a table', () => {
  test('have a row for each input, in order; one without a price says why', async () => {
    const csv = await ask(
      '/prices?symbol=BTC,NOBODY,ETH&format=csv&fields=input,price_usd,flags,code,candidates',
      { deps },
    );
    expect(csv.text).toBe(
      'input,price_usd,flags,code,candidates\r\n' +
        'BTC,100.10,sandbox|no_source_time,,\r\n' +
        'NOBODY,,,unknown,\r\n' +
        'ETH,0.0000000000000000010,sandbox|no_source_time,,\r\n',
    );
  });

  test('of many points too', async () => {
    const body = JSON.stringify({ points: [{ symbol: 'nobody' }, { asset: 'btc-bitcoin' }] });
    const answer = await ask('/prices/query?format=ndjson&fields=input,price_usd,code', {
      method: 'POST',
      body,
      deps,
    });
    expect(answer.text).toBe(
      '{"input":"NOBODY","price_usd":null,"code":"unknown"}\n{"input":"btc-bitcoin","price_usd":100.10,"code":null}\n',
    );
    expect(answer.header('Vary')).toBe('Accept, Accept-Encoding');
  });
});

test('the comparison of one asset is a table of one row', async () => {
  const csv = await ask('/assets/btc-bitcoin/divergence?format=csv&fields=asset,compared,spread_bps', {
    deps,
  });
  expect(csv.text).toBe('asset,compared,spread_bps\r\nbtc-bitcoin,2,109.89\r\n');
});
