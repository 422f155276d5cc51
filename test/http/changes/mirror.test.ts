/// <reference types="vite/client" />

import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settleCandles } from '../../../src/db/candles/follow.ts';
import { rowIn } from '../../../src/db/client.ts';
import { insertDecision } from '../../../src/db/identity/decisions.ts';
import {
  finishThinning,
  listThinnings,
  planThinning,
  raiseHorizon,
  thinRows,
} from '../../../src/db/retention/thin.ts';
import { openVersion } from '../../../src/db/tape/version.ts';
import { resolveAssets } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { readWhole } from '../../support/import-all.ts';
import { exported, Mirror } from '../../support/mirror.ts';
import { loadReadings, promoteReadings, takeBack } from '../../support/readings.ts';
import { storeUpload } from '../../support/stored-upload.ts';

// VITE_CHANGES=200 npx vitest run --project worker test/http/changes/mirror
const RUNS = Number(import.meta.env.VITE_CHANGES ?? 6);

// After any events on the tape, a copy that applies its changes in order equals /data.

const IDS = { coingecko: ['a', 'b'], coinpaprika: ['a', 'c'], csv: ['yahoo:a:-:usd:1d'] };
type Source = keyof typeof IDS;
const FILTERS = ['', 'source=coingecko,csv', 'kind=spot&external_id=a,canonical:abc', ''];

const minutes = fc.integer({ min: 0, max: 11 }).map((n) => n * 10);
const at = minutes.map((n) => new Date(Date.UTC(2025, 0, 10, 0, n)).toISOString().replace('.000Z', 'Z'));
const price = fc.integer({ min: 10, max: 19 }).map(String);
const readingsOf = (source: Source) =>
  fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...IDS[source]),
      at,
      price: fc.option(price, { freq: 9 }),
      kind: fc.constant(source === 'csv' ? ('bar_close' as const) : ('spot' as const)),
      symbol: fc.constantFrom('OLD', 'NEW'),
    }),
    { minLength: 1, maxLength: 12, selector: (each) => `${each.id} ${each.at}` },
  );
const loadOf = (source: Source) =>
  fc.record({
    type: fc.constant('load' as const),
    source: fc.constant(source),
    readings: readingsOf(source),
  });
const pick = fc.nat();
const step = fc.oneof(
  { weight: 4, arbitrary: loadOf('coingecko') },
  { weight: 3, arbitrary: loadOf('coinpaprika') },
  { weight: 1, arbitrary: loadOf('csv') },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('upload' as const),
      prices: fc.array(fc.option(price, { freq: 3 }), { minLength: 1, maxLength: 30 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('withdraw' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('promote' as const), readings: readingsOf('coingecko') }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'resolve' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('decide' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('thin' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('copy' as const), pick }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('follow' as const),
      pick,
      limit: fc.integer({ min: 1, max: 7 }),
      pages: fc.integer({ min: 1, max: 6 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** The tape, the runs that loaded it, all its versions, and copies at any position. */
interface World {
  runs: number[];
  versions: string[];
  mirrors: Mirror[];
}

const picked = <Value>(values: readonly Value[], at: number): Value | undefined =>
  values[at % Math.max(values.length, 1)];

async function upload(prices: (string | null)[]): Promise<number> {
  const lines = prices.map((each, day) => {
    const date = new Date(Date.UTC(2025, 0, 1 + (day % 20))).toISOString().slice(0, 10);
    return `ABC,${each ?? 'dear'},${date}\n`;
  });
  const upload_id = await storeUpload(`symbol,price_usd,created_at\n${lines.join('')}`);
  await readWhole(upload_id);
  const [found] = await rows<{ run_id: string }>(sql`select run_id from uploads where id = ${upload_id}`);
  return Number(found?.run_id);
}

async function decide(at: number): Promise<void> {
  const { db } = testDeps();
  const mappings = await rows<{ id: string }>(
    sql`select id from mappings where state = 'active' order by id`,
  );
  const assets = await rows<{ id: string }>(sql`select id from assets order by id`);
  const [mapping, asset] = [picked(mappings, at), picked(assets, Math.floor(at / 7))];
  if (mapping === undefined || asset === undefined) return;
  const decision = { action: 'pin' as const, asset_id: asset.id, who: 'ada', why: 'looked it up' };
  await db.batch(insertDecision(db, { mapping_id: Number(mapping.id), ...decision }));
  await resolveAssets(testDeps());
}

/** Like maintenance, with any version as the horizon. */
async function thin(horizon: string): Promise<void> {
  const { db } = testDeps();
  const plans = ['coingecko', 'coinpaprika'].map((source) =>
    planThinning(db, { source, unit: 'hour', horizon }),
  );
  await db.batch([openVersion(db), raiseHorizon(db, horizon), plans]);
  for (const thinning of await listThinnings(db)) {
    for (let exhausted = false; !exhausted; ) {
      const [, result] = await db.batch([openVersion(db), thinRows(db, thinning, 10), settleCandles(db)]);
      exhausted = rowIn(result).exhausted;
    }
    await db.batch([openVersion(db), finishThinning(db, thinning)]);
  }
}

async function follow(mirror: Mirror, limit: number, pages = Number.POSITIVE_INFINITY): Promise<void> {
  for (let page = 0; page < pages; page += 1) {
    const outcome = await mirror.page(limit);
    if (outcome === 'gone') await mirror.copy();
    if (outcome === 'end') return;
  }
}

async function play(world: World, each: Step): Promise<void> {
  if (each.type === 'load') world.runs.push(await loadReadings(each.readings, each));
  else if (each.type === 'upload') world.runs.push(await upload(each.prices));
  else if (each.type === 'promote') await promoteReadings(each.readings);
  else if (each.type === 'resolve') await resolveAssets(testDeps());
  else if (each.type === 'decide') await decide(each.pick);
  else if (each.type === 'withdraw') {
    const run = picked(world.runs, each.pick);
    if (run !== undefined) await takeBack(run);
  } else if (each.type === 'thin') {
    const horizon = picked(world.versions, each.pick);
    if (horizon !== undefined) await thin(horizon);
  } else {
    const mirror = picked(world.mirrors, each.pick);
    if (each.type === 'copy') await mirror?.copy();
    else if (mirror !== undefined) await follow(mirror, each.limit, each.pages);
  }
}

const keyOf = (id: string) => id.slice(0, id.lastIndexOf('_'));

/** Ids without any revision on the tape: they were thinned. */
async function thinned(ids: string[]): Promise<string[]> {
  const known = await rows<{ id: string }>(sql`
    select l.source || '_' || l.external_id || '_' || o.kind || '_'
      || (extract(epoch from o.observed_at) * 1000000)::bigint || '_' || o.revision as id
    from observations o join listings l on l.id = o.listing_id`);
  const all = new Set(known.map(({ id }) => id));
  return ids.filter((id) => !all.has(id));
}

/** Ends its present walk, and follows up to now; then the copy equals /data plus the thinned rows. */
async function expectEqual(mirror: Mirror, limit: number): Promise<void> {
  await follow(mirror, limit);
  await follow(mirror, limit);
  const wanted = (await exported(mirror.filter))?.rows ?? new Map();
  // A copy has one revision per key, even if its former one was thinned.
  const keys = [...mirror.rows.keys()].map(keyOf);
  expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
  const extra = [...mirror.rows.keys()].filter((id) => !wanted.has(id));
  expect(await thinned(extra)).toEqual(extra);
  for (const id of extra) mirror.rows.delete(id);
  const sorted = (map: Map<string, unknown>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
  expect(sorted(mirror.rows)).toEqual(sorted(wanted));
}

it('a copy equals the tape after any mix of changes, from any position', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), pick, async (steps, since) => {
      await emptyDatabase();
      const world: World = { runs: [], versions: [], mirrors: FILTERS.map((filter) => new Mirror(filter)) };
      for (const each of steps) {
        await play(world, each);
        const [row] = await rows<{ version: string }>(sql`
          select to_char(version at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as version from tape_version`);
        if (row && row.version !== world.versions.at(-1)) world.versions.push(row.version);
      }
      for (const [at, mirror] of world.mirrors.entries()) await expectEqual(mirror, 4 + 9 * at);
      for (const version of [picked(world.versions, since), world.versions[0]]) {
        const mirror = new Mirror();
        if (version !== undefined && (await mirror.copy(version))) await expectEqual(mirror, 20);
      }
    }),
    { numRuns: RUNS },
  );
});
