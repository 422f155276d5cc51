import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ContractFact,
  IdentityFacts,
  ListingFacts,
  PriceComparison,
  Resolution,
} from '../../../src/domain/identity/evidence.ts';
import { pairsToPrice, resolve } from '../../../src/domain/identity/resolve.ts';

// Identity has no rule for one vendor: these five do not exist.
const SOURCES = ['alpha', 'beta', 'gamma', 'delta', 'omega'];
/** Symbol and name of some coins; no name is similar to another. */
const COINS: [string, string][] = [
  ['FOO', 'Foo Swap'],
  ['FOO', 'Quux'],
  ['BAR', 'Bar'],
  ['ZED', 'Zed Nine'],
  ['ZED', 'Yonder'],
];

const KNOWN = { first_known_at: '2025-01-10T10:00:00Z' };

interface Entry {
  coin: number;
  /** The source's spelling of the name: all spellings compare as equal. */
  writing: number;
  price: number;
}

const entry = fc.record({
  coin: fc.nat(COINS.length - 1),
  writing: fc.nat(2),
  price: fc.constantFrom(10, 10.1, 50, 400),
});
const write = (name: string, writing: number) =>
  [name, name.toUpperCase(), name.replaceAll(' ', '')][writing] ?? name;

const listingsOf = (lists: readonly (readonly Entry[])[]) =>
  lists
    .flatMap((list, source) =>
      list.map(({ coin, writing, price }, at) => {
        const [symbol, name] = COINS[coin] ?? ['', ''];
        const external_id = String(at + 1);
        return {
          listing: {
            source: SOURCES[source] ?? '',
            external_id,
            symbol,
            name: write(name, writing),
            ...KNOWN,
          },
          coin,
          price,
        };
      }),
    )
    .map(({ listing, ...known }, at) => ({ ...known, listing: { ...listing, id: at + 1 } }));

const factsOf = (listings: readonly ListingFacts[], more: Partial<IdentityFacts> = {}): IdentityFacts => ({
  sources: SOURCES,
  is_listed: true,
  listings,
  vanished: [],
  returned: [],
  catalog: [],
  contracts: [],
  reviewed: [],
  decisions: [],
  assets: [],
  mappings: [],
  ...more,
});

/** Eight readings of each pair at the given prices, counted like the database does. */
const comparisonsOf = (facts: IdentityFacts, priceOf: ReadonlyMap<number, number>): PriceComparison[] =>
  pairsToPrice(facts).map(({ anchor_id, listing_id }) => {
    const [a, b] = [priceOf.get(anchor_id) ?? 1, priceOf.get(listing_id) ?? 1];
    const ratio = Math.max(a, b) / Math.min(a, b);
    return {
      anchor_id,
      listing_id,
      aligned: 8,
      agreed: ratio <= 1.03 ? 8 : 0,
      disagreed: ratio > 1.2 ? 8 : 0,
      is_pegged: false,
    };
  });

/** Which listings share an asset, by their keys, under any asset ids. */
function partition(facts: IdentityFacts, { mappings }: Resolution): string[] {
  const keys = new Map(facts.listings.map(({ id, source, external_id }) => [id, `${source}:${external_id}`]));
  const active = mappings.filter(({ state }) => state === 'active');
  return [...Map.groupBy(active, ({ asset_id }) => asset_id).values()]
    .map((group) =>
      group
        .map(({ listing_id }) => keys.get(listing_id) ?? '')
        .sort()
        .join(' '),
    )
    .sort();
}

const afterwards = (facts: IdentityFacts, resolution: Resolution): Partial<IdentityFacts> => ({
  ...facts,
  assets: resolution.assets.map((asset) => ({ ...asset, merged_into: null })),
  mappings: resolution.mappings.map((mapping, at) => ({ ...mapping, id: at + 1 })),
});

const assetOf = ({ mappings }: Resolution) =>
  new Map(mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m.asset_id]] : [])));

const lists = fc.array(fc.array(entry, { maxLength: 5 }), { minLength: 2, maxLength: SOURCES.length });
const once = (list: readonly Entry[]) => [...new Map(list.map((one) => [one.coin, one])).values()];
const address = fc.record({
  at: fc.nat(24),
  platform: fc.constantFrom('ethereum', 'bsc'),
  number: fc.nat(5),
});
const contractsOf = (
  listings: readonly ListingFacts[],
  addresses: readonly { at: number; platform: string; number: number }[],
): ContractFact[] =>
  addresses.flatMap(({ at, platform, number }) => {
    const { source, external_id } = listings[at] ?? {};
    return source === undefined || external_id === undefined
      ? []
      : [{ source, external_id, platform, address: `0x${number}` }];
  });

describe('any number of sources', () => {
  it('have a coin in common if each lists it once under its name', () => {
    fc.assert(
      fc.property(lists, (made) => {
        const known = listingsOf(made);
        const facts = factsOf(known.map(({ listing }) => listing));
        const expected = [...Map.groupBy(known, ({ coin }) => coin).values()].flatMap((sameName) => {
          const bySource = [...Map.groupBy(sameName, ({ listing }) => listing.source).values()];
          const clear = bySource.filter((group) => group.length === 1).flat();
          const unclear = bySource.filter((group) => group.length > 1).flat();
          return [...(clear.length > 0 ? [clear] : []), ...unclear.map((one) => [one])];
        });
        const keys = expected.map((group) =>
          group
            .map(({ listing }) => `${listing.source}:${listing.external_id}`)
            .sort()
            .join(' '),
        );
        expect(partition(facts, resolve(facts, []))).toEqual(keys.sort());
      }),
    );
  });

  it('are joined in the same way in any order of sources and listings', () => {
    const orders = fc.shuffledSubarray(SOURCES, { minLength: SOURCES.length });
    fc.assert(
      fc.property(
        lists,
        fc.array(address, { maxLength: 14 }),
        orders,
        fc.gen(),
        (made, addresses, order, g) => {
          const known = listingsOf(made);
          const prices = new Map(known.map(({ listing, price }) => [listing.id, price]));
          const listings = known.map(({ listing }) => listing);
          const contracts = contractsOf(listings, addresses);
          const facts = factsOf(listings, { contracts });
          const shuffled = g(fc.shuffledSubarray, listings, { minLength: listings.length });
          const other = factsOf(shuffled, { contracts: contracts.toReversed(), sources: order });
          expect(partition(other, resolve(other, comparisonsOf(other, prices)))).toEqual(
            partition(facts, resolve(facts, comparisonsOf(facts, prices))),
          );
        },
      ),
    );
  });

  it('have at most one listing in an asset', () => {
    fc.assert(
      fc.property(lists, fc.array(address, { maxLength: 14 }), (made, addresses) => {
        const known = listingsOf(made);
        const listings = known.map(({ listing }) => listing);
        const facts = factsOf(listings, { contracts: contractsOf(listings, addresses) });
        const prices = new Map(known.map(({ listing, price }) => [listing.id, price]));
        for (const asset of partition(facts, resolve(facts, comparisonsOf(facts, prices)))) {
          const sources = asset.split(' ').map((key) => key.split(':')[0]);
          expect(new Set(sources).size).toBe(sources.length);
        }
      }),
    );
  });
});

describe('one more source', () => {
  it('splits nothing if it agrees, even if all come at once', () => {
    fc.assert(
      fc.property(lists, (made) => {
        const truth = made.map((list) => once(list).map((one) => ({ ...one, price: one.coin + 1 })));
        const all = listingsOf(truth);
        const last = SOURCES[truth.length - 1];
        const before = factsOf(all.map(({ listing }) => listing).filter(({ source }) => source !== last));
        const after = factsOf(all.map(({ listing }) => listing));
        const prices = new Map(all.map(({ listing, price }) => [listing.id, price]));
        const [first, second] = [before, after].map((facts) => resolve(facts, comparisonsOf(facts, prices)));
        if (first === undefined || second === undefined) throw new Error('Two resolutions were asked for.');
        const [old, young] = [assetOf(first), assetOf(second)];
        for (const [a, asset] of old)
          for (const [b, other] of old) expect(young.get(a) === young.get(b)).toBe(asset === other);
      }),
    );
  });

  it('neither splits nor renames existing assets, whatever its data', () => {
    fc.assert(
      fc.property(
        lists,
        fc.array(address, { maxLength: 10 }),
        fc.array(address, { maxLength: 10 }),
        (made, addresses, claims) => {
          const all = listingsOf(made);
          const last = SOURCES[made.length - 1];
          const listings = all.map(({ listing }) => listing);
          const known = listings.filter(({ source }) => source !== last);
          const contracts = contractsOf(known, addresses);
          const prices = new Map(all.map(({ listing, price }) => [listing.id, price]));
          const before = factsOf(known, { contracts });
          const first = resolve(before, comparisonsOf(before, prices));
          const its = contractsOf(listings, claims).filter(({ source }) => source === last);
          const after = factsOf(listings, {
            ...afterwards(before, first),
            listings,
            contracts: [...contracts, ...its],
          });
          const second = resolve(after, comparisonsOf(after, prices));
          const [old, young] = [assetOf(first), assetOf(second)];
          for (const [a, asset] of old)
            for (const [b, other] of old) if (asset === other) expect(young.get(a)).toBe(young.get(b));
          // Two assets may be merged if the new source shows that they are one coin.
          const gone = new Set(second.merged.map(({ id }) => id));
          for (const [id, asset] of old) if (!gone.has(asset)) expect(young.get(id)).toBe(asset);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a third source with contracts', () => {
  const labels = { symbol: 'FOO', name: 'Foo' };
  const two = [
    { id: 1, source: 'alpha', external_id: 'a', ...labels, ...KNOWN },
    { id: 2, source: 'beta', external_id: 'b', ...labels, ...KNOWN },
    { id: 3, source: 'beta', external_id: 'other', symbol: 'BAR', name: 'Bar', ...KNOWN },
  ];
  const third = { id: 4, source: 'gamma', external_id: 'c', symbol: 'GAM', name: 'Gamma', ...KNOWN };
  const claims = (...lines: string[]): ContractFact[] =>
    lines.map((line) => {
      const [source = '', external_id = '', platform = '', address = ''] = line.split(' ');
      return { source, external_id, platform, address };
    });

  it.each([
    [
      'leads to two coins of one source',
      ['alpha a ethereum 0x1', 'beta other bsc 0x2', 'gamma c ethereum 0x1', 'gamma c bsc 0x2'],
    ],
    [
      'agrees with one and contradicts the other',
      ['alpha a ethereum 0x1', 'beta b bsc 0x2', 'gamma c ethereum 0x1', 'gamma c bsc 0x3'],
    ],
  ])('does not change existing assets if it %s', (_what, lines) => {
    const contracts = claims(...lines);
    const before = factsOf(two, { contracts: contracts.filter(({ source }) => source !== 'gamma') });
    const standing = afterwards(before, resolve(before, []));
    const found = assetOf(
      resolve(factsOf([...two, third], { ...standing, listings: [...two, third], contracts }), []),
    );
    expect([...found].sort()).toEqual([
      [1, 'a'],
      [2, 'a'],
      [3, 'bar-other'],
      [4, 'gam-c'],
    ]);
  });
});

describe('three sources', () => {
  const THREE: [string, string][] = [
    ['alpha', '1'],
    ['beta', '1'],
    ['gamma', '1'],
  ];
  const three = (...names: string[]) =>
    THREE.flatMap(([source, external_id], at) => {
      const name = names[at];
      return name === undefined ? [] : [{ id: at + 1, source, external_id, symbol: 'FOO', name, ...KNOWN }];
    });
  const comparison = (anchor_id: number, listing_id: number, word: 'agreed' | 'disagreed', aligned = 8) => ({
    anchor_id,
    listing_id,
    aligned,
    agreed: 0,
    disagreed: 0,
    is_pegged: false,
    [word]: aligned,
  });
  const shown = ({ mappings }: Resolution) =>
    mappings.map(({ listing_id, asset_id, method, state }) => `${listing_id} ${asset_id} ${method} ${state}`);

  it.each<[string, PriceComparison[], string[]]>([
    [
      'leave the one out whose price is another',
      [comparison(1, 2, 'agreed'), comparison(1, 3, 'disagreed'), comparison(2, 3, 'disagreed')],
      ['1 1 own active', '2 1 name active', '3 1 name proposed', '3 foo-1 own active'],
    ],
    [
      'leave the one out that would name the asset',
      [comparison(1, 2, 'disagreed'), comparison(1, 3, 'disagreed'), comparison(2, 3, 'agreed')],
      [
        '1 1 own active',
        '2 1 name proposed',
        '2 foo-1 own active',
        '3 1 name proposed',
        '3 foo-1 name active',
      ],
    ],
    [
      'stay apart when each has its own price',
      [comparison(1, 2, 'disagreed'), comparison(1, 3, 'disagreed'), comparison(2, 3, 'disagreed')],
      [
        '1 1 own active',
        '2 1 name proposed',
        '2 foo-1 own active',
        '3 1 name proposed',
        '3 foo-1 name proposed',
        '3 foo-1-gamma own active',
      ],
    ],
    [
      'do not choose between two prices for one that has none',
      [comparison(2, 3, 'disagreed')],
      [
        '1 1 own active',
        '2 1 name proposed',
        '2 foo-1 own active',
        '3 1 name proposed',
        '3 foo-1 name proposed',
        '3 foo-1-gamma own active',
      ],
    ],
  ])('%s', (_what, comparisons, expected) => {
    expect(shown(resolve(factsOf(three('Foo', 'Foo', 'Foo')), comparisons))).toEqual(expected);
  });

  it('accept a similar name that one price confirms and none refutes', () => {
    const facts = factsOf(three('Hedera', 'Hedera', 'Hedera Hashgraph'));
    const last = (...comparisons: PriceComparison[]) => shown(resolve(facts, comparisons)).slice(2);
    expect(last(comparison(2, 3, 'agreed'))).toEqual(['3 1 similar active']);
    expect(last(comparison(2, 3, 'agreed'), comparison(1, 3, 'disagreed'))).toEqual([
      '3 1 similar proposed',
      '3 foo-1 own active',
    ]);
  });

  it('flag the listing whose prices leave the others', () => {
    const facts = factsOf(three('Foo', 'Foo', 'Foo'));
    const standing = factsOf(facts.listings, afterwards(facts, resolve(facts, [])));
    const flags = (...comparisons: PriceComparison[]) =>
      resolve(standing, comparisons).mappings.flatMap(({ listing_id, flag_reason }) =>
        flag_reason === null ? [] : [`${listing_id}: ${flag_reason}`],
      );
    expect(
      flags(comparison(1, 2, 'disagreed'), comparison(1, 3, 'disagreed'), comparison(2, 3, 'agreed')),
    ).toEqual(['1: The prices of alpha:1 stay more than 20 % apart from those of beta:1 and gamma:1.']);
    expect(
      flags(comparison(1, 2, 'agreed'), comparison(1, 3, 'agreed'), comparison(2, 3, 'disagreed')),
    ).toEqual([]);
    expect(flags(comparison(1, 2, 'disagreed'))).toEqual([
      '2: The prices of alpha:1 and beta:1 stay more than 20 % apart.',
    ]);
  });

  it('follow a reviewed entry that names two of them', () => {
    const facts = factsOf(three('Foo', 'Other', 'Foo'), {
      reviewed: [{ symbol: 'FOO', name: 'Foo', ids: { alpha: '1', beta: '1' } }],
    });
    expect(shown(resolve(facts, []))).toEqual(['1 1 own active', '2 1 reviewed active', '3 1 name active']);
    const strict = factsOf(three('Foo', 'Other', 'Foo'), {
      reviewed: [{ symbol: 'FOO', name: 'Foo', ids: { alpha: '1', beta: '1', gamma: '2' } }],
    });
    expect(shown(resolve(strict, [])).at(-1)).toBe('3 foo-1 own active');
  });

  it('accept an address that one of them assigns to two coins', () => {
    const listings = [
      ...three('Foo', 'Bar'),
      { id: 3, source: 'gamma', external_id: '1', symbol: 'X', name: 'X', ...KNOWN },
      { id: 4, source: 'gamma', external_id: '2', symbol: 'Y', name: 'Y', ...KNOWN },
    ];
    const contracts = listings.map(({ source, external_id }) => ({
      source,
      external_id,
      platform: 'ethereum',
      address: '0x1',
    }));
    expect(shown(resolve(factsOf(listings, { contracts }), []))).toEqual([
      '1 1 own active',
      '2 1 contract active',
      '3 x-1 own active',
      '4 y-2 own active',
    ]);
  });

  it('do not identify a coin by a number alone', () => {
    const file = { id: 4, source: 'csv', external_id: 'canonical:1', symbol: null, name: null, ...KNOWN };
    const beta = { id: 2, source: 'beta', external_id: '77', symbol: 'BAR', name: 'Bar', ...KNOWN };
    const place = (external_id: string) =>
      resolve(factsOf([beta, { ...file, external_id }]), []).mappings.at(-1);
    expect(place('canonical:beta:77')).toMatchObject({ asset_id: 'bar-77', method: 'id' });
    expect(place('canonical:77')).toMatchObject({ method: 'own' });
  });
});
