import type { Instant } from '../instant.ts';

/**
 * How a listing got its asset. `own`: the asset was made for this listing. `id`, `symbol`: a listing of a file
 * names another by its id, or by a ticker that only one coin has. `succession`: it took over from a vanished
 * listing of the same source.
 */
export const METHODS = [
  'decision',
  'reviewed',
  'contract',
  'id',
  'succession',
  'name',
  'similar',
  'symbol',
  'own',
] as const;
export type Method = (typeof METHODS)[number];

/** The confidence of each method, from 0 to 1. An order with round numbers, not a measurement. */
export const CONFIDENCE: Readonly<Record<Method, string>> = {
  decision: '1',
  reviewed: '1',
  contract: '0.99',
  id: '0.99',
  succession: '0.95',
  name: '0.95',
  similar: '0.9',
  symbol: '0.8',
  own: '1',
};

/** A proposal is an open question; a conflict has two answers. */
export const DOUBT_CONFIDENCE = { proposed: '0.5', conflict: '0', rejected: '0' } as const;

export const MAPPING_STATES = ['active', 'proposed', 'conflict', 'rejected', 'ended'] as const;
export type MappingState = (typeof MAPPING_STATES)[number];

/** Plain JSON; its keys depend on the method. */
export type Evidence = Readonly<Record<string, string | number | readonly string[]>>;

/** A listing, or an unpolled entry of a source's complete list. */
export interface ListedCoin {
  source: string;
  external_id: string;
  /** Upper case. */
  symbol: string | null;
  name: string | null;
}

export interface ListingFacts extends ListedCoin {
  id: number;
  first_known_at: Instant;
}

/** A listing that the list of its source no longer has. */
export interface Vanished {
  listing_id: number;
  missing_since: Instant;
  /** It is unlikely to return: several complete lists lacked it, or it has been silent for days. */
  is_past: boolean;
}

/** A source's statement of a coin's token contract; platform and address are normalized (see chains). */
export interface ContractFact {
  source: string;
  external_id: string;
  platform: string;
  address: string;
}

/** One coin of the reviewed list. A bare ticker in a file means this coin. */
export interface ReviewedAsset {
  symbol: string;
  name: string;
  /** The ids at the sources; nothing is known about a source that is absent here. */
  ids: Readonly<Record<string, string | undefined>>;
}

/** An active mapping, as the last resolution left it. */
export interface PriorMapping {
  id: number;
  listing_id: number;
  asset_id: string;
  method: Method;
  confidence: string;
  evidence: Evidence;
  state: Exclude<MappingState, 'ended'>;
  flag_reason: string | null;
}

export interface PriorAsset {
  id: string;
  symbol: string | null;
  name: string | null;
  merged_into: string | null;
}

export interface Decision {
  id: number;
  listing_id: number;
  action: 'confirm' | 'reject' | 'pin';
  asset_id: string;
}

/** How the prices of a listing, `anchor_id`, continue those of a listing of its source that disappeared earlier. */
export interface Continuation extends ListingPair {
  /** From the last reading of the old listing to the first of the new one. */
  gap_seconds: number;
  /** Within a factor of 1.5. */
  is_near: boolean;
}

/** Two listings of different sources; `listing_id` is the one that would be mapped to the other's asset. */
export interface ListingPair {
  anchor_id: number;
  listing_id: number;
}

/** The comparison of two listings' prices, from readings at most 15 minutes apart, newest first. */
export interface PriceComparison extends ListingPair {
  aligned: number;
  /** Within 3 %. */
  agreed: number;
  /** More than 20 % apart. */
  disagreed: number;
  /** Near 1 USD, where agreement proves nothing: all dollar coins are. */
  is_pegged: boolean;
}

export interface IdentityFacts {
  /** Polled sources by precedence: the first one that lists a coin names its asset. */
  sources: readonly string[];
  /** Whether every source has listed all its coins, so a name or ticker of one coin belongs to no other. */
  is_listed: boolean;
  listings: readonly ListingFacts[];
  vanished: readonly Vanished[];
  /** Ids of listings that were gone and have returned. */
  returned: readonly number[];
  catalog: readonly ListedCoin[];
  contracts: readonly ContractFact[];
  reviewed: readonly ReviewedAsset[];
  decisions: readonly Decision[];
  assets: readonly PriorAsset[];
  mappings: readonly PriorMapping[];
}

/** A mapping as it should be now. */
export interface ResolvedMapping {
  listing_id: number;
  asset_id: string;
  method: Method;
  confidence: string;
  evidence: Evidence;
  state: Exclude<MappingState, 'ended'>;
  flag_reason: string | null;
}

export interface ResolvedAsset {
  id: string;
  symbol: string | null;
  name: string | null;
}

export interface Resolution {
  /** Sorted by id; each has at least one active mapping. */
  assets: ResolvedAsset[];
  /** Sorted by listing and asset; exactly one active per listing. */
  mappings: ResolvedMapping[];
  /** Assets that lost their listings to another asset, and that asset. */
  merged: { id: string; into: string }[];
}

export const coinKey = (coin: { source: string; external_id: string }): string =>
  `${coin.source}:${coin.external_id}`;

/**
 * The order in which everything is resolved: by precedence of the source, then by external id. Sources outside the
 * list, such as files, come last.
 */
export function coinOrder(sources: readonly string[]): (a: ListedCoin, b: ListedCoin) => number {
  const places = new Map(sources.map((source, place) => [source, place]));
  const placeOf = ({ source }: ListedCoin) => places.get(source) ?? sources.length;
  return (a, b) =>
    placeOf(a) - placeOf(b) || compareTexts(a.source, b.source) || compareTexts(a.external_id, b.external_id);
}

/** The listings of polled sources, in the order in which they are resolved. */
export const polledListings = ({ sources, listings }: IdentityFacts): ListingFacts[] =>
  listings.filter(({ source }) => sources.includes(source)).sort(coinOrder(sources));

/** A pair of listings of different sources; the listing of the source that names assets comes first. */
export type Pair = readonly [anchor: ListingFacts, other: ListingFacts];

/** Every pair of the listings, in their order. */
export const pairsOf = (listings: readonly ListingFacts[]): Pair[] =>
  listings.flatMap((a, at) => listings.slice(at + 1).map((b): Pair => [a, b]));

/** By code unit: independent of the locale. */
export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
