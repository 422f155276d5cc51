import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { settleCandles } from '../../../src/db/candles/follow.ts';
import { loadListings } from '../../../src/db/identity/load-listings.ts';
import type { BatchOrigin } from '../../../src/db/observations/judge.ts';
import { loadObservations } from '../../../src/db/observations/load.ts';
import { openVersion } from '../../../src/db/tape/version.ts';
import { FIGURES, recordOf } from '../../../src/domain/figures.ts';
import type { Observation } from '../../../src/domain/observation.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { seedAssets } from '../../support/tape.ts';

const SERIES = { coingecko: 600, coinpaprika: 300, csv: 86_400 } as const;
type Source = keyof typeof SERIES;
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Reading {
  coin: number;
  at_ms: number;
  price: string | null;
}

let loads = 0;

async function load(source: Source, readings: Reading[], more: Partial<BatchOrigin> = {}): Promise<void> {
  const { db } = testDeps();
  loads += 1;
  const fetched_at = new Date(START + loads * 1000).toISOString();
  const [run] = await rows<{ id: string; payload: string }>(sql`
    with run as (
      insert into runs (source, trigger, status, accepted_at, started_at)
      values (${source}, 'cron', 'running', '2020-01-01Z', '2020-01-01Z') returning id
    ), payload as (
      insert into raw_payloads (source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
        sha256, r2_key, encoding, beat_seconds)
      select ${source}, id, 'test', '', 200, '{}', ${fetched_at}, 0, 0, 'x', 'x', 'identity',
        ${source === 'csv' ? null : SERIES[source]}::int
      from run returning id
    )
    select run.id, payload.id as payload from run cross join payload`);
  const origin: BatchOrigin = {
    source,
    run_id: Number(run?.id),
    raw_payload_id: Number(run?.payload),
    fetched_at,
    normalizer_version: 2,
    beat_seconds: SERIES[source],
    in_batches: source === 'csv',
    ...more,
  };
  const observations = readings.map(observationOf);
  await db.batch([
    openVersion(db),
    loadListings(db, source, observations),
    loadObservations(db, origin, observations),
    settleCandles(db),
  ]);
}

const observationOf = ({ coin, at_ms, price }: Reading, index: number): Observation => ({
  external_id: `c${coin}`,
  symbol: null,
  name: null,
  kind: 'spot',
  observed_at: new Date(at_ms).toISOString().replace('.000Z', 'Z'),
  ...recordOf(FIGURES, () => null),
  price_usd: price,
  market_cap_usd: '1',
  flags: [],
  page: null,
  pointer: `/${index}`,
});

/** Listings `source:cN` of one asset each, so the series of a coin are compared with each other. */
async function seedCoins(coins: number): Promise<void> {
  for (const source of Object.keys(SERIES))
    await rows(sql`
      insert into listings (source, external_id, first_known_at)
      select ${source}, 'c' || n, now() from generate_series(0, ${coins - 1}::int) n`);
  await seedAssets(
    testDeps().db,
    Array.from({ length: coins }, (_, n) => ({ id: `asset-${n}` })),
  );
  await rows(sql`update listings set asset_id = 'asset-' || substr(external_id, 2)`);
}

/** `source cN minutes` for each flagged row, and for the newest rows that are flagged. */
async function flagged(table: 'observations' | 'latest_observations'): Promise<string[]> {
  const found = await rows<{ told: string }>(sql`
    select o.source || ' ' || l.external_id || ' '
      || round(extract(epoch from o.observed_at - ${new Date(START).toISOString()}::timestamptz) / 60)::int as told
    from ${sql.raw(table)} o join listings l on l.id = o.listing_id
    where 'anomaly' = any(o.flags) order by 1`);
  return found.map(({ told }) => told);
}

beforeEach(emptyDatabase);

describe('the flag anomaly', () => {
  const at = (minutes: number, price: string | null, coin = 0): Reading => ({
    coin,
    at_ms: START + minutes * MINUTE,
    price,
  });

  it('marks a price that contradicts its series and the other one, and a price without another series', async () => {
    await seedCoins(2);
    await rows(sql`update listings set asset_id = null where source <> 'coingecko' and external_id = 'c1'`);
    await load('coingecko', [at(0, '10'), at(0, '10', 1)]);
    await load('coinpaprika', [at(1, '10.01')]);
    await load('coingecko', [at(10, '10000000'), at(10, '10000000', 1)]);
    expect(await flagged('observations')).toEqual(['coingecko c0 10', 'coingecko c1 10']);
    expect(await flagged('latest_observations')).toEqual(['coingecko c0 10', 'coingecko c1 10']);
    await load('coingecko', [at(20, '10.05'), at(20, '9', 1)]);
    expect(await flagged('observations')).toEqual(['coingecko c0 10', 'coingecko c1 10']);
    expect(await flagged('latest_observations')).toEqual([]);
  });

  it('stays on the newest row when the same reading comes with other page facts', async () => {
    await seedCoins(1);
    await load('coingecko', [at(0, '10')]);
    await load('coingecko', [at(10, '1000')]);
    await rows(sql`update latest_observations set rank = 5`);
    await load('coingecko', [at(10, '1000')]);
    expect(await rows(sql`select rank, flags from latest_observations`)).toEqual([
      { rank: null, flags: ['anomaly'] },
    ]);
  });

  it('compares exactly: ten times is not more than tenfold, at any size', async () => {
    await seedCoins(4);
    const one = `0.${'0'.repeat(40)}1234567890123456789`;
    const ten = `0.${'0'.repeat(39)}1234567890123456789`;
    await load('coingecko', [at(0, one), at(0, one, 1), at(0, ten, 2), at(0, `${ten}1`, 3)]);
    await load('coingecko', [at(9, ten), at(9, `${ten}1`, 1), at(9, one, 2), at(9, one, 3)]);
    expect(await flagged('observations')).toEqual(['coingecko c1 9', 'coingecko c3 9']);
  });

  it('accepts a level after six hours', async () => {
    await seedCoins(1);
    await load('coingecko', [at(0, '10')]);
    for (const minute of [10, 200, 370, 371, 372]) await load('coingecko', [at(minute, '1000')]);
    expect(await flagged('observations')).toEqual([
      'coingecko c0 10',
      'coingecko c0 200',
      'coingecko c0 370',
    ]);
  });

  it('does not apply to history and files', async () => {
    await seedCoins(1);
    await load('coingecko', [at(0, '10')]);
    await load('coingecko', [at(-60, '1000')], { fills_only: true });
    await load('csv', [at(5, '1')]);
    await load('csv', [at(6, '100000')]);
    expect(await flagged('observations')).toEqual([]);
  });

  it('agrees with a naive reading of the rule, for any input', async () => {
    const step = fc.record({
      source: fc.constantFrom<Source>('coingecko', 'coingecko', 'coinpaprika', 'csv'),
      minutes: fc.constantFrom(1, 5, 9, 15, 16, 30, 31, 90, 359, 361, 1_000, 1_441),
      late: fc.constantFrom(0, 0, 0, 0, 7, 400),
      price: fc.constantFrom(
        '10',
        '10.5',
        '99',
        '100.01',
        '1',
        '0.99',
        '21',
        '1000',
        '1200',
        '10000000',
        null,
      ),
    });
    const coin = fc.array(step, { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(coin, { minLength: 40, maxLength: 40 }), async (coins) => {
        await emptyDatabase();
        await seedCoins(coins.length);
        const told = coins.map(() => new Naive());
        for (let turn = 0; turn < 20; turn += 1) {
          const batches = new Map<Source, Reading[]>();
          for (const [n, steps] of coins.entries()) {
            const next = steps[turn];
            const reading = next === undefined ? null : told[n]?.take(n, next);
            if (!next || !reading) continue;
            batches.set(next.source, [...(batches.get(next.source) ?? []), reading]);
          }
          for (const [source, batch] of batches) await load(source, batch);
        }
        const expected = told.flatMap((naive) => naive.flagged).toSorted();
        expect(expected.length).toBeGreaterThan(20);
        expect(await flagged('observations')).toEqual(expected);
      }),
      { numRuns: 2 },
    );
  });
});

/** One coin, by the text of the rule, one row after another. */
class Naive {
  readonly flagged: string[] = [];
  #now = START;
  readonly #rows: { source: Source; at_ms: number; cents: bigint | null; flagged: boolean }[] = [];

  take(
    coin: number,
    step: { source: Source; minutes: number; late: number; price: string | null },
  ): Reading | null {
    this.#now += step.minutes * MINUTE;
    const at_ms = this.#now - step.late * MINUTE;
    const { source } = step;
    if (this.#rows.some((row) => row.source === source && row.at_ms === at_ms)) return null;
    const { price } = step;
    const cents = price === null ? null : BigInt(Math.round(Number(price) * 100));
    const flagged = source !== 'csv' && cents !== null && this.#isAnomaly(source, at_ms, cents);
    this.#rows.push({ source, at_ms, cents, flagged });
    if (flagged) this.flagged.push(`${source} c${coin} ${(at_ms - START) / MINUTE}`);
    return { coin, at_ms, price };
  }

  #isAnomaly(source: Source, at_ms: number, cents: bigint): boolean {
    const before = this.#before(source, at_ms).filter((row) => row.cents !== null);
    const last = before.findLastIndex((row) => !row.flagged && at_ms - row.at_ms <= 24 * HOUR);
    const reference = before[last]?.cents;
    if (!reference || !isFarther(cents, reference, 10n)) return false;
    const begun = before[last + 1]?.at_ms ?? at_ms;
    if (at_ms - begun > 6 * HOUR) return false;
    return !(Object.keys(SERIES) as Source[]).some((other) => {
      const newest = other === source ? undefined : this.#upTo(other, at_ms).at(-1);
      if (newest === undefined || newest.cents === null) return false;
      const onTime = at_ms - newest.at_ms <= Math.min(SERIES[other] * 3_000, 48 * HOUR);
      return onTime && !isFarther(newest.cents, cents, 2n);
    });
  }

  #upTo(source: Source, at_ms: number) {
    return this.#rows
      .filter((row) => row.source === source && row.at_ms <= at_ms)
      .toSorted((a, b) => a.at_ms - b.at_ms);
  }

  #before(source: Source, at_ms: number) {
    return this.#upTo(source, at_ms).filter((row) => row.at_ms < at_ms);
  }
}

const isFarther = (a: bigint, b: bigint, factor: bigint) => a > b * factor || b > a * factor;
