import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openRebuild } from '../../../src/db/candles/rebuild.ts';
import type { CandleInterval } from '../../../src/domain/candle.ts';
import { maintain } from '../../../src/ingest/upkeep/maintain.ts';
import { rebuildCandles } from '../../../src/ingest/upkeep/rebuild-candles.ts';
import {
  type Bar,
  bucketName,
  consolidatedOf,
  type Known,
  observedOf,
  type Tick,
} from '../../support/candle-oracle.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { loadReadings, promoteReadings, takeBack } from '../../support/readings.ts';

// After any events on the tape, candles agree with the readings.

/** In the order in which they answer. */
const SERIES = {
  'coingecko:a': 'x',
  'coingecko:c': 'y',
  'coinpaprika:b': 'x',
  'csv:yahoo:x:-:usd:1d': 'x',
  'csv:cryptodatadownload:x:bitstamp:usd:1d': 'x',
  'csv:cryptodatadownload:x:kraken:usd:1h': 'x',
};
const IDS = {
  coingecko: ['a', 'c'],
  coinpaprika: ['b'],
  csv: ['yahoo:x:-:usd:1d', 'cryptodatadownload:x:bitstamp:usd:1d', 'cryptodatadownload:x:kraken:usd:1h'],
};
type Source = keyof typeof IDS;

async function emptyTape(): Promise<void> {
  await emptyDatabase();
  await rows(
    sql`insert into assets (id, symbol, name, created_at) select x, x, x, '2025-01-01Z' from unnest('{x,y}'::text[]) x`,
  );
  for (const [listing, asset] of Object.entries(SERIES)) {
    const [source = '', ...id] = listing.split(':');
    await rows(sql`
      insert into listings (source, external_id, symbol, name, first_known_at, asset_id, is_resolved)
      values (${source}, ${id.join(':')}, null, null, '2025-01-01Z', ${asset}, true)`);
  }
}

const FROM = Date.UTC(2025, 0, 10);
const HALF_HOUR = 1_800_000;
const slot = fc.integer({ min: 0, max: 97 });
const at = slot.map((each) => new Date(FROM + each * HALF_HOUR).toISOString().replace('.000Z', 'Z'));
const price = fc.integer({ min: 1, max: 99 }).map(String);

const readingsOf = (source: Source) =>
  fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...IDS[source]),
      at,
      price: fc.option(price, { freq: 8 }),
      kind: fc.constant(source === 'csv' ? ('bar_close' as const) : ('spot' as const)),
    }),
    { minLength: 1, maxLength: 60, selector: (each) => `${each.id} ${each.at}` },
  );
const loadOf = (source: Source) =>
  fc.record({
    type: fc.constant('load' as const),
    source: fc.constant(source),
    readings: readingsOf(source),
    beat_seconds: fc.constantFrom(300, 1800, 3600),
  });
const step = fc.oneof(
  { weight: 5, arbitrary: loadOf('coingecko') },
  { weight: 3, arbitrary: loadOf('coinpaprika') },
  { weight: 2, arbitrary: loadOf('csv') },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('withdraw' as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('promote' as const), readings: readingsOf('coingecko') }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'thin' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'rebuild' as const }) },
);

const ticks = () =>
  rows<Tick>(sql`
    select l.source || ':' || l.external_id as listing, o.price_usd as price, p.beat_seconds as beat,
      to_char(o.observed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
    from observations o join listings l on l.id = o.listing_id join raw_payloads p on p.id = o.raw_payload_id
    where o.kind = 'spot' and o.superseded_at is null and o.price_usd is not null`);
const bars = () =>
  rows<Bar>(sql`
    select l.source || ':' || l.external_id as listing, o.price_usd as close,
      to_char(o.observed_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at
    from observations o join listings l on l.id = o.listing_id
    where o.kind = 'bar_close' and o.superseded_at is null and o.price_usd is not null`);

/** Thins everything, and stores the contents of the buckets that lost rows. */
async function thin(frozen: Known['frozen'], days: number): Promise<void> {
  const before = await ticks();
  const now = () => new Date(Date.UTC(2027, 0, 1 + days));
  expect(await maintain(testDeps({ now }, { KEEP_OBSERVATIONS_DAYS: '1' }))).toBe('done');
  const found = await rows<{ listing: string; interval: CandleInterval; open_time: string }>(sql`
    select l.source || ':' || l.external_id as listing, c.interval,
      to_char(c.open_time at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as open_time
    from candles c join listings l on l.id = c.listing_id where c.frozen`);
  for (const { listing, interval, open_time } of found) {
    const name = bucketName(listing, interval, open_time);
    const length = interval === '1h' ? 3_600_000 : 86_400_000;
    const held = before.filter(
      (tick) =>
        tick.listing === listing &&
        Math.floor(Date.parse(tick.at) / length) * length === Date.parse(open_time),
    );
    if (!frozen.has(name)) frozen.set(name, held);
  }
}

const SHOWN = 'source,external_id,basis,open_time,open,high,low,close,count,first_at,last_at,complete';

async function served(interval: CandleInterval, basis: string): Promise<unknown[]> {
  const { page } = await ask(
    `/candles?asset=x,y&interval=${interval}&basis=${basis}&limit=1000&decimals=string&fields=${SHOWN}`,
  );
  return page.data.map(({ source, external_id, ...rest }) => ({
    listing: `${source}:${external_id}`,
    ...rest,
  }));
}

const byName = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

it('they equal a naive computation from the readings, after any loads, revisions, withdrawals and thinning', async () => {
  const order = Object.keys(SERIES);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
      await emptyTape();
      const runs: number[] = [];
      const frozen: Known['frozen'] = new Map();
      for (const [index, each] of steps.entries()) {
        if (each.type === 'load') runs.push(await loadReadings(each.readings, each));
        else if (each.type === 'promote') await promoteReadings(each.readings);
        else if (each.type === 'thin') await thin(frozen, index);
        else if (each.type === 'rebuild') {
          await openRebuild(testDeps().db);
          await rebuildCandles(testDeps(), { slice_rows: 20 });
        } else if (runs.length > 0) await takeBack(runs[each.pick % runs.length] ?? 0);
        const [row] = await rows<{ version: string }>(sql`select version from tape_version`);
        const version = new Date(row?.version ?? '').toISOString();
        const known = { ticks: await ticks(), bars: await bars(), frozen, version };
        for (const interval of ['1h', '1d'] as const) {
          const wanted = observedOf(known, interval).toSorted(byName);
          expect((await served(interval, 'observed')).toSorted(byName)).toEqual(wanted);
          expect(await served(interval, 'consolidated')).toEqual(
            consolidatedOf(known, interval, { order, assets: SERIES }),
          );
        }
      }
    }),
    { numRuns: 15 },
  );
});
