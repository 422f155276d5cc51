/// <reference types="vite/client" />
import { type SQL, sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { settleCandles } from '../../src/db/candles/follow.ts';
import { rowIn } from '../../src/db/client.ts';
import { insertDecision } from '../../src/db/identity/decisions.ts';
import { loadMarketTotals } from '../../src/db/observations/load-market-totals.ts';
import { loadRates } from '../../src/db/rates/load.ts';
import {
  finishThinning,
  listThinnings,
  planThinning,
  raiseHorizon,
  thinRows,
} from '../../src/db/retention/thin.ts';
import { openVersion } from '../../src/db/tape/version.ts';
import { resolveAssets } from '../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { type Answer, ask } from '../support/http.ts';
import { loadReadings, newPayload, promoteReadings, type Reading, takeBack } from '../support/readings.ts';

// VITE_ANSWERS=200 npx vitest run --project worker test/http/answer-versions
const RUNS = Number(import.meta.env.VITE_ANSWERS ?? 6);

// The tag of an answer changes if its content may have changed, and not with other changes.

const DAY = '2025-01-10T';
const now = () => new Date('2025-01-12T00:00:00Z');
const idAt = (listing: string, minute: number) =>
  `${listing}_spot_${(Date.UTC(2025, 0, 10, 0, minute) * 1000).toString()}_1`;

const PATHS = [
  '/data?source=coingecko&limit=1000',
  '/data?source=coinpaprika&limit=2',
  '/data?source=coinpaprika,csv&format=csv&limit=1000',
  '/data?asset=coingecko:a',
  '/data?asset=coingecko:a&history=true&sort=ingested_at&order=asc',
  `/data?asset=coinpaprika:c&start_date=${DAY}00:30:00Z&count=exact`,
  '/data?external_id=a&kind=spot',
  '/data?source=csv&kind=bar_close',
  '/data?source=csv&latest=true',
  '/data?symbol=OLD',
  '/data?latest=true&source=coingecko',
  '/data?latest=true&source=coingecko&sort=created_at&limit=1',
  '/data?latest=true&asset=coingecko:a,coinpaprika:c',
  '/data?latest=true&external_id=b',
  `/data?source=coingecko&as_of=${DAY}00:50:00Z`,
  '/data?source=coingecko&as_of=2099-01-01',
  '/candles?asset=coingecko:a&interval=1h',
  '/candles?asset=coinpaprika:c&interval=1d&basis=observed',
  '/candles?external_id=a&interval=1h&limit=1',
  '/candles?symbol=NEW&interval=1h',
  '/candles?asset=csv:yahoo:a:-:usd:1d&interval=1d&basis=reported',
  '/global',
  '/rates?at=2025-01-11',
  `/prices?asset=coingecko:a,coinpaprika:c&at=${DAY}01:00:00Z`,
  `/prices?symbol=OLD&at=${DAY}01:00:00Z`,
  `/prices?asset=coingecko:b&quote=eur&at=${DAY}02:00:00Z`,
  ...[0, 10, 20].flatMap((minute) =>
    ['coingecko_a', 'coinpaprika_c'].flatMap((listing) => [
      `/observations/${idAt(listing, minute)}`,
      `/observations/${idAt(listing, minute)}/proof`,
    ]),
  ),
  `/rates/coingecko_eur_rate_${Date.UTC(2025, 0, 10) * 1000}_1/proof`,
];

const IDS = { coingecko: ['a', 'b'], coinpaprika: ['a', 'c'], csv: ['yahoo:a:-:usd:1d'] };
type Source = keyof typeof IDS;

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
      symbol: fc.constantFrom('OLD', 'OLD', 'OLD', 'NEW'),
      ...(source === 'csv' ? {} : { rank: fc.integer({ min: 1, max: 3 }) }),
    }),
    { minLength: 1, maxLength: 6, selector: (each) => `${each.id} ${each.at}` },
  );
const loadOf = <Type extends 'load' | 'former'>(type: Type, source: Source) =>
  fc.record({ type: fc.constant(type), source: fc.constant(source), readings: readingsOf(source) });
const pick = fc.nat();
const step = fc.oneof(
  { weight: 6, arbitrary: loadOf('load', 'coingecko') },
  { weight: 4, arbitrary: loadOf('load', 'coinpaprika') },
  { weight: 2, arbitrary: loadOf('load', 'csv') },
  { weight: 1, arbitrary: loadOf('former', 'coingecko') },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('totals' as const), price }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('rates' as const), price }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('withdraw' as const), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('promote' as const), readings: readingsOf('coingecko') }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'resolve' as const }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('decide' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('thin' as const), pick }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const picked = <Value>(values: readonly Value[], place: number): Value | undefined =>
  values[place % Math.max(values.length, 1)];

/** A load by a release that does not record what it touches. */
async function loadFormerly(readings: Reading[], source: Source): Promise<number> {
  const STAMPS = sql`select stamped_version, rest_version from tape_version`;
  const [stamps] = await rows<{ stamped_version: string | null; rest_version: string | null }>(STAMPS);
  const counted = await rows<{ listing_id: number; kind: string; changed_at: string | null }>(
    sql`select listing_id, kind, changed_at from counts`,
  );
  const summed = await rows<{ source: string; kind: string; changed_at: string | null }>(
    sql`select source, kind, changed_at from source_counts`,
  );
  const run = await loadReadings(readings, { source });
  await rows(sql`update tape_version set stamped_version = ${stamps?.stamped_version ?? null}::timestamptz,
    rest_version = ${stamps?.rest_version ?? null}::timestamptz`);
  await rows(sql`update counts set changed_at = null`);
  await rows(sql`update source_counts set changed_at = null`);
  for (const { listing_id, kind, changed_at } of counted)
    await rows(sql`update counts set changed_at = ${changed_at}::timestamptz
      where listing_id = ${listing_id} and kind = ${kind}`);
  for (const { source: of, kind, changed_at } of summed)
    await rows(sql`update source_counts set changed_at = ${changed_at}::timestamptz
      where source = ${of} and kind = ${kind}`);
  return run;
}

async function loadTotals(value: string): Promise<number> {
  const { db } = testDeps();
  const origin = await newPayload();
  await db.batch([
    openVersion(db),
    loadMarketTotals(db, origin, {
      observed_at: `${DAY}00:00:00Z`,
      market_cap_usd: value,
      volume_24h_usd: null,
      bitcoin_dominance_percent: null,
      market_cap_change_24h_percent: null,
      assets_count: null,
      flags: [],
      pointer: '/data',
    }),
  ]);
  return origin.run_id;
}

async function loadCurrencies(value: string): Promise<number> {
  const { db } = testDeps();
  const origin = await newPayload();
  const rate = (currency: string, units_per_btc: string) => ({
    currency,
    name: null,
    units_per_btc,
    observed_at: `${DAY}00:00:00Z`,
    flags: [],
    pointer: `/rates/${currency}`,
  });
  await db.batch([openVersion(db), loadRates(db, origin, [rate('usd', '100'), rate('eur', value)])]);
  return origin.run_id;
}

async function decide(place: number): Promise<void> {
  const { db } = testDeps();
  const ids = (table: SQL) => rows<{ id: string }>(sql`select id from ${table} order by id`);
  const mapping = picked(await ids(sql`mappings`), place);
  const asset = picked(await ids(sql`assets`), Math.floor(place / 7));
  if (mapping === undefined || asset === undefined) return;
  const decision = { action: 'pin' as const, asset_id: asset.id, who: 'ada', why: 'looked it up' };
  await db.batch(insertDecision(db, { mapping_id: Number(mapping.id), ...decision }));
  await resolveAssets(testDeps());
}

async function thin(horizon: string): Promise<void> {
  const { db } = testDeps();
  const plan = planThinning(db, { source: 'coingecko', unit: 'hour', horizon });
  await db.batch([openVersion(db), raiseHorizon(db, horizon), [plan]]);
  for (const thinning of await listThinnings(db)) {
    for (let exhausted = false; !exhausted; ) {
      const [, result] = await db.batch([openVersion(db), thinRows(db, thinning, 10), settleCandles(db)]);
      exhausted = rowIn(result).exhausted;
    }
    await db.batch([openVersion(db), finishThinning(db, thinning)]);
  }
}

interface World {
  runs: number[];
  versions: string[];
}

async function play({ runs, versions }: World, each: Step): Promise<void> {
  if (each.type === 'load') runs.push(await loadReadings(each.readings, each));
  else if (each.type === 'former') runs.push(await loadFormerly(each.readings, each.source));
  else if (each.type === 'totals') runs.push(await loadTotals(each.price));
  else if (each.type === 'rates') runs.push(await loadCurrencies(each.price));
  else if (each.type === 'promote') await promoteReadings(each.readings);
  else if (each.type === 'resolve') await resolveAssets(testDeps());
  else if (each.type === 'decide') await decide(each.pick);
  else if (each.type === 'withdraw') {
    const run = picked(runs, each.pick);
    if (run !== undefined) await takeBack(run);
  } else {
    const horizon = picked(versions, each.pick);
    if (horizon !== undefined) await thin(horizon);
  }
}

/** The content of a reply, without the parts that differ in every reply. */
const said = ({ text, headers }: Answer): string =>
  [
    text.replace(/"(request_id|api_latency_ms|answered_at)":("[^"]*"|\d+),?/g, ''),
    headers.get('Link'),
    headers.get('X-Tape-Version'),
  ].join('\n');

const question = (tag = '') => ({ headers: { 'If-None-Match': tag }, deps: { now } });

/** Sends the newest tag, and compares each answer under a tag with the previous one. */
async function follow(path: string, known: Map<string, string>): Promise<void> {
  const tag = [...known.keys()].at(-1);
  const answer = await ask(path, question(tag));
  const full = answer.status === 304 ? await ask(path, question()) : answer;
  const own = full.headers.get('ETag');
  if (answer.status === 304) expect([path, own]).toEqual([path, tag]);
  if (full.status !== 200 || own === null) return;
  const before = known.get(own);
  if (before !== undefined) expect([path, said(full)]).toEqual([path, before]);
  known.delete(own);
  known.set(own, said(full));
}

it('answers with the same tag are equal, after any loads, revisions, withdrawals, moves and thinning', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
      await emptyDatabase();
      const world: World = { runs: [], versions: [] };
      const held = new Map(PATHS.map((path) => [path, new Map<string, string>()]));
      for (const each of steps) {
        await play(world, each);
        const [row] = await rows<{ version: string }>(sql`
          select to_char(version at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as version from tape_version`);
        if (row && row.version !== world.versions.at(-1)) world.versions.push(row.version);
        for (const [path, known] of held) await follow(path, known);
      }
    }),
    { numRuns: RUNS },
  );
});

describe('a tag', () => {
  const FIRST: Reading[] = [
    { id: 'a', at: `${DAY}00:00:00Z`, price: '10', symbol: 'OLD', rank: 1 },
    { id: 'b', at: `${DAY}00:00:00Z`, price: '20', symbol: 'B', rank: 2 },
  ];
  const later = (id: string, minute: string): Reading => ({
    id,
    at: `${DAY}00:${minute}:00Z`,
    price: '11',
    rank: 1,
  });

  beforeEach(async () => {
    await emptyDatabase();
    await loadReadings(FIRST);
    await loadReadings([{ id: 'c', at: `${DAY}00:00:00Z`, price: '30', symbol: 'C' }], {
      source: 'coinpaprika',
    });
    await loadTotals('1');
    await loadCurrencies('90');
    await resolveAssets(testDeps());
  });

  /** The paths whose tags differ after an action. */
  async function moved(paths: readonly string[], act: () => Promise<unknown>): Promise<string[]> {
    const tags = await Promise.all(
      paths.map(async (path) => (await ask(path, question())).headers.get('ETag')),
    );
    await act();
    const statuses = await Promise.all(
      paths.map(async (path, place) => (await ask(path, question(tags[place] ?? ''))).status),
    );
    return paths.filter((_, place) => statuses[place] !== 304);
  }

  const OF_A = [
    '/data?asset=coingecko:a',
    '/data?latest=true&external_id=a',
    '/candles?asset=coingecko:a&interval=1h',
    `/prices?asset=coingecko:a&at=${DAY}02:00:00Z`,
  ];
  const OF_ROW = [`/observations/${idAt('coingecko_a', 0)}`, `/observations/${idAt('coingecko_a', 0)}/proof`];
  const OF_SOURCE = [
    '/data?source=coingecko&limit=1000',
    '/data?source=coingecko&limit=1',
    '/data?latest=true&source=coingecko',
  ];
  const OF_TAPE = ['/data', '/data?symbol=OLD', '/data?latest=true', '/assets'];
  const OF_TOTALS = ['/global'];
  const OF_RATES = [
    '/rates?at=2025-01-11',
    `/rates/coingecko_eur_rate_${Date.UTC(2025, 0, 10) * 1000}_1/proof`,
  ];
  const ALL = [...OF_A, ...OF_ROW, ...OF_SOURCE, ...OF_TAPE, ...OF_TOTALS, ...OF_RATES];

  it('stays when another source is polled', async () => {
    const poll = () => loadReadings([later('c', '05')], { source: 'coinpaprika' });
    expect(await moved(ALL, poll)).toEqual(OF_TAPE);
  });

  it('changes when its own source is polled, but not the tag of one row', async () => {
    expect(await moved(ALL, () => loadReadings([later('a', '05')]))).toEqual([
      ...OF_A,
      ...OF_SOURCE,
      ...OF_TAPE,
    ]);
  });

  it('of a coin stays when its source reports another one', async () => {
    expect(await moved(ALL, () => loadReadings([later('b', '05')]))).toEqual([...OF_SOURCE, ...OF_TAPE]);
  });

  it('changes when a known reading comes with another rank', async () => {
    const repeat = () => loadReadings([{ id: 'a', at: `${DAY}00:00:00Z`, price: '10', rank: 3 }]);
    expect(await moved(ALL, repeat)).toEqual([...OF_A, ...OF_SOURCE, ...OF_TAPE]);
    expect(await moved(ALL, repeat)).toEqual([]);
  });

  it('of a row changes when that row is revised', async () => {
    const revise = () => loadReadings([{ id: 'a', at: `${DAY}00:00:00Z`, price: '12', rank: 1 }]);
    expect(await moved(ALL, revise)).toEqual([...OF_A, ...OF_ROW, ...OF_SOURCE, ...OF_TAPE]);
  });

  it('of totals and of rates changes only with those', async () => {
    expect(await moved(ALL, () => loadTotals('2'))).toEqual([...OF_TAPE, ...OF_TOTALS]);
    expect(await moved(ALL, () => loadCurrencies('91'))).toEqual([...OF_TAPE, ...OF_RATES]);
  });

  it('changes everywhere with a new coin, a withdrawal, and a load by a former release', async () => {
    const run = await loadReadings([later('b', '05')]);
    expect(await moved(ALL, () => takeBack(run))).toEqual(ALL);
    expect(await moved(ALL, () => loadReadings([{ ...later('d', '05'), symbol: 'OLD' }]))).toEqual(ALL);
    expect(await moved(ALL, () => loadFormerly([later('b', '15')], 'coingecko'))).toEqual(ALL);
  });

  it('of candles changes when the tape enters another hour, which may end one of them', async () => {
    const path = '/candles?asset=coingecko:a&interval=1h';
    await rows(sql`update tape_version set version = '2025-01-10T00:59:00Z', rest_version = '2025-01-10T00:59:00Z',
      stamped_version = null`);
    await rows(sql`update counts set changed_at = null`);
    const stamp = (version: string) =>
      rows(sql`update tape_version set version = ${version}, stamped_version = ${version}`);
    expect(await moved([path], () => stamp('2025-01-10T00:59:30Z'))).toEqual([]);
    expect(await moved([path], () => stamp('2025-01-10T01:00:30Z'))).toEqual([path]);
    expect(await moved([path], () => stamp('2025-01-10T01:59:59Z'))).toEqual([]);
  });

  it('is that of the version in complete_through and cursors', async () => {
    const path = '/data?source=coingecko&limit=1';
    const before = (await ask(path, question())).page;
    await loadReadings([later('c', '05')], { source: 'coinpaprika' });
    const after = (await ask(path, question())).page;
    expect(after.pagination.next_cursor).toBe(before.pagination.next_cursor);
    const whole = (await ask('/data?source=coingecko', question())).page;
    await loadReadings([later('a', '10')]);
    const next = await ask(
      `/data?source=coingecko&ingested_after=${whole.meta.complete_through}`,
      question(),
    );
    expect(next.column('created_at')).toEqual([`${DAY}00:10:00Z`]);
    expect(
      (await ask(`/data?cursor=${after.pagination.next_cursor}`, question())).column('external_id'),
    ).toEqual(['a']);
  });
});
