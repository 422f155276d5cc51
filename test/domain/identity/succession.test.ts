import { describe, expect, it } from 'vitest';
import type {
  Continuation,
  ContractFact,
  IdentityFacts,
  ListingFacts,
  PriceComparison,
} from '../../../src/domain/identity/evidence.ts';
import { pairsToPrice, resolve } from '../../../src/domain/identity/resolve.ts';

// One vendor, beta, renames its entries; alpha, which names assets, is late or silent.

const [BEFORE, NOW] = ['2025-01-10T10:00:00Z', '2025-03-01T10:00:00Z'];

const coin = (
  id: number,
  key: string,
  symbol: string,
  name: string,
  first_known_at = BEFORE,
): ListingFacts => {
  const [source = '', external_id = ''] = key.split(':');
  return { id, source, external_id, symbol, name, first_known_at };
};
const ALPHA = coin(1, 'alpha:foo-foo', 'FOO', 'Foo');
const OLD = coin(2, 'beta:foo', 'FOO', 'Foo');
const heir = (external_id: string, symbol = 'FOO', name = 'Foo', id = 3) =>
  coin(id, `beta:${external_id}`, symbol, name, NOW);

const factsOf = (listings: readonly ListingFacts[], more: Partial<IdentityFacts> = {}): IdentityFacts => ({
  sources: ['alpha', 'beta'],
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

const afterwards = (facts: IdentityFacts): Pick<IdentityFacts, 'assets' | 'mappings'> => {
  const { assets, mappings } = resolve(facts, agreeing(facts));
  return {
    assets: assets.map((asset) => ({ ...asset, merged_into: null })),
    mappings: mappings.map((mapping, at) => ({ ...mapping, id: at + 1 })),
  };
};
const gone = (listing: ListingFacts, is_past = false) => ({
  listing_id: listing.id,
  missing_since: NOW,
  is_past,
});

const compared = (anchor_id: number, listing_id: number, word: 'agreed' | 'disagreed', aligned = 8) => ({
  anchor_id,
  listing_id,
  aligned,
  agreed: 0,
  disagreed: 0,
  is_pegged: false,
  [word]: aligned,
});
function agreeing(facts: IdentityFacts) {
  return pairsToPrice(facts).map(({ anchor_id, listing_id }) => compared(anchor_id, listing_id, 'agreed'));
}
/** The mappings while alpha and beta listed the coin under one name. */
const STOOD = afterwards(factsOf([ALPHA, OLD]));
const STOOD_ALONE = afterwards(factsOf([OLD]));
const goesOn = (from: ListingFacts, to: ListingFacts, is_near = true, gap_seconds = 600): Continuation => ({
  anchor_id: to.id,
  listing_id: from.id,
  gap_seconds,
  is_near,
});

function told(
  facts: IdentityFacts,
  comparisons: readonly PriceComparison[],
  continuations: readonly Continuation[] = [],
): string[] {
  const keys = new Map(facts.listings.map(({ id, source, external_id }) => [id, `${source}:${external_id}`]));
  return resolve(facts, comparisons, continuations).mappings.map(
    ({ listing_id, asset_id, state, method }) =>
      `${keys.get(listing_id)} ${asset_id} ${state === 'active' ? method : `${state} ${method}`}`,
  );
}

describe('a renamed id', () => {
  const renamed = factsOf([ALPHA, OLD, heir('foo-network')], { ...STOOD, vanished: [gone(OLD)] });

  it('continues as the coin while another source has the same price', () => {
    expect(told(renamed, [compared(1, 3, 'agreed', 1)])).toEqual([
      'alpha:foo-foo foo-foo own',
      'beta:foo foo-foo name',
      'beta:foo-network foo-foo succession',
    ]);
  });

  it('continues at the last price of the old listing', () => {
    const alone = factsOf([OLD, heir('foo-network')], { ...STOOD_ALONE, vanished: [gone(OLD)] });
    expect(told(alone, [], [goesOn(OLD, heir('foo-network'))])).toEqual([
      'beta:foo foo-foo own',
      'beta:foo-network foo-foo succession',
    ]);
    const asked = [
      'beta:foo foo-foo own',
      'beta:foo-network foo-foo proposed succession',
      'beta:foo-network foo-foo-network own',
    ];
    expect(told(alone, [], [])).toEqual(asked);
    expect(told(alone, [], [goesOn(OLD, heir('foo-network'), false)])).toEqual(asked);
    expect(told(alone, [], [goesOn(OLD, heir('foo-network'), true, 8 * 86_400)])).toEqual(asked);
  });

  it('is distinguished by its contract if its name has changed too', () => {
    const claim = (external_id: string): ContractFact => ({
      source: 'beta',
      external_id,
      platform: 'ethereum',
      address: '0x1',
    });
    const next = heir('bar', 'BAR', 'Bar');
    const facts = { ...STOOD_ALONE, vanished: [gone(OLD)], contracts: [claim('foo'), claim('bar')] };
    expect(told(factsOf([OLD, next], facts), [], [goesOn(OLD, next)])).toEqual([
      'beta:foo foo-foo own',
      'beta:bar foo-foo succession',
    ]);
    expect(told(factsOf([OLD, next], { ...facts, contracts: [] }), [], [goesOn(OLD, next)])).toEqual([
      'beta:foo foo-foo own',
      'beta:bar bar-bar own',
    ]);
  });

  it('remains the coin when the old listing is gone', () => {
    const joined = resolve(renamed, [compared(1, 3, 'agreed')]);
    const standing = {
      assets: joined.assets.map((asset) => ({ ...asset, merged_into: null })),
      mappings: joined.mappings.map((mapping, at) => ({ ...mapping, id: at + 1 })),
    };
    const later = factsOf(renamed.listings, { ...standing, vanished: [gone(OLD, true)] });
    expect(told(later, [])).toEqual([
      'alpha:foo-foo foo-foo own',
      'beta:foo foo-foo name',
      'beta:foo-network foo-foo succession',
    ]);
    const back = factsOf(renamed.listings, { ...standing, returned: [OLD.id] });
    expect(told(back, []).filter((line) => line.startsWith('beta:'))).toEqual([
      'beta:foo foo-foo-beta own',
      'beta:foo-network foo-foo succession',
    ]);
    // It was only missing for a while: the list was unstable, and the new listing is another coin.
    const flickered = factsOf(renamed.listings, standing);
    expect(told(flickered, []).filter((line) => line.startsWith('beta:'))).toEqual([
      'beta:foo foo-foo name',
      'beta:foo-network foo-foo-network own',
    ]);
  });

  it('does not take over from a listing that is still there, or that vanished long before', () => {
    expect(told(factsOf(renamed.listings, STOOD), [compared(1, 3, 'agreed')])).toEqual([
      'alpha:foo-foo foo-foo own',
      'beta:foo foo-foo name',
      'beta:foo-network foo-foo-network own',
    ]);
    const long = { ...gone(OLD), missing_since: '2025-02-01T10:00:00Z' };
    const alone = factsOf([OLD, heir('foo-network')], { ...STOOD_ALONE, vanished: [long] });
    expect(told(alone, [], [goesOn(OLD, heir('foo-network'))])).toEqual([
      'beta:foo foo-foo own',
      'beta:foo-network foo-foo-network own',
    ]);
  });
});

describe('another coin under the label', () => {
  it('is proposed if its unit is another one', () => {
    const facts = factsOf([ALPHA, OLD, heir('foo-new')], { ...STOOD, vanished: [gone(OLD)] });
    expect(told(facts, [compared(1, 3, 'disagreed')])).toEqual([
      'alpha:foo-foo foo-foo own',
      'beta:foo foo-foo name',
      'beta:foo-new foo-foo proposed succession',
      'beta:foo-new foo-foo-new own',
    ]);
  });

  it('leaves the old series to the listing with the mark of age', () => {
    const [aged, next] = [heir('foo-old', 'FOOOLD', 'Foo [OLD]'), heir('foo-2', 'FOO', 'Foo', 4)];
    const facts = factsOf([ALPHA, OLD, aged, next], { ...STOOD, vanished: [gone(OLD)] });
    expect(told(facts, [compared(1, 3, 'agreed'), compared(1, 4, 'disagreed')])).toEqual(
      [
        'alpha:foo-foo foo-foo own',
        'beta:foo foo-foo name',
        'beta:foo-old foo-foo succession',
        'beta:foo-2 foo-foo proposed name',
        'beta:foo-2 foo-foo proposed succession',
        'beta:foo-2 foo-foo-2 own',
      ].filter((line) => !line.endsWith('proposed name')),
    );
  });

  it('is not chosen if two listings both continue', () => {
    const two = [heir('foo-a'), heir('foo-b', 'FOO', 'Foo', 4)];
    const facts = factsOf([ALPHA, OLD, ...two], { ...STOOD, vanished: [gone(OLD)] });
    const lines = told(facts, [compared(1, 3, 'agreed'), compared(1, 4, 'agreed')]);
    expect(lines.filter((line) => line.includes('succession'))).toEqual([
      'beta:foo-a foo-foo proposed succession',
      'beta:foo-b foo-foo proposed succession',
    ]);
  });

  it('is neither the twin of v2 nor a coin that takes the symbol alone', () => {
    const others = [heir('foo-v2', 'FOO', 'Foo V2'), heir('food', 'FOO', 'Food', 4)];
    const facts = factsOf([ALPHA, OLD, ...others], { ...STOOD, vanished: [gone(OLD)] });
    const lines = told(facts, [compared(1, 3, 'agreed'), compared(1, 4, 'disagreed')]);
    expect(lines).toEqual([
      'alpha:foo-foo foo-foo own',
      'beta:foo foo-foo name',
      'beta:foo-v2 foo-foo-v2 own',
      'beta:food foo-food own',
    ]);
  });
});

describe('a vanished id', () => {
  it('is not a rival of a coin with its label', () => {
    const [old, next, paprika] = [
      coin(1, 'beta:bar', 'BAR', 'Bar'),
      coin(2, 'beta:bar-2', 'BAR', 'Bar', '2025-09-01T10:00:00Z'),
      coin(3, 'alpha:bar-bar', 'BAR', 'Bar', '2025-09-01T10:00:00Z'),
    ];
    const standing = afterwards(factsOf([old]));
    const facts = (is_past: boolean) =>
      factsOf([old, next, paprika], { ...standing, vanished: [gone(old, is_past)] });
    expect(told(facts(true), [])).toEqual([
      'beta:bar bar-bar own',
      'beta:bar-2 bar-bar-alpha name',
      'alpha:bar-bar bar-bar-alpha own',
    ]);
    expect(told(facts(false), []).slice(1)).toEqual([
      'beta:bar-2 bar-bar-2 own',
      'alpha:bar-bar bar-bar-alpha own',
    ]);
  });
});
