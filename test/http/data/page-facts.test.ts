import { type SQL, sql } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { isPageFact, PAGE_FACTS, recordOf, valueType } from '../../../src/domain/figures.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';

// Every fact of the list, in every reply that shows it.

const { db } = testDeps();
const SAID = {
  decimal: { cell: '12345678901234567890.1200', json: '12345678901234567890.1200' },
  whole: { cell: '7', json: '7' },
  text: { cell: 'https://img.test/b.png', json: '"https://img.test/b.png"' },
  instant: { cell: '2021-11-10T14:24:11.849Z', json: '"2021-11-10T14:24:11.849Z"' },
};
const saidOf = recordOf(PAGE_FACTS, (fact) => SAID[valueType(fact)]);
const MEMBERS = PAGE_FACTS.map((fact) => `"${fact}":${saidOf[fact].json}`).join(',');
const UNKNOWN = PAGE_FACTS.map((fact) => `"${fact}":null`).join(',');

beforeAll(async () => {
  await emptyDatabase();
  await seed(db, [
    {
      external_id: 'bitcoin',
      symbol: 'BTC',
      observed_at: '2025-01-10T10:00:00Z',
      price_usd: '1',
      flags: ['stale'],
    },
    {
      external_id: 'bitcoin',
      symbol: 'BTC',
      observed_at: '2025-01-10T11:00:00Z',
      price_usd: '2',
      flags: ['stale'],
    },
    {
      external_id: 'ether',
      symbol: 'ETH',
      observed_at: '2025-01-10T11:00:00Z',
      price_usd: '3',
      flags: ['stale'],
    },
  ]);
  await seedAssets(db, [{ id: 'btc-bitcoin', listings: { 'coingecko:bitcoin': 'own' } }]);
  const set: SQL[] = PAGE_FACTS.map((fact) => sql`${sql.raw(fact)} = ${saidOf[fact].cell}`);
  await rows(sql`update latest_observations set ${sql.join(set, sql`, `)} where price_usd = '2'`);
});

test('the newest rows have page facts, after the columns of every row', async () => {
  const json = await ask('/data?latest=true&symbol=BTC');
  expect(json.text).toContain(`"flags":["stale"],${MEMBERS}}`);
  const csv = await ask('/data?latest=true&format=csv&sort=price_usd');
  const cells = PAGE_FACTS.map((fact) => saidOf[fact].cell);
  const [header, ether, bitcoin] = csv.text.split('\r\n');
  expect(header?.endsWith(`ingested_at,flags,${PAGE_FACTS.join(',')}`)).toBe(true);
  expect(ether?.endsWith(`,stale${PAGE_FACTS.map(() => ',').join('')}`)).toBe(true);
  expect(bitcoin?.endsWith(`,stale,${cells.join(',')}`)).toBe(true);
  const ndjson = await ask('/data?latest=true&format=ndjson&sort=price_usd&order=asc');
  expect(ndjson.text.split('\n')[0]).toContain(`,${MEMBERS}}`);
  expect(ndjson.text.split('\n')[1]).toContain(`,${UNKNOWN}}`);
  expect((await ask(`/data?latest=true&symbol=BTC&fields=${PAGE_FACTS.join(',')}`)).text).toContain(
    `"data":[{${MEMBERS}}]`,
  );
});

test('they are stored for the newest reading only, without history', async () => {
  for (const query of ['symbol=BTC', 'latest=true&symbol=BTC&as_of=2025-01-10T11:00:00Z']) {
    const [row] = (await ask(`/data?${query}`)).page.data;
    expect(Object.keys(row ?? {}).filter((name) => isPageFact(name))).toEqual([]);
    const asked = await ask(`/data?${query}&fields=id,${PAGE_FACTS[0]}`);
    expect(asked.json).toMatchObject({ status: 400, code: 'invalid_request' });
  }
});

test('an asset shows them too', async () => {
  expect((await ask('/assets?symbol=BTC')).status).toBe(200);
  const { text } = await ask('/assets/btc-bitcoin');
  for (const fact of PAGE_FACTS) expect(text).toContain(`"${fact}":${saidOf[fact].json}`);
});

test('the document has each of them', async () => {
  const { json } = await ask('/openapi.json');
  const { schemas } = (json as { components: { schemas: Record<string, object> } }).components;
  for (const name of ['DataRow', 'Asset']) {
    const schema = JSON.stringify(schemas[name]);
    expect(PAGE_FACTS.filter((fact) => !schema.includes(`"${fact}":`))).toEqual([]);
  }
});
