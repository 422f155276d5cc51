import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { ASSET_SORTS } from '../../../src/db/identity/asset-sorts.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';

// Every order of /assets, against an oracle that reads all rows as they are shown and sorts them itself.

const { db } = testDeps();
const NOW = '2025-01-10T12:00:00Z';
const deps = { now: () => new Date(NOW) };
const ago = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

interface Listing {
  source: 'coingecko' | 'coinpaprika' | 'csv';
  hours: number;
  rank: number | null;
  price: string;
  cap: string | null;
  volume: string | null;
  changes: [hour: string | null, day: string | null, week: string | null];
}
interface Asset {
  name: string | null;
  listings: Listing[];
}

const change = fc.option(fc.constantFrom('-12.5', '-0.000001', '0', '3', '3.0000000001', '250'));
const listing = (source: Listing['source']) =>
  fc.record({
    source: fc.constant(source),
    hours: fc.constantFrom(0.1, 0.2, 5, 23, 25, 500),
    rank: fc.option(fc.integer({ min: 1, max: 6 })),
    price: fc.constantFrom('0.00000001', '1', '1.0000000000000000001', '90000'),
    cap: fc.option(fc.constantFrom('1', '2.5', '1e12')),
    volume: fc.option(fc.constantFrom('0', '7', '1e9')),
    changes: fc.tuple(change, change, change),
  });
// With both cases of a letter, a blank, a sign, and characters of two and four bytes.
const name = fc.option(fc.constantFrom('Ab', 'aB', 'ab c', 'b', 'B-', '_', '0x', '龙', '🐶', 'b%'), {
  freq: 8,
});
const asset: fc.Arbitrary<Asset> = fc.record({
  name,
  listings: fc
    .tuple(...(['coingecko', 'coinpaprika', 'csv'] as const).map((each) => fc.option(listing(each))))
    .map((listings) => listings.filter((each) => each !== null))
    .filter((listings) => listings.length > 0),
});

const idOf = (i: number): string => `a${String(i).padStart(2, '0')}`;
const externalId = (source: Listing['source'], i: number): string =>
  source === 'csv' ? `yahoo:${i}:-:usd:1d` : `x${i}`;

async function seedTape(tape: Asset[]): Promise<void> {
  await emptyDatabase();
  await seed(
    db,
    tape.flatMap(({ listings }, i) =>
      listings.map(({ source, hours, price, cap, volume, changes }) => ({
        source,
        external_id: externalId(source, i),
        kind: source === 'csv' ? ('bar_close' as const) : ('spot' as const),
        observed_at: ago(hours),
        price_usd: price,
        market_cap_usd: cap,
        volume_24h_usd: volume,
        percent_change_24h: changes[1],
        symbol: 'SAME',
      })),
    ),
  );
  await seedAssets(
    db,
    tape.map(({ name, listings }, i) => ({
      id: idOf(i),
      ...(name === null ? {} : { name }),
      symbol: 'SAME',
      listings: Object.fromEntries(
        listings.map(({ source }) => [`${source}:${externalId(source, i)}`, 'own']),
      ),
    })),
  );
  for (const [i, { listings }] of tape.entries())
    for (const { source, rank, changes } of listings)
      await rows(sql`
        update latest_observations o
        set rank = ${rank}::int, percent_change_1h = ${changes[0]}::numeric, percent_change_7d = ${changes[2]}::numeric
        from listings l where l.id = o.listing_id and l.source = ${source} and l.external_id = ${externalId(source, i)}`);
}
afterAll(emptyDatabase);

type Shown = Record<string, unknown>;

async function walked(query: string, limit: number): Promise<Shown[]> {
  const found: Shown[] = [];
  let path: string | null = `/assets?${query}&limit=${limit}&decimals=string`;
  while (path !== null) {
    const { page } = await ask(path, { deps });
    found.push(...page.data);
    const { next_cursor } = page.pagination;
    path = next_cursor === null ? null : `/assets?cursor=${next_cursor}&limit=${limit}`;
  }
  return found;
}

const listed = async (query: string): Promise<unknown[]> =>
  (await ask(`/assets?${query}`, { deps })).column('asset');

/** Compares by the first member that differs. */
const byMembers = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, i) => value - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;

/** Positions of texts among each other, so that numbers of any size compare exactly. */
function places(texts: (string | null)[], compare: (a: string, b: string) => number): number[] {
  const sorted = texts.filter((text) => text !== null).toSorted(compare);
  return texts.map((text) => (text === null ? 0 : sorted.findIndex((each) => compare(each, text) === 0)));
}

const codePoints = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0);
const compareTexts = (a: string, b: string): number => {
  const [x, y] = [codePoints(a), codePoints(b)];
  return byMembers([...x, -1], [...y, -1]) || x.length - y.length;
};
const SCALE = 25;
/** As whole numbers, of decimals with at most 25 digits behind the point. */
function scaled(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}
const compareNumbers = (a: string, b: string): number => {
  const [x, y] = [scaled(a), scaled(b)];
  return x < y ? -1 : x > y ? 1 : 0;
};

/** The assets in the order that the rule says, from their rows. */
function sorted(tape: Asset[], shown: Shown[], sort: string, order: 'asc' | 'desc'): unknown[] {
  const sign = order === 'desc' ? -1 : 1;
  const listingIds = tape.flatMap(({ listings }, i) =>
    listings.map(({ source }) => `${source}:${externalId(source, i)}`),
  );
  const keys = shown.map((row) => {
    const [own, isBar] = [sort === 'name', row.kind === 'bar_close'];
    const value = row[sort];
    const text = value === null || (isBar && !own) ? null : own ? String(value).toLowerCase() : String(value);
    const listing = own || isBar ? 0 : listingIds.indexOf(`${row.source}:${row.external_id}`);
    return { row, text, listing, part: text !== null ? 0 : isBar || own ? 2 : 1 };
  });
  const compare = sort === 'name' || sort === 'created_at' ? compareTexts : compareNumbers;
  const place = places(
    keys.map(({ text }) => text),
    compare,
  );
  return keys
    .map(({ row, listing, part }, i) => {
      const nth = Number(String(row.asset).slice(1));
      const isOld = (tape[nth]?.listings ?? []).every(({ hours }) => hours > 24);
      return { asset: row.asset, key: [Number(isOld), part, sign * (place[i] ?? 0), sign * listing, nth] };
    })
    .toSorted((a, b) => byMembers(a.key, b.key))
    .map((each) => each.asset);
}

const SORTS = ASSET_SORTS.filter((sort) => sort !== 'rank'); // a rank may be of another row than the one shown

test('any tape is listed in any order by the rule: at once, by cursor, by offset, and as the result of a search', async () => {
  const tapes = fc.sample(fc.array(asset, { minLength: 10, maxLength: 14 }), { seed: 20, numRuns: 2 });
  const named = (found: Shown[]) => found.map((row) => row.asset);
  for (const [i, tape] of tapes.entries()) {
    await seedTape(tape);
    const shown = await walked('', 1000);
    const order = i === 0 ? 'asc' : 'desc';
    for (const sort of SORTS) {
      const query = `sort=${sort}&order=${order}`;
      const expected = sorted(tape, shown, sort, order);
      expect(named(await walked(query, 1000)), query).toEqual(expected);
      expect(named(await walked(query, 5)), `${query} by cursor`).toEqual(expected);
      expect(named(await walked(`${query}&q=same`, 6)), `${query} of a search`).toEqual(expected);
      const { page } = await ask(`/assets?${query}&offset=5&limit=2`, { deps });
      expect(named(page.data), `${query} by offset`).toEqual(expected.slice(5, 7));
    }
  }
}, 240_000);

test('without order names ascend, and all other values descend', async () => {
  const [tape = []] = fc.sample(fc.array(asset, { minLength: 8, maxLength: 8 }), { seed: 3, numRuns: 1 });
  await seedTape(tape);
  for (const sort of SORTS) {
    const order = sort === 'name' ? 'asc' : 'desc';
    expect(await listed(`sort=${sort}`), sort).toEqual(await listed(`sort=${sort}&order=${order}`));
  }
}, 120_000);

test('a cursor whose place is not of its order is refused', async () => {
  const { next_cursor } = (await ask('/assets?sort=name&limit=1', { deps })).page.pagination;
  const { json } = await ask(`/assets?sort=created_at&cursor=${next_cursor}`, { deps });
  expect(json).toMatchObject({ code: 'invalid_cursor' });
});
