import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { poll } from '../../../src/ingest/poll/run.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { coingecko } from '../../../src/sources/coingecko/index.ts';
import { sourceSettings } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { forgetScript, geckoGlobal, market, script } from '../../support/upstream.ts';

const run = () => {
  const deps = testDeps();
  return poll(deps, {
    source: coingecko,
    requests: coingecko.requests(sourceSettings(deps.settings, 'coingecko')),
  });
};
const reply = (eur: string) =>
  `{"rates":{"usd":{"name":"US Dollar","unit":"$","value":81234.5670,"type":"fiat"},` +
  `"eur":{"name":"Euro","unit":"€","value":${eur},"type":"fiat"},"zer":{"name":"Zero","unit":"Z","value":0,"type":"fiat"}}}`;
const stored = () =>
  rows(sql`select currencies, units_per_btc::text[] as units, revision, superseded_at is not null as superseded,
    flags from rates order by observed_at, revision`);
const lastRun = async () =>
  (
    await rows(sql`select id::int, status, rows_read::int as read, rows_inserted::int as inserted,
      rows_duplicate::int as duplicate, rows_rejected::int as rejected from runs order by id desc limit 1`)
  )[0];

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await script('/coingecko/global', { body: geckoGlobal() });
  await script('/coingecko/coins/markets', { body: '[]' });
  await script('/coingecko/coins/markets?page=1', { body: `[${market({ id: 'bitcoin' })}]` });
});

it('stores the rates of a reply with their digits; an invalid record is rejected alone', async () => {
  await script('/coingecko/exchange_rates', { body: reply('70123.4560') });
  expect(await run()).toMatchObject({ status: 'succeeded' });
  expect(await stored()).toEqual([
    {
      currencies: ['usd', 'eur'],
      units: ['81234.5670', '70123.4560'],
      revision: 1,
      superseded: false,
      flags: ['no_source_time'],
    },
  ]);
  expect(await lastRun()).toMatchObject({ read: 5, inserted: 4, duplicate: 0, rejected: 1 });
  expect(await rows(sql`select code, pointer from rejects`)).toEqual([
    { code: 'invalid_number', pointer: '/rates/zer' },
  ]);
  expect(
    await rows(sql`select c.every_minutes, p.beat_seconds from checkpoints c join raw_payloads p using (endpoint)
      where endpoint = 'exchange_rates'`),
  ).toEqual([{ every_minutes: 60, beat_seconds: 3_600 }]);
});

it('adds nothing if the same bytes come again, and a reading if others do', async () => {
  await script('/coingecko/exchange_rates', { body: reply('70123.456') });
  await run();
  await run();
  expect(await stored()).toHaveLength(1);
  expect(await lastRun()).toMatchObject({ inserted: 0, duplicate: 4, rejected: 1 });
  await script('/coingecko/exchange_rates', { body: reply('70123.457') });
  await run();
  expect(await stored()).toHaveLength(2);
});

it('leads from a rate to the bytes, and reports changed bytes', async () => {
  await script('/coingecko/exchange_rates', { body: reply('70123.4560') });
  await run();
  const [{ rate_id }] = (await ask('/rates?currency=eur')).page.data as [{ rate_id: string }];
  const proof = async () => (await ask(`/rates/${rate_id}/proof?decimals=string`)).json;
  expect(await proof()).toMatchObject({
    data: {
      rate: { rate_id, currency: 'eur', units_per_btc: '70123.4560', usd_per_btc: '81234.5670' },
      matches: true,
      values: {
        currency: { served: 'eur', recomputed: 'eur', matches: true },
        units_per_btc: { served: '70123.4560', recomputed: '70123.4560', matches: true },
        usd_per_btc: { served: '81234.5670', recomputed: '81234.5670', matches: true },
        flags: { served: ['no_source_time'], recomputed: ['no_source_time'], matches: true },
      },
      problem: null,
      request: { endpoint: 'exchange_rates', status: 200 },
      pointers: { rate: '/rates/eur', usd: '/rates/usd' },
      records: { rate: '{"name":"Euro","unit":"€","value":70123.4560,"type":"fiat"}' },
      bytes: { verified: true },
      superseded_at: null,
    },
  });
  await testDeps().db.execute('test.raw')(sql`update rates set units_per_btc[2] = 70123.457`);
  expect(await proof()).toMatchObject({
    data: { matches: false, values: { units_per_btc: { matches: false } } },
  });
  expect((await ask('/rates/coingecko_xyz_rate_1_1/proof')).status).toBe(404);
  expect((await ask('/rates/nonsense/proof')).status).toBe(400);
});

it("is not the run's fault if an upstream has no rates: the reply is stored, and the next request comes when due", async () => {
  expect(await run()).toMatchObject({ status: 'succeeded' });
  expect(await lastRun()).toMatchObject({ status: 'succeeded', read: 2, rejected: 0 });
  expect(
    await rows(sql`select p.status, c.every_minutes from raw_payloads p join checkpoints c using (endpoint)
      where endpoint = 'exchange_rates'`),
  ).toEqual([{ status: 404, every_minutes: 60 }]);
  expect((await ask('/rates')).page.data).toEqual([]);
});

it('is a fault if the reply is not a list of rates, and affects nothing else', async () => {
  await script('/coingecko/exchange_rates', { body: '{"rates":{}}' });
  expect(await run()).toMatchObject({ status: 'partial' });
  expect(await rows(sql`select count(*)::int as count from observations`)).toEqual([{ count: 1 }]);
});

it('withdraws them with their run', async () => {
  await script('/coingecko/exchange_rates', { body: reply('70123.456') });
  await run();
  await script('/coingecko/exchange_rates', { body: reply('7.5') });
  await run();
  const { id } = (await lastRun()) as { id: number };
  await testDeps().db.execute('test.raw')(
    sql`update runs set withdraw_reason = 'wrong' where id = ${id}::bigint`,
  );
  await withdraw(testDeps(), { run_id: id });
  expect((await ask('/rates?currency=eur&decimals=string')).column('units_per_btc')).toEqual(['70123.456']);
});
