import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityChanges } from '../../../src/domain/identity/changes.ts';
import type {
  ContractFact,
  IdentityFacts,
  ListingFacts,
  PriceComparison,
  Resolution,
} from '../../../src/domain/identity/evidence.ts';
import { pairsToPrice, resolve } from '../../../src/domain/identity/resolve.ts';

const BITCOIN = {
  symbol: 'BTC',
  name: 'Bitcoin',
  ids: { coinpaprika: 'btc-bitcoin', coingecko: 'bitcoin' },
};
const KNOWN = { first_known_at: '2025-01-10T10:00:00Z' };
const NOTHING: IdentityFacts = {
  sources: ['coinpaprika', 'coingecko'],
  is_listed: true,
  listings: [],
  vanished: [],
  returned: [],
  catalog: [],
  contracts: [],
  reviewed: [BITCOIN],
  decisions: [],
  assets: [],
  mappings: [],
};

/** `coingecko:bitcoin BTC Bitcoin`; ids are the positions, starting at 1. */
const listed = (...lines: string[]): ListingFacts[] =>
  lines.map((line, at) => {
    const [key = '', symbol = '', ...name] = line.split(' ');
    const [source = '', ...id] = key.split(':');
    const labels = { symbol: symbol === '-' ? null : symbol, name: name.join(' ') || null };
    return { id: at + 1, source, external_id: id.join(':'), ...labels, ...KNOWN };
  });

/** `coingecko:foo ethereum 0x1` */
const contracts = (...lines: string[]): ContractFact[] =>
  lines.map((line) => {
    const [key = '', platform = '', address = ''] = line.split(' ');
    const [source = '', external_id = ''] = key.split(':');
    return { source, external_id, platform, address };
  });

const shown = ({ mappings }: Resolution, listings: ListingFacts[]) =>
  mappings.map(({ listing_id, asset_id, method, state }) => {
    const listing = listings.find(({ id }) => id === listing_id);
    const what = state === 'active' ? method : `${state} ${method}`;
    return `${listing?.source}:${listing?.external_id} ${asset_id} ${what}`;
  });

const run = (facts: Partial<IdentityFacts>, comparisons: PriceComparison[] = []) => {
  const all = { ...NOTHING, ...facts };
  const resolution = resolve(all, comparisons);
  return { all, resolution, lines: shown(resolution, [...all.listings]) };
};

/** The facts after a resolution was written. */
const afterwards = (
  { all, resolution }: Pick<ReturnType<typeof run>, 'all' | 'resolution'>,
  changed: Partial<IdentityFacts>,
): IdentityFacts => ({
  ...all,
  assets: resolution.assets.map((asset) => ({ ...asset, merged_into: null })),
  mappings: resolution.mappings.map((mapping, at) => ({ ...mapping, id: at + 1 })),
  ...changed,
});

const comparison = (
  anchor_id: number,
  listing_id: number,
  counts: Partial<PriceComparison>,
): PriceComparison => ({
  anchor_id,
  listing_id,
  aligned: 0,
  agreed: 0,
  disagreed: 0,
  is_pegged: false,
  ...counts,
});

describe('polled listings', () => {
  it.each<[string, string[], string[], string[]]>([
    [
      'joins what the reviewed list names, under any labels',
      ['coinpaprika:btc-bitcoin XBT Bitcoin Core', 'coingecko:bitcoin BTC Bitcoin'],
      [],
      ['coinpaprika:btc-bitcoin btc-bitcoin own', 'coingecko:bitcoin btc-bitcoin reviewed'],
    ],
    [
      'gives a reviewed id to nobody else',
      ['coinpaprika:btc-bitcoin BTC Bitcoin', 'coingecko:bitcoin-2 BTC Bitcoin'],
      [],
      ['coinpaprika:btc-bitcoin btc-bitcoin own', 'coingecko:bitcoin-2 btc-bitcoin-2 own'],
    ],
    [
      'joins by a shared contract, whatever the names',
      ['coinpaprika:foo-foo FOO Foo', 'coingecko:bar BAR Bar'],
      ['coinpaprika:foo-foo ethereum 0x1', 'coingecko:bar ethereum 0x1'],
      ['coinpaprika:foo-foo foo-foo own', 'coingecko:bar foo-foo contract'],
    ],
    [
      'joins by symbol and name when nobody else has them',
      ['coinpaprika:foo-foo FOO Foo Swap', 'coingecko:foo FOO FooSwap', 'coingecko:fool FOO Fool'],
      [],
      ['coinpaprika:foo-foo foo-foo own', 'coingecko:foo foo-foo name', 'coingecko:fool foo-fool own'],
    ],
    [
      'keeps the same name twice apart',
      ['coinpaprika:foo-foo FOO Foo', 'coingecko:foo FOO Foo', 'coingecko:foo-2 FOO Foo'],
      [],
      [
        'coinpaprika:foo-foo foo-foo own',
        'coingecko:foo foo-foo-coingecko own',
        'coingecko:foo-2 foo-foo-2 own',
      ],
    ],
    [
      'tells the same name twice apart by contract',
      ['coinpaprika:foo-foo FOO Foo', 'coingecko:foo FOO Foo', 'coingecko:foo-2 FOO Foo'],
      ['coinpaprika:foo-foo ethereum 0x1', 'coingecko:foo-2 ethereum 0x1'],
      [
        'coinpaprika:foo-foo foo-foo own',
        'coingecko:foo foo-foo-coingecko own',
        'coingecko:foo-2 foo-foo contract',
      ],
    ],
    [
      'keeps bridged and wrapped tokens apart from their coins',
      [
        'coinpaprika:foo-foo FOO Foo',
        'coingecko:foo FOO Foo',
        'coingecko:bridged-foo FOO Bridged Foo (Base)',
        'coingecko:wrapped-foo WFOO Wrapped Foo',
      ],
      ['coingecko:bridged-foo base 0x2'],
      [
        'coinpaprika:foo-foo foo-foo own',
        'coingecko:foo foo-foo name',
        'coingecko:bridged-foo foo-bridged-foo own',
        'coingecko:wrapped-foo wfoo-wrapped-foo own',
      ],
    ],
    [
      'opens a conflict for different contracts under one name',
      ['coinpaprika:foo-foo FOO Foo', 'coingecko:foo FOO Foo'],
      ['coinpaprika:foo-foo ethereum 0x1', 'coingecko:foo ethereum 0x2'],
      [
        'coinpaprika:foo-foo foo-foo own',
        'coingecko:foo foo-foo conflict name',
        'coingecko:foo foo-foo-coingecko own',
      ],
    ],
    [
      'opens conflicts when the contracts of one lead to two',
      ['coinpaprika:foo-foo FOO Foo', 'coingecko:one ONE One', 'coingecko:two TWO Two'],
      [
        'coinpaprika:foo-foo ethereum 0x1',
        'coinpaprika:foo-foo bsc 0x2',
        'coingecko:one ethereum 0x1',
        'coingecko:two bsc 0x2',
      ],
      [
        'coinpaprika:foo-foo foo-foo own',
        'coingecko:one foo-foo conflict contract',
        'coingecko:one one-one own',
        'coingecko:two foo-foo conflict contract',
        'coingecko:two two-two own',
      ],
    ],
    [
      'lets vendors list different bridged tokens of one coin',
      ['coinpaprika:foo-foo FOO Foo', 'coingecko:foo FOO Foo'],
      [
        'coinpaprika:foo-foo ethereum 0x1',
        'coinpaprika:foo-foo bsc 0x2',
        'coingecko:foo ethereum 0x1',
        'coingecko:foo bsc 0x3',
      ],
      ['coinpaprika:foo-foo foo-foo own', 'coingecko:foo foo-foo contract'],
    ],
    [
      'takes no address that one source gives to two coins',
      ['coinpaprika:foo-foo FOO Foo', 'coingecko:one ONE One', 'coingecko:two TWO Two'],
      ['coinpaprika:foo-foo ethereum 0x1', 'coingecko:one ethereum 0x1', 'coingecko:two ethereum 0x1'],
      ['coinpaprika:foo-foo foo-foo own', 'coingecko:one one-one own', 'coingecko:two two-two own'],
    ],
    [
      'proposes a similar name',
      ['coinpaprika:hbar-hedera HBAR Hedera', 'coingecko:hedera HBAR Hedera Hashgraph'],
      [],
      [
        'coinpaprika:hbar-hedera hbar-hedera own',
        'coingecko:hedera hbar-hedera proposed similar',
        'coingecko:hedera hbar-hedera-coingecko own',
      ],
    ],
    [
      'joins names that differ in filler words alone, unless there are two of them',
      [
        'coinpaprika:atom-cosmos ATOM Cosmos',
        'coinpaprika:foo-foo FOO Foo',
        'coingecko:cosmos ATOM Cosmos Hub',
        'coingecko:foo FOO Foo Network',
        'coingecko:foo-token FOO Foo Token',
      ],
      [],
      [
        'coinpaprika:atom-cosmos atom-cosmos own',
        'coinpaprika:foo-foo foo-foo own',
        'coingecko:cosmos atom-cosmos name',
        'coingecko:foo foo-foo-coingecko own',
        'coingecko:foo-token foo-foo-token own',
      ],
    ],
    [
      'names what has neither symbol nor Latin letter',
      ['coingecko:yuzu 柚子 柚子幣', 'coingecko:柚 柚 柚', 'coinpaprika:柚子 柚子 柚木'],
      [],
      [
        'coingecko:yuzu yuzu own',
        'coingecko:柚 coingecko-67da own',
        'coinpaprika:柚子 coinpaprika-67da-5b50 own',
      ],
    ],
  ])('%s', (_what, lines, addresses, expected) => {
    expect(run({ listings: listed(...lines), contracts: contracts(...addresses) }).lines).toEqual(expected);
  });

  it('are joined by certain evidence only, before all coins are known', () => {
    const lines = [
      'coinpaprika:btc-bitcoin BTC Bitcoin',
      'coingecko:bitcoin BTC Bitcoin',
      'coinpaprika:foo-foo FOO Foo',
      'coingecko:foo FOO Foo',
      'csv:coingecko:foo FOO',
    ];
    const { lines: told, resolution } = run({ is_listed: false, listings: listed(...lines) });
    expect(told.slice(0, 2).map((line) => line.split(' ')[1])).toEqual(['btc-bitcoin', 'btc-bitcoin']);
    // CoinGecko's coin waits: an id assigned now could block its rival.
    expect(told.slice(2)).toEqual([
      'coinpaprika:foo-foo foo-foo own',
      'csv:coingecko:foo csv-coingecko-foo own',
    ]);
    expect(resolution.mappings.filter(({ state }) => state !== 'active')).toEqual([]);
  });

  it('sees rivals that are not polled', () => {
    const rival = { source: 'coingecko', external_id: 'foo-2', symbol: 'FOO', name: 'foo' };
    const listings = listed('coinpaprika:foo-foo FOO Foo', 'coingecko:foo FOO Foo');
    expect(run({ listings, catalog: [rival] }).lines).toEqual([
      'coinpaprika:foo-foo foo-foo own',
      'coingecko:foo foo-foo-coingecko own',
    ]);
  });
});

describe('existing mappings', () => {
  it('a coin has its id again after the decision that separated it is undone', () => {
    const listings = listed('coinpaprika:btc-bitcoin BTC Bitcoin', 'coingecko:bitcoin BTC Bitcoin');
    const parted = {
      mappings: ['btc-bitcoin-coinpaprika', 'btc-bitcoin'].map((asset_id, at) => ({
        id: at + 1,
        listing_id: at + 1,
        asset_id,
        method: 'own' as const,
        confidence: '1',
        evidence: {},
        state: 'active' as const,
        flag_reason: null,
      })),
      assets: ['btc-bitcoin-coinpaprika', 'btc-bitcoin'].map((id) => ({
        id,
        symbol: 'BTC',
        name: 'Bitcoin',
        merged_into: null,
      })),
    };
    const { lines } = run({ listings, ...parted });
    expect(lines).toEqual([
      'coinpaprika:btc-bitcoin btc-bitcoin own',
      'coingecko:bitcoin btc-bitcoin reviewed',
    ]);
  });

  const before = run({
    listings: listed('coinpaprika:luna-terra LUNA Terra', 'coingecko:terra-luna LUNA Terra'),
  });

  it('does not assign a series to a new coin of the old name', () => {
    const listings = [
      ...listed('coinpaprika:luna-terra LUNA Terra', 'coingecko:terra-luna LUNC Terra Classic'),
      { id: 3, source: 'coingecko', external_id: 'terra-luna-2', symbol: 'LUNA', name: 'Terra', ...KNOWN },
    ];
    expect(run(afterwards(before, { listings })).lines).toEqual([
      'coinpaprika:luna-terra luna-terra own',
      'coingecko:terra-luna luna-terra name',
      'coingecko:terra-luna-2 luna-terra-luna-2 own',
    ]);
  });

  it('keeps the id through a rename', () => {
    const first = run({
      listings: listed('coinpaprika:matic-polygon MATIC Polygon', 'coingecko:matic-network MATIC Polygon'),
    });
    const renamed = run(
      afterwards(first, {
        listings: listed(
          'coinpaprika:matic-polygon POL Polygon',
          'coingecko:matic-network POL POL (ex-MATIC)',
        ),
      }),
    );
    expect(renamed.lines).toEqual([
      'coinpaprika:matic-polygon matic-polygon own',
      'coingecko:matic-network matic-polygon name',
    ]);
    expect(renamed.resolution.assets).toEqual([{ id: 'matic-polygon', symbol: 'POL', name: 'Polygon' }]);
  });

  it('keeps two together whose contracts part while their prices agree, and reports it', () => {
    const addresses = contracts('coinpaprika:luna-terra ethereum 0x1', 'coingecko:terra-luna ethereum 0x2');
    const agreed = [comparison(1, 2, { aligned: 12, agreed: 12 })];
    const { lines, resolution } = run(afterwards(before, { contracts: addresses }), agreed);
    expect(lines).toEqual(['coinpaprika:luna-terra luna-terra own', 'coingecko:terra-luna luna-terra name']);
    expect(resolution.mappings[1]).toMatchObject({
      evidence: {
        with: 'coinpaprika:luna-terra',
        contested_by: 'coinpaprika:luna-terra',
        contested_platforms: ['ethereum'],
      },
      flag_reason:
        'coinpaprika:luna-terra and coingecko:terra-luna have other contracts on ethereum; they stay together until their prices part.',
    });
    const settled = run(afterwards({ all: before.all, resolution }, { contracts: [] }), agreed);
    expect(settled.resolution.mappings[1]?.evidence).not.toHaveProperty('contested_by');
    expect(settled.resolution.mappings[1]?.flag_reason).toBeNull();
  });

  it('is split when its contracts contradict and its prices part', () => {
    const addresses = contracts('coinpaprika:luna-terra ethereum 0x1', 'coingecko:terra-luna ethereum 0x2');
    const parted = [comparison(1, 2, { aligned: 12, disagreed: 12 })];
    expect(run(afterwards(before, { contracts: addresses }), parted).lines).toEqual([
      'coinpaprika:luna-terra luna-terra own',
      'coingecko:terra-luna luna-terra conflict name',
      'coingecko:terra-luna luna-terra-luna own',
    ]);
  });

  it('survives the loss of its contract', () => {
    const addresses = contracts('coinpaprika:a-a ethereum 0x1', 'coingecko:b ethereum 0x1');
    const first = run({ listings: listed('coinpaprika:a-a A A', 'coingecko:b B B'), contracts: addresses });
    expect(run(afterwards(first, { contracts: [] })).lines).toEqual([
      'coinpaprika:a-a a-a own',
      'coingecko:b a-a contract',
    ]);
  });

  it('keeps the id of a coin that its first source had alone', () => {
    const first = run({ listings: listed('coingecko:foo-coin FOO Foo') });
    const listings = [
      ...listed('coingecko:foo-coin FOO Foo'),
      { id: 2, source: 'coinpaprika', external_id: 'foo-foo', symbol: 'FOO', name: 'Foo', ...KNOWN },
    ];
    expect(run(afterwards(first, { listings })).lines).toEqual([
      'coingecko:foo-coin foo-foo-coin name',
      'coinpaprika:foo-foo foo-foo-coin own',
    ]);
  });

  it('redirects the merged asset to the remaining one', () => {
    const lines = ['coinpaprika:foo-foo FOO Foo One', 'coingecko:foo-coin FOO Foo'];
    const first = run({ listings: listed(...lines) });
    const addresses = contracts('coinpaprika:foo-foo ethereum 0x1', 'coingecko:foo-coin ethereum 0x1');
    const { resolution } = run(afterwards(first, { contracts: addresses }));
    expect(resolution.merged).toEqual([{ id: 'foo-foo-coin', into: 'foo-foo' }]);
  });
});

describe('prices', () => {
  const listings = listed('coinpaprika:foo-foo FOO Fooish', 'coingecko:foo FOO Fooish Systems');
  it.each([
    ['confirm', { aligned: 3, agreed: 3 }, 'coingecko:foo foo-foo similar'],
    ['are too few', { aligned: 2, agreed: 2 }, 'coingecko:foo foo-foo proposed similar'],
    ['hesitate', { aligned: 4, agreed: 3 }, 'coingecko:foo foo-foo proposed similar'],
    [
      'prove nothing near 1 USD',
      { aligned: 9, agreed: 9, is_pegged: true },
      'coingecko:foo foo-foo proposed similar',
    ],
    ['refute', { aligned: 3, disagreed: 3 }, 'coingecko:foo foo-foo-coingecko own'],
  ])('%s', (_what, counts, expected) => {
    expect(run({ listings }, [comparison(1, 2, counts)]).lines[1]).toBe(expected);
  });

  it('are requested for pairs that labels suggest and for mapped pairs', () => {
    const suggested = pairsToPrice({ ...NOTHING, listings });
    expect(suggested).toEqual([{ anchor_id: 1, listing_id: 2 }]);
    const mapped = run({ listings }, [comparison(1, 2, { aligned: 3, agreed: 3 })]);
    const renamed = listed('coinpaprika:foo-foo FOO Foo', 'coingecko:foo BAR Bar');
    expect(pairsToPrice(afterwards(mapped, { listings: renamed }))).toEqual([
      { anchor_id: 1, listing_id: 2 },
    ]);
  });
});

describe('files', () => {
  const polled = [
    'coinpaprika:btc-bitcoin BTC Bitcoin',
    'coingecko:bitcoin BTC Bitcoin',
    'coingecko:bitcoin-tribute BTC Bitcoin Tribute',
    'coinpaprika:foo-foo FOO Foo',
    'coingecko:one TWIN One',
    'coingecko:two TWIN Two',
  ];
  const place = (line: string) => run({ listings: listed(...polled, line) }).lines.at(-1);

  it.each([
    ['a ticker of the reviewed list', 'csv:coingecko:btc BTC', 'btc-bitcoin reviewed'],
    ['bars of it', 'csv:cryptodatadownload:btc:bitstamp:usd:1d BTC', 'btc-bitcoin reviewed'],
    ['its ticker with its name', 'csv:canonical:btc BTC Bitcoin', 'btc-bitcoin name'],
    [
      'its ticker with the name of another',
      'csv:canonical:btc BTC Bitcoin Tribute',
      'btc-bitcoin-tribute name',
    ],
    ['its ticker with a name nobody has', 'csv:canonical:btc BTC Bitcoin Zero', 'csv-canonical-btc own'],
    ['a ticker only one has', 'csv:coingecko:foo FOO', 'foo-foo symbol'],
    ['a ticker of two', 'csv:coingecko:twin TWIN', 'csv-coingecko-twin own'],
    ['a ticker of nobody', 'csv:coingecko:new NEW', 'csv-coingecko-new own'],
    ['a name only', 'csv:kaggle:bitcoin - Bitcoin', 'btc-bitcoin id'],
    ['a name that is no id', 'csv:kaggle:foo - Foo', 'foo-foo name'],
    ['the id of a source', 'csv:canonical:coingecko:two TWIN Two', 'twin-two id'],
    ['the id of a source, for bars', 'csv:yahoo:coingecko:two:-:usd:1d TWIN', 'twin-two id'],
    ['an asset id', 'csv:coingecko:twin-one -', 'twin-one id'],
  ])('by %s', (_what, line, expected) => {
    expect(place(line)).toBe(`${line.split(' ')[0]} ${expected}`);
  });

  it('of one kind with different names for their coins are not joined by a label', () => {
    const coin = 'coinpaprika:foo-foo FOO Foo';
    const apart = listed(coin, 'csv:kaggle:foo-one FOO Foo', 'csv:kaggle:foo-two FOO Foo');
    expect(run({ listings: apart }).lines.slice(1)).toEqual([
      'csv:kaggle:foo-one csv-kaggle-foo-one own',
      'csv:kaggle:foo-two csv-kaggle-foo-two own',
    ]);
    const venues = ['csv:yahoo:foo:one:usd:1d FOO', 'csv:yahoo:foo:two:usd:1d FOO'];
    expect(run({ listings: listed(coin, ...venues) }).lines.slice(1)).toEqual([
      'csv:yahoo:foo:one:usd:1d foo-foo symbol',
      'csv:yahoo:foo:two:usd:1d foo-foo symbol',
    ]);
    // An existing mapping stays, and so does a listing that names an id.
    const first = run({ listings: listed(coin, 'csv:kaggle:foo-one FOO Foo') });
    const later = listed(
      coin,
      'csv:kaggle:foo-one FOO Foo',
      'csv:kaggle:bar FOO Foo',
      'csv:kaggle:foo-foo FOO Foo',
    );
    expect(run(afterwards(first, { listings: later })).lines.slice(1)).toEqual([
      'csv:kaggle:foo-one foo-foo name',
      'csv:kaggle:bar csv-kaggle-bar own',
      'csv:kaggle:foo-foo foo-foo id',
    ]);
  });

  it('list the candidates between which they did not choose', () => {
    const { resolution } = run({ listings: listed(...polled, 'csv:coingecko:twin TWIN') });
    expect(resolution.mappings.at(-1)?.evidence).toEqual({ candidates: ['twin-one', 'twin-two'] });
  });
});

describe('the result', () => {
  const word = fc.constantFrom('A', 'B', 'A B', 'A Network', 'Wrapped A', '');
  const coin = fc.record({ symbol: fc.constantFrom('A', 'B', null), name: word });
  const world = fc.record({
    paprika: fc.array(coin, { maxLength: 6 }),
    gecko: fc.array(coin, { maxLength: 6 }),
    files: fc.array(coin, { maxLength: 3 }),
    addresses: fc.array(fc.tuple(fc.nat(11), fc.constantFrom('ethereum', 'bsc'), fc.nat(4)), {
      maxLength: 12,
    }),
    // Two listings are compared once.
    comparisons: fc.uniqueArray(fc.tuple(fc.nat(11), fc.nat(11), fc.nat(8), fc.boolean()), {
      maxLength: 6,
      selector: ([a, b]) => `${Math.min(a, b)}|${Math.max(a, b)}`,
    }),
  });
  const factsOf = ({
    paprika,
    gecko,
    files,
    addresses,
    comparisons,
  }: typeof world extends fc.Arbitrary<infer W> ? W : never) => {
    const all = [
      ...paprika.map((labels, at) => ({ source: 'coinpaprika', external_id: `p-${at}`, ...labels })),
      ...gecko.map((labels, at) => ({ source: 'coingecko', external_id: `g-${at}`, ...labels })),
      ...files.map((labels, at) => ({
        source: 'csv',
        external_id: `canonical:${labels.symbol ?? 'x'}${at}`,
        ...labels,
      })),
    ].map((listing, at) => ({ ...listing, id: at + 1, ...KNOWN }));
    const facts = {
      ...NOTHING,
      listings: all,
      contracts: addresses.flatMap(([at, platform, address]) => {
        const listing = all[at];
        return listing === undefined ? [] : [{ ...listing, platform, address: `0x${address}` }];
      }),
    };
    const counted = comparisons.map(([a, b, aligned, agree]) =>
      comparison(a + 1, b + 1, { aligned, [agree ? 'agreed' : 'disagreed']: aligned }),
    );
    return { facts, counted };
  };

  it('is the same in any order', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), (made, randoms) => {
        const shuffle = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, at: randoms.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
        const { facts, counted } = factsOf(made);
        const shuffled = { ...facts, listings: shuffle(facts.listings), contracts: shuffle(facts.contracts) };
        expect(resolve(shuffled, shuffle(counted))).toEqual(resolve(facts, counted));
      }),
    );
  });

  it('maps every listing once, and changes nothing when repeated', () => {
    fc.assert(
      fc.property(world, (made) => {
        const { facts, counted } = factsOf(made);
        const resolution = resolve(facts, counted);
        const active = resolution.mappings.filter(({ state }) => state === 'active');
        expect(active.map(({ listing_id }) => listing_id)).toEqual(facts.listings.map(({ id }) => id));
        expect(new Set(resolution.assets.map(({ id }) => id))).toEqual(
          new Set(active.map(({ asset_id }) => asset_id)),
        );
        const standing = afterwards({ all: facts, resolution }, {});
        expect(identityChanges(standing, resolve(standing, counted))).toEqual({
          assets: [],
          merged: [],
          ended: [],
          changed: [],
          added: [],
        });
      }),
      {
        // By its name g-2 belongs to p-1, so p-2 can only be g-0: the result of one pass is evidence for the next.
        examples: [
          [
            {
              paprika: (['', 'A', 'A Network', ''] as const).map((name) => ({ symbol: 'A' as const, name })),
              gecko: (['B', 'Wrapped A', 'A'] as const).map((name) => ({ symbol: 'A' as const, name })),
              files: [],
              addresses: [
                [2, 'ethereum', 1],
                [6, 'ethereum', 1],
                [2, 'ethereum', 0],
                [4, 'ethereum', 0],
              ],
              comparisons: [[6, 1, 3, true]],
            },
          ],
        ],
      },
    );
  });

  it('never joins two listings of one polled source automatically', () => {
    fc.assert(
      fc.property(world, (made) => {
        const { facts, counted } = factsOf(made);
        const sources = new Map(facts.listings.map(({ id, source }) => [id, source]));
        const places = resolve(facts, counted)
          .mappings.filter(({ state, listing_id }) => state === 'active' && sources.get(listing_id) !== 'csv')
          .map(({ listing_id, asset_id }) => `${sources.get(listing_id)} ${asset_id}`);
        expect(new Set(places).size).toBe(places.length);
      }),
    );
  });
});
