import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { poll } from '../../../src/ingest/poll/run.ts';
import { POLLED_SOURCES, sourceSettings } from '../../../src/sources/registry.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';
import { forgetScript, paprikaGlobal, script, ticker } from '../../support/upstream.ts';

const clock = { ms: Date.parse('2026-01-10T10:00:00Z') };
const deps = testDeps({ now: () => new Date(clock.ms) });

/** A run of CoinPaprika five minutes after the last. */
async function run(tickers: string[], totals = paprikaGlobal(Math.floor(clock.ms / 1000))): Promise<void> {
  const [source] = POLLED_SOURCES;
  if (source === undefined) throw new Error('no source');
  await script('/coinpaprika/tickers', { body: `[${tickers.join(',')}]` });
  await script('/coinpaprika/global', { body: totals });
  await poll(deps, { source, requests: source.requests(sourceSettings(deps.settings, source.id)) });
  clock.ms += 5 * 60_000;
}

const tickers = (count: number, price = '1.5', at = new Date(clock.ms).toISOString()) =>
  Array.from({ length: count }, (_, n) => ticker({ id: `c${n}-coin`, price, last_updated: at }));
const lastAnomalies = async () =>
  (
    await rows<{ anomalies: { message: string }[] }>(sql`select anomalies from runs order by id desc limit 1`)
  )[0]?.anomalies;

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  clock.ms = Date.parse('2026-01-10T10:00:00Z');
});

describe('a run with unusual replies', () => {
  it('names missing rows and unknown values, on the run and in /health', async () => {
    for (let n = 0; n < 5; n += 1) await run(tickers(20));
    expect(await lastAnomalies()).toEqual([]);
    await run(tickers(15, 'null'));
    const anomalies = [
      { code: 'row_count', endpoint: 'tickers', message: '15 records, where 20 are usual.' },
      {
        code: 'null_rate',
        endpoint: 'tickers',
        message: 'quotes.USD.price is unknown in 100 % of the records, where 0 % are usual.',
      },
    ];
    expect((await ask('/runs?limit=1')).page.data).toMatchObject([{ id: 6, anomalies }]);
    expect((await ask('/runs/6')).json).toMatchObject({ data: { anomalies } });
    const { json } = await ask('/health');
    expect(json).toMatchObject({
      sources: [
        {
          source: 'coinpaprika',
          status: 'degraded',
          anomalies: ['row_count', 'null_rate'],
          lost_fields: [{ endpoint: 'tickers', field: 'quotes.USD.price', since: '2026-01-10T10:25:00Z' }],
          message:
            'tickers: quotes.USD.price is unknown in 100 % of the records, where 0 % are usual, since ' +
            '2026-01-10T10:25:00Z. If that is usual from now on, POST /drift/{id}/accept; see /drift.',
        },
        { source: 'coingecko', anomalies: [] },
        { source: 'csv', anomalies: [] },
      ],
    });
  });

  it('reports times that are unchanged', async () => {
    const still = tickers(3);
    for (let n = 0; n < 7; n += 1) await run(still);
    expect(await lastAnomalies()).toEqual([
      {
        code: 'time_stands_still',
        endpoint: 'tickers',
        message: 'Its newest record is of 2026-01-10T10:00:00Z, as it was 30 minutes ago.',
      },
    ]);
  });

  it('reports only a price that moves while the other source does not', async () => {
    await run([
      ticker({ id: 'a-a', price: '1.0', last_updated: '2026-01-10T09:59:00Z' }),
      ticker({ id: 'b-b', price: '2', last_updated: '2026-01-10T09:59:00Z' }),
    ]);
    await seed(deps.db, []);
    for (const [id, price] of [
      ['a', '1.01'],
      ['b', '3.9'],
    ] as const)
      await rows(sql`
        with listing as (
          insert into listings (source, external_id, first_known_at) values ('coingecko', ${id}, now()) returning id
        )
        insert into latest_observations (listing_id, source, observed_at, revision, known_at, price_usd, flags)
        select id, 'coingecko', '2026-01-10T10:04:00Z', 1, now(), ${price}::numeric, '{}' from listing`);
    await seedAssets(deps.db, [
      { id: 'a-a', listings: { 'coinpaprika:a-a': 'same_id', 'coingecko:a': 'same_id' } },
      { id: 'b-b', listings: { 'coinpaprika:b-b': 'same_id', 'coingecko:b': 'same_id' } },
    ]);
    // Both double; the other source doubled the second one too.
    await run([
      ticker({ id: 'a-a', price: '2.0', last_updated: '2026-01-10T10:04:00Z' }),
      ticker({ id: 'b-b', price: '4', last_updated: '2026-01-10T10:04:00Z' }),
    ]);
    expect(await lastAnomalies()).toEqual([
      {
        code: 'price_move',
        endpoint: null,
        message:
          '1 price moved in a way that the other source does not show: a-a from 1.0 to 2.0 (other source: 1.01).',
      },
    ]);
  });
});

describe('GET /drift', () => {
  it('shows the changes since the first reply, with the bytes of the first case', async () => {
    await run(tickers(20));
    const renamed = tickers(20).map((text) =>
      text.replace('"price"', '"price_usd"').replace('"rank"', '"position"'),
    );
    await run(renamed);
    const first = await rows<{ sha256: string }>(
      sql`select sha256 from raw_payloads where run_id = 2 and endpoint = 'tickers'`,
    );
    await run(renamed);
    const { page } = await ask('/drift');
    expect(page.pagination).toMatchObject({ total: 4, returned: 4, next_cursor: null });
    expect(page.data.find(({ field }) => field === 'quotes.USD.price')).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      source: 'coinpaprika',
      endpoint: 'tickers',
      field: 'quotes.USD.price',
      status: 'gone',
      read: true,
      breaking: false,
      was: 'number, usually 10^0 to 10^1, never negative',
      is: 'absent',
      requests: ['tickers'],
      share_of_records: 0,
      first_seen_at: '2026-01-10T10:05:00Z',
      last_seen_at: '2026-01-10T10:00:00Z',
      run_id: 2,
      raw: `/raw/${first[0]?.sha256}`,
      rename: {
        field: 'quotes.USD.price_usd',
        confidence: 0.92,
        because: 'names alike to 85 %, same type, values alike to 100 %',
      },
    });
    expect((await ask(`/raw/${first[0]?.sha256}`)).status).toBe(200);
    expect((await ask('/drift?status=added&source=coinpaprika')).column('field').toSorted()).toEqual([
      'position',
      'quotes.USD.price_usd',
    ]);
    // Only paid plans send it: its absence from all replies is not drift.
    expect(page.data.find(({ field }) => field === 'circulating_supply')).toBeUndefined();
    expect((await ask('/drift?source=coingecko')).page.data).toEqual([]);
    expect(page.meta.watched).toMatchObject([
      { endpoint: 'tickers', requests: ['tickers'], records: 20, fields_read: 18, shapes: 2 },
      { endpoint: 'global', records: 1, shapes: 1 },
    ]);
    expect(
      await rows(sql`select payloads::int from payload_shapes where endpoint = 'tickers' order by 1`),
    ).toEqual([{ payloads: 1 }, { payloads: 2 }]);
  });

  it('pages by cursor', async () => {
    await run(tickers(1));
    await run(['{"id":"a-a","a":1,"b":2,"quotes":{"USD":{}}}']);
    const first = await ask('/drift?limit=3');
    expect(first.page.pagination).toMatchObject({ returned: 3, total: expect.any(Number) });
    const second = await ask(`/drift?limit=1000&cursor=${first.page.pagination.next_cursor}`);
    const all = [...first.column('field'), ...second.column('field')];
    expect(all).toHaveLength(first.page.pagination.total ?? -1);
    expect(new Set(all).size).toBe(all.length);
  });

  it('keeps a hostile reply from breaking the run', async () => {
    await run([
      `{"id":"a-a","__proto__":{"x":1},"a\\u0000b":"\\ud800","quotes":{"USD":{"price":1}},"k":{${Array.from({ length: 3000 }, (_, n) => `"k${n}":${n}`).join(',')}}}`,
    ]);
    expect(await rows(sql`select status, rows_read::int as read from runs`)).toEqual([
      { status: 'succeeded', read: 2 },
    ]);
    const [shape] = await rows<{ fields: unknown[] }>(
      sql`select fields from payload_shapes where endpoint = 'tickers'`,
    );
    expect(shape?.fields.length).toBeLessThan(20);
  });
});
