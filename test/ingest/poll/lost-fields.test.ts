import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { poll } from '../../../src/ingest/poll/run.ts';
import { alert } from '../../../src/ingest/upkeep/alert.ts';
import { polledSource, sourceSettings } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { forgetScript, paprikaGlobal, script, ticker } from '../../support/upstream.ts';

const HOOK = 'https://hooks.example.com/x';
const clock = { ms: 0 };
const told: { subject: string; from: string; to: string }[][] = [];
const deps = testDeps({ now: () => new Date(clock.ms) });
const hooked = testDeps(
  {
    now: () => new Date(clock.ms),
    fetch: async (_url, init) => {
      told.push(
        (JSON.parse(String(init?.body)) as { changes: (typeof told)[number] }).changes.map(
          ({ subject, from, to }) => ({ subject, from, to }),
        ),
      );
      return new Response('ok');
    },
  },
  { ALERT_WEBHOOK_URL: HOOK, SOURCES: 'coinpaprika' },
);

const tickers = (change: (record: string) => string = (record) => record, records = 10) =>
  Array.from({ length: records }, (_, n) =>
    change(ticker({ id: `c${n}-coin`, last_updated: new Date(clock.ms).toISOString() })),
  );
const without = (field: string) => (record: string) =>
  record.replace(new RegExp(`"${field}":[^,}]*,?`), '').replaceAll(',}', '}');
const asNull = (field: string) => (record: string) =>
  record.replace(new RegExp(`"${field}":[^,}]*`), `"${field}":null`);

/** A run of CoinPaprika five minutes after the last; its status and error. */
async function run(records: string[]) {
  const source = polledSource('coinpaprika');
  if (source === undefined) throw new Error('no source');
  await script('/coinpaprika/tickers', { body: `[${records.join(',')}]` });
  await script('/coinpaprika/global', { body: paprikaGlobal(Math.floor(clock.ms / 1000)) });
  await poll(deps, { source, requests: source.requests(sourceSettings(deps.settings, source.id)) });
  await alert(hooked);
  clock.ms += 5 * 60_000;
  const [last] = await rows<{ status: string; code: string | null; message: string | null }>(
    sql`select status, error_code as code, error_message as message from runs order by id desc limit 1`,
  );
  return last;
}

interface Health {
  status: string;
  sources: { source: string; status: string; lost_fields: { field: string }[]; message: string | null }[];
}
async function health() {
  const { json } = await ask('/health', { deps: { now: () => new Date(clock.ms) } });
  const source = (json as unknown as Health).sources.find((one) => one.source === 'coinpaprika');
  return {
    status: source?.status,
    lost: source?.lost_fields.map(({ field }) => field),
    message: source?.message,
  };
}
const drifts = async (field: string) =>
  (await ask('/drift?limit=1000')).page.data.filter((row) => row.field === field);
const accept = (id: unknown, token = 'dev') =>
  ask(`/drift/${id}/accept`, { method: 'POST', headers: bearer(token) });

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  clock.ms = Date.parse('2026-01-10T10:00:00Z');
  told.length = 0;
});

describe('a field that vanishes', () => {
  it('is reported until it returns, from the second reply on, and alerted once', async () => {
    expect(await run(tickers())).toMatchObject({ status: 'succeeded' });
    for (let n = 0; n < 4; n += 1)
      expect(await run(tickers(without('market_cap')))).toEqual({
        status: 'partial',
        code: 'fields_lost',
        message: 'tickers: quotes.USD.market_cap is unknown in 100 % of the records, where 0 % are usual.',
      });
    expect(await health()).toMatchObject({
      status: 'ok',
      lost: ['quotes.USD.market_cap'],
      message: expect.stringMatching(/since 2026-01-10T10:05:00Z/),
    });
    expect((await ask('/metrics')).text).toContain(
      'cointape_field_lost{source="coinpaprika",endpoint="tickers",field="quotes.USD.market_cap"} 1',
    );
    const subject = 'coinpaprika tickers quotes.USD.market_cap';
    expect(told).toEqual([[{ subject, from: 'ok', to: 'notice' }]]);
    expect(await drifts('quotes.USD.market_cap')).toMatchObject([{ status: 'gone', share_of_records: 0 }]);
    expect(await run(tickers())).toMatchObject({ status: 'succeeded' });
    expect(await health()).toMatchObject({ status: 'ok', lost: [] });
    expect(told[1]).toEqual([{ subject, from: 'notice', to: 'ok' }]);
    expect(await drifts('quotes.USD.market_cap')).toEqual([]);
  });

  it('degrades its source when it is the price', async () => {
    await run(tickers());
    await run(tickers(asNull('price')));
    expect(await health()).toMatchObject({ status: 'degraded', lost: ['quotes.USD.price'] });
    expect(told[0]?.map(({ subject, to }) => `${subject} ${to}`)).toEqual([
      'service degraded',
      'coinpaprika degraded',
      'coinpaprika tickers quotes.USD.price notice',
    ]);
    await run(tickers());
    expect(await health()).toMatchObject({ status: 'ok', lost: [] });
  });

  it('degrades its source when it is the instant', async () => {
    await run(tickers());
    await run(tickers(without('last_updated')));
    expect(await health()).toMatchObject({ status: 'degraded', lost: ['last_updated'] });
  });
});

describe('an unreadable field', () => {
  it('makes the run partial only in more records than usual', async () => {
    const bad = (n: number) => (record: string) =>
      Number(/"c(\d+)-/.exec(record)?.[1]) < n
        ? record.replace(/"market_cap":[^,}]*/, '"market_cap":-1')
        : record;
    expect(await run(tickers(bad(2)))).toMatchObject({ status: 'succeeded' });
    expect(await run(tickers(bad(2)))).toMatchObject({ status: 'succeeded' });
    expect(await run(tickers(bad(4)))).toMatchObject({
      status: 'partial',
      code: 'fields_lost',
      message: 'tickers: quotes.USD.market_cap is unknown in 40 % of the records, where 20 % are usual.',
    });
    const [drift] = await drifts('quotes.USD.market_cap');
    expect(drift).toMatchObject({
      status: 'unknown',
      was: 'unknown in 20 % of the records',
      is: 'unknown in 40 % of the records',
      requests: ['tickers'],
      run_id: 3,
    });
  });
});

describe('POST /drift/{id}/accept', () => {
  it('makes a loss usual, once, and reports the next loss', async () => {
    await run(tickers());
    await run(tickers(without('market_cap')));
    const [{ id } = { id: '' }] = await drifts('quotes.USD.market_cap');
    expect((await accept(id, 'wrong')).status).toBe(401);
    expect((await accept('0123456789abcdef')).status).toBe(404);
    expect((await accept('nothing')).status).toBe(400);
    const first = await accept(id);
    expect([first.status, first.json]).toMatchObject([
      200,
      {
        data: {
          id,
          source: 'coinpaprika',
          endpoint: 'tickers',
          field: 'quotes.USD.market_cap',
          status: 'gone',
          is: 'absent',
          accepted_at: expect.stringMatching(/Z$/),
        },
      },
    ]);
    expect((await accept(id)).json).toMatchObject({ data: (first.json as { data: object }).data });
    expect(await drifts('quotes.USD.market_cap')).toEqual([]);
    expect(await health()).toMatchObject({ status: 'ok', lost: [], message: null });
    clock.ms = Date.now() + 60_000; // acceptances use the database's clock
    expect(await run(tickers(without('market_cap')))).toMatchObject({ status: 'succeeded' });
    expect(await run(tickers())).toMatchObject({ status: 'succeeded' });
    // As after many replies with the field.
    await rows(sql`update usual_shares set shares = shares || '{"quotes.USD.market_cap": 0}'`);
    expect(await run(tickers(without('market_cap')))).toMatchObject({ status: 'partial' });
    expect(await drifts('quotes.USD.market_cap')).toMatchObject([{ id, status: 'gone' }]);
  });

  it('makes any other drift usual', async () => {
    await run(tickers());
    await run(tickers((record) => record.replace('"rank":1', '"rank":1,"novelty":5')));
    const [{ id } = { id: '' }] = await drifts('novelty');
    expect((await accept(id)).json).toMatchObject({ data: { field: 'novelty', status: 'added' } });
    expect(await drifts('novelty')).toEqual([]);
    expect((await accept(id)).status).toBe(200);
  });
});
