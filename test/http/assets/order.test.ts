import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { type SeedRow, seed, seedAssets } from '../../support/tape.ts';

// The order of assets: by rank, and without recent data after all others.

const { db } = testDeps();
const NOW = '2025-01-10T12:00:00Z';
const deps = { now: () => new Date(NOW) };

/** This many hours ago. */
const ago = (hours: number): string => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();

interface Listing {
  source: 'coingecko' | 'coinpaprika' | 'csv';
  hours: number;
  rank: number | null;
  cap: string | null;
  is_bar?: boolean;
}
type Asset = Listing[];

/** Seeds assets `a00`, `a01`, … with these listings; their ids follow the order of the listings. */
async function seedTape(tape: Asset[]): Promise<void> {
  await emptyDatabase();
  const named = tape.map((listings, i) => ({
    id: `a${String(i).padStart(2, '0')}`,
    listings: listings.map((listing, k) => ({
      ...listing,
      external_id: listing.is_bar ? `yahoo:${i}-${k}:-:usd:1d` : `${i}-${k}`,
    })),
  }));
  await seed(
    db,
    named.flatMap(({ listings }) =>
      listings.map(
        ({ source, external_id, hours, cap, is_bar }): SeedRow => ({
          source,
          external_id,
          kind: is_bar ? 'bar_close' : 'spot',
          observed_at: ago(hours),
          price_usd: '1',
          market_cap_usd: cap,
          symbol: 'SAME',
        }),
      ),
    ),
  );
  await seedAssets(
    db,
    named.map(({ id, listings }) => ({
      id,
      name: 'coin',
      listings: Object.fromEntries(
        listings.map(({ source, external_id }) => [`${source}:${external_id}`, 'own']),
      ),
    })),
  );
  for (const { listings } of named)
    for (const { external_id, rank } of listings)
      await rows(sql`
        update latest_observations set rank = ${rank}::int
        where listing_id = (select id from listings where external_id = ${external_id})`);
}

afterAll(emptyDatabase);

const listed = async (query: string): Promise<unknown[]> =>
  (await ask(`/assets?${query}`, { deps })).column('asset');

describe('by rank', () => {
  const one = (listing: Partial<Listing>): Asset => [
    { source: 'coingecko', hours: 0.1, rank: null, cap: null, ...listing },
  ];
  beforeAll(() =>
    seedTape([
      one({ rank: 3, cap: '9e15' }),
      one({ rank: 1 }),
      // It left the list of its only source with the largest cap of all.
      one({ rank: 1, hours: 25, cap: '5e12' }),
      one({ cap: '1e15' }),
      one({ rank: 2, hours: 23 }),
      // If several sources have a rank, the first of them counts, unless it has been silent for a day.
      [...one({ rank: 7 }), { source: 'coinpaprika', hours: 0.1, rank: 1, cap: null }],
      [...one({ rank: 1, hours: 60 }), { source: 'coinpaprika', hours: 0.1, rank: 8, cap: null }],
      [...one({ rank: 1, hours: 60 }), { source: 'csv', hours: 3, rank: null, cap: null, is_bar: true }],
      [{ source: 'csv', hours: 30, rank: null, cap: null, is_bar: true }],
      one({ rank: null, hours: 26 }),
    ]),
  );

  test.for([
    ['', ['a01', 'a04', 'a00', 'a05', 'a06', 'a03', 'a07', 'a02', 'a09', 'a08']],
    ['order=desc', ['a06', 'a05', 'a00', 'a04', 'a01', 'a03', 'a07', 'a02', 'a09', 'a08']],
    ['sort=market_cap_usd', ['a00', 'a03', 'a06', 'a05', 'a04', 'a01', 'a07', 'a02', 'a09', 'a08']],
    ['max_age=86400', ['a01', 'a04', 'a00', 'a05', 'a06', 'a03', 'a07']],
    ['max_age=7200', ['a01', 'a00', 'a05', 'a06', 'a03']],
    ['max_age=93600', ['a01', 'a04', 'a00', 'a05', 'a06', 'a03', 'a07', 'a02', 'a09']],
    ['max_age=7200&q=a0&limit=2', ['a01', 'a00']],
  ] as const)('%s', async ([query, expected]) => {
    const { page } = await ask(`/assets?${query}`, { deps });
    expect(page.data.map(({ asset }) => asset)).toEqual(expected);
    const whole = query.replace('&limit=2', '');
    expect(page.pagination.total).toBe((await listed(whole)).length);
  });

  test('max_age shows no older row, as in /prices', async () => {
    const { page } = await ask('/assets?max_age=7200&asset=a06', { deps });
    expect(page.data).toMatchObject([{ asset: 'a06', source: 'coinpaprika', stale: false }]);
  });

  test('possible assets come in the same order', async () => {
    const { missing } = (await ask('/prices?symbol=SAME', { deps })).json as {
      missing: { message: string; candidates: { asset: string; rank: number | null; call: string }[] }[];
    };
    expect(missing[0]?.candidates.map(({ asset, rank }) => [asset, rank])).toEqual([
      ['a01', 1],
      ['a04', 2],
      ['a00', 3],
      ['a05', 7],
      ['a06', 8],
      ['a03', null],
      ['a07', null],
      ['a02', 1],
      ['a08', null],
      ['a09', null],
    ]);
    expect(missing[0]?.candidates[0]?.call).toBe('/prices?asset=a01');
    expect(missing[0]?.message).toBe(
      'Several assets go by SAME. Ask for one of them by its id, such as /prices?asset=a01.',
    );
    const unknown = (await ask('/prices?asset=same', { deps })).json as {
      missing: [{ candidates: unknown[] }];
    };
    // The ten possible listings belong to eight assets.
    expect(unknown.missing[0].candidates).toEqual(missing[0]?.candidates.slice(0, 8));
    const { ambiguous } = (await ask('/data?symbol=SAME&limit=1', { deps })).page.meta;
    expect((ambiguous as { asset: string }[]).map(({ asset }) => asset)).toEqual(
      missing[0]?.candidates.map(({ asset }) => asset),
    );
    expect((await ask('/assets/same', { deps })).json).toMatchObject({
      candidates: ['a01', 'a04', 'a00', 'a05', 'a06', 'a03', 'a07', 'a02', 'a08', 'a09'],
    });
  });

  test.for([
    ['another order', '/assets?limit=1&order=desc', { cursor: 'of asc' }],
    ['another sort', '/assets?limit=1&sort=price_usd', { cursor: 'of rank' }],
  ] as const)('a cursor of %s is refused', async ([, path]) => {
    const { next_cursor } = (await ask('/assets?limit=1&order=asc', { deps })).page.pagination;
    expect((await ask(`${path}&cursor=${next_cursor}`, { deps })).json).toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

// The rule again, over the seeded rows instead of the stored ones.
const listing = (source: Listing['source']) =>
  fc.record({
    source: fc.constant(source),
    hours: fc.constantFrom(0.1, 5, 23, 25, 47, 500),
    rank: source === 'csv' ? fc.constant(null) : fc.option(fc.integer({ min: 1, max: 6 })),
    cap: fc.option(fc.constantFrom('1', '2.5', '1e12')),
    is_bar: source === 'csv' ? fc.boolean() : fc.constant(false),
  });
const asset = fc
  .tuple(
    ...(['coingecko', 'coinpaprika', 'coinpaprika', 'csv'] as const).map((each) => fc.option(listing(each))),
  )
  .map((listings): Asset => listings.filter((each) => each !== null))
  .filter((listings) => listings.length > 0);

const ORDER = ['coingecko', 'coinpaprika', 'csv'];

function ranked(tape: Asset[], order: 'asc' | 'desc'): string[] {
  let id = 0;
  const placed = tape.map((listings, i) => {
    const numbered = listings.map((each) => ({ ...each, id: ++id }));
    const isOld = numbered.every(({ hours }) => hours > 24);
    const spots = numbered
      .filter(({ hours, is_bar }) => !is_bar && (isOld || hours <= 24))
      .sort(
        (a, b) =>
          Number(a.rank === null) - Number(b.rank === null) ||
          ORDER.indexOf(a.source) - ORDER.indexOf(b.source) ||
          a.id - b.id,
      );
    const [first] = spots;
    const sign = order === 'desc' ? -1 : 1;
    const key = [
      Number(isOld),
      first === undefined ? 2 : first.rank === null ? 1 : 0,
      sign * (first?.rank ?? 0),
      sign * (first?.id ?? 0),
      i,
    ];
    return { name: `a${String(i).padStart(2, '0')}`, key };
  });
  return placed.sort((a, b) => compare(a.key, b.key)).map(({ name }) => name);
}

const compare = (a: number[], b: number[]): number =>
  a.map((value, i) => value - (b[i] ?? 0)).find((difference) => difference !== 0) ?? 0;

async function walked(query: string, limit: number): Promise<unknown[]> {
  const found: unknown[] = [];
  let path: string | null = `/assets?${query}&limit=${limit}`;
  while (path !== null) {
    const { page } = await ask(path, { deps });
    found.push(...page.data.map((row) => row.asset));
    const { next_cursor } = page.pagination;
    path = next_cursor === null ? null : `/assets?cursor=${next_cursor}&limit=${limit}`;
  }
  return found;
}

test('any tape is listed by the rule: in one page, by cursor, by offset, and as the result of a search', async () => {
  const tapes = fc.sample(fc.array(asset, { minLength: 8, maxLength: 14 }), { seed: 15, numRuns: 4 });
  for (const tape of tapes) {
    await seedTape(tape);
    for (const order of ['asc', 'desc'] as const) {
      const expected = ranked(tape, order);
      expect(await listed(`order=${order}`)).toEqual(expected);
      expect(await walked(`order=${order}`, 3)).toEqual(expected);
      expect(await walked(`order=${order}&q=coin`, 4)).toEqual(expected);
      expect(await listed(`order=${order}&offset=5&limit=4`)).toEqual(expected.slice(5, 9));
    }
    for (const sort of ['market_cap_usd', 'price_usd'])
      for (const more of ['', '&order=asc', '&max_age=90000']) {
        const whole = await listed(`sort=${sort}${more}`);
        expect(await walked(`sort=${sort}${more}`, 3)).toEqual(whole);
        expect(await listed(`sort=${sort}${more}&q=coin`)).toEqual(whole);
        expect(new Set(whole).size).toBe(whole.length);
      }
    const recent = await listed('max_age=86400');
    expect(await walked('max_age=86400', 2)).toEqual(recent);
    expect([...recent].sort()).toEqual(
      tape.flatMap((listings, i) =>
        listings.some(({ hours }) => hours <= 24) ? [`a${String(i).padStart(2, '0')}`] : [],
      ),
    );
  }
}, 120_000);
