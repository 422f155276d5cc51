import { beforeEach, describe, expect, test } from 'vitest';
import { requestWithdrawal } from '../../../src/db/observations/withdraw.ts';
import { PAGE_FACTS } from '../../../src/domain/figures.ts';
import { poll } from '../../../src/ingest/poll/run.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { POLLED_SOURCES } from '../../../src/sources/registry.ts';
import { emptyDatabase, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { coinpaprikaUrl, forgetScript, script, type Ticker, ticker } from '../../support/upstream.ts';

let clock_s = 0;

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
});

async function pollTickers(...tickers: Ticker[]): Promise<number> {
  await script('/coinpaprika/tickers', { body: `[${tickers.map(ticker).join(',')}]` });
  const [source] = POLLED_SOURCES.filter(({ id }) => id === 'coinpaprika');
  if (source === undefined) throw new Error('no coinpaprika');
  clock_s += 1;
  const now = () => new Date(Date.UTC(2026, 0, 10, 11, 0, clock_s));
  const request = { endpoint: 'tickers', url: `${coinpaprikaUrl()}/tickers`, headers: {}, every_minutes: 1 };
  const result = await poll(testDeps({ now }), { source, requests: [request] });
  if (result.outcome !== 'ended') throw new Error(result.outcome);
  return result.run_id;
}

const at = (id: string, time: string, price: string): Ticker => ({
  id,
  price,
  symbol: id,
  last_updated: `2026-01-10T${time}Z`,
});

const VIEWS = [
  '',
  'symbol=A',
  'end_date=2026-01-10T10:03:00Z',
  'latest=true&sort=created_at',
  'history=true',
];
type Rows = Record<string, unknown>[];
const without = (rows: Rows, ...names: string[]) =>
  rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))));

/** The present answer for each view, and its moment. */
async function served() {
  const pages = [];
  for (const view of VIEWS) pages.push((await ask(`/data?${view}`)).page);
  const [first] = pages;
  return { moment: String(first?.meta.complete_through), answers: pages.map((page) => page.data) };
}

test('as_of at five moments around corrections reproduces the answers of those moments', async () => {
  const moments: Awaited<ReturnType<typeof served>>[] = [];
  await pollTickers(at('a', '10:00:00', '1.10'), at('b', '10:00:00', '5'));
  moments.push(await served());
  await pollTickers(at('a', '10:00:00', '1.20'), at('b', '10:00:00', '5')); // corrects a
  moments.push(await served());
  const wrong = await pollTickers(at('a', '10:05:00', '9999'), at('c', '10:02:00', '7'));
  moments.push(await served());
  await requestWithdrawal(testDeps().db, wrong, 'a slip of the upstream');
  await withdraw(testDeps(), { run_id: wrong });
  moments.push(await served());
  await pollTickers(at('a', '10:05:00', '1.30'), at('b', '10:00:00', '5.5'));
  moments.push(await served());

  expect(new Set(moments.map(({ moment }) => moment)).size).toBe(5);
  for (const { moment, answers } of moments)
    for (const [index, view] of VIEWS.entries()) {
      const { page } = await ask(`/data?${view}&as_of=${encodeURIComponent(moment)}`);
      // The end of a revision becomes known only later, and page facts exist only for the newest row.
      const ignored = view === 'history=true' ? ['superseded_at'] : PAGE_FACTS;
      expect(without(page.data, ...ignored), `${view} at ${moment}`).toEqual(
        without(answers[index] ?? [], ...ignored),
      );
      expect(page.meta.as_of).toBe(moment);
      expect(page.pagination.total).toBe(null);
    }
});

describe('an as_of', () => {
  test('later than the newest load means the newest load', async () => {
    await pollTickers(at('a', '10:00:00', '1'));
    const { moment } = await served();
    const { page, headers } = await ask('/data?as_of=2999-01-01');
    expect(page.data).toHaveLength(1);
    expect(page.meta).toMatchObject({ as_of: moment, complete_through: moment });
    expect(page.meta).not.toHaveProperty('warnings');
    expect(headers.get('Cache-Control')).toContain('max-age=15,');
  });

  test('before a matched listing was known gives a warning', async () => {
    await pollTickers(at('a', '10:00:00', '1'));
    const { moment } = await served();
    await pollTickers(at('b', '10:00:00', '2'));
    const { moment: later } = await served();
    const known = (await ask(`/data?symbol=A&as_of=${moment}`)).page;
    expect(known.meta).not.toHaveProperty('warnings');
    const both = (await ask(`/data?symbol=A,B&as_of=${moment}`)).page;
    expect(both.data).toHaveLength(1);
    const warning = `as_of lies before the first knowledge of 1 of the matched listings; all were known from ${later}.`;
    expect(both.meta.warnings).toEqual([warning]);
    const latest = (await ask(`/data?latest=true&symbol=B&as_of=${moment}`)).page;
    expect([latest.data, latest.meta.warnings]).toEqual([[], [warning]]);
  });

  test('before a source was known gives a warning', async () => {
    await pollTickers(at('a', '10:00:00', '1'));
    const { moment } = await served();
    for (const query of ['', 'latest=true&', 'source=coinpaprika&'])
      expect((await ask(`/data?${query}as_of=2020-01-01`)).page).toMatchObject({
        data: [],
        meta: {
          as_of: '2020-01-01T00:00:00Z',
          warnings: [
            `as_of lies before the first knowledge of 1 of the matched sources; all were known from ${moment}.`,
          ],
        },
      });
    expect((await ask('/data?source=csv&as_of=2020-01-01')).page.meta).not.toHaveProperty('warnings');
  });

  test('gives /prices as known then, and at another instant with at', async () => {
    await pollTickers(at('a', '10:00:00', '1.10'));
    const { moment: first } = await served();
    await pollTickers(at('a', '10:00:00', '1.20'), at('b', '10:00:00', '2'));
    const { moment: second } = await served();
    await pollTickers(at('a', '10:30:00', '1.30'));
    const price = async (query: string) => {
      const { json } = await ask(`/prices?symbol=A&decimals=string&${query}`);
      const { data, meta } = json as { data: Record<string, unknown>[]; meta: Record<string, unknown> };
      return [data[0]?.price_usd, data[0]?.created_at, meta.as_of];
    };
    expect(await price(`as_of=${first}`)).toEqual(['1.10', '2026-01-10T10:00:00Z', first]);
    expect(await price(`as_of=${second}`)).toEqual(['1.20', '2026-01-10T10:00:00Z', second]);
    expect(await price('at=2026-01-10T10:15:00Z')).toEqual(['1.20', '2026-01-10T10:00:00Z', undefined]);
    expect(await price(`as_of=${first}&at=2026-01-10T10:45:00Z`)).toEqual([
      '1.10',
      '2026-01-10T10:00:00Z',
      first,
    ]);
    expect((await price('as_of=2999-01-01'))[0]).toBe('1.30');
    const late = await ask(`/prices?symbol=A,B&as_of=${first}`);
    expect(late.json).toMatchObject({
      data: [{ symbol: 'A' }],
      missing: [{ input: 'B', code: 'no_price' }],
      meta: {
        warnings: [
          `as_of lies before the first knowledge of 1 of the matched listings; all were known from ${second}.`,
        ],
      },
    });
    expect(late.header('Cache-Control')).toContain('max-age=3600');
  });
});
