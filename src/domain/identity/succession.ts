import { type Instant, microsOf } from '../instant.ts';
import { nameBeforeAge, nameKey } from './coin-name.ts';
import { type ContractLinks, getOrAdd } from './contract-links.ts';
import {
  type Continuation,
  coinKey,
  compareTexts,
  type Evidence,
  type IdentityFacts,
  type ListingFacts,
  type Pair,
  polledListings,
  type Vanished,
} from './evidence.ts';
import { type ComparisonOf, doubts } from './price-evidence.ts';

/** The maximum distance between the end of the old listing and the start of the new one. */
const WINDOW_MICROS = 7n * 86_400_000_000n;
/** The number of readings that must agree while both were listed. */
const OVERLAP_AGREED_MIN = 3;
/** A price that continued after a longer gap may be at the same level by chance. */
const GAP_SECONDS_MAX = 7 * 86_400;

/** A listing that vanished, and one of its source that came with its label or contract at that time. */
export interface Succession {
  old: ListingFacts;
  heir: ListingFacts;
  /** Listings of other sources that are mapped to the same asset as the old one. */
  mates: ListingFacts[];
  evidence: Evidence;
}

/** Possible successions by labels, contracts and times alone. */
export function successions(facts: IdentityFacts, contracts: ContractLinks): Succession[] {
  if (facts.vanished.length === 0) return [];
  const polled = polledListings(facts);
  const vanished = new Map(facts.vanished.map((one) => [one.listing_id, one]));
  const olds = polled.filter(({ id }) => vanished.has(id));
  const live = polled.filter(({ id }) => !vanished.has(id));
  const matesOf = homeMates(facts, live);
  const byTrait = new Map<string, ListingFacts[]>();
  for (const listing of live)
    for (const trait of takenBy(listing, contracts))
      getOrAdd(byTrait, `${listing.source}\0${trait}`, () => []).push(listing);
  return olds.flatMap((old) => {
    const mates = matesOf(old).filter(({ source }) => source !== old.source);
    const traits = [old, ...mates].flatMap((listing) => leftBy(listing, contracts));
    const candidates = new Set(traits.flatMap((trait) => byTrait.get(`${old.source}\0${trait}`) ?? []));
    return [...candidates]
      .filter((heir) => cameWhenItWent(old, heir, vanished) && isFree(matesOf(heir), matesOf(old)))
      .map((heir) => ({ old, heir, mates, evidence: evidenceOf({ old, heir, mates }, contracts) }));
  });
}

/** The pairs whose prices show whether one continues the other. */
export const successionPairs = (found: readonly Succession[]): Pair[] =>
  found.flatMap(({ old, heir, mates }): Pair[] => [[heir, old], ...mates.map((mate): Pair => [mate, heir])]);

export type ContinuationOf = (old: ListingFacts, heir: ListingFacts) => Continuation | undefined;

export function continuationLookup(continuations: readonly Continuation[]): ContinuationOf {
  const byPair = new Map(continuations.map((one) => [`${one.anchor_id}|${one.listing_id}`, one]));
  return (old, heir) => byPair.get(`${heir.id}|${old.id}`);
}

/**
 * The unambiguous successions: only one of the possible heirs of a listing, and only one of the possible
 * predecessors of an heir, continues at the same price.
 */
export function certainOnes(
  found: readonly Succession[],
  comparisonOf: ComparisonOf,
  continuationOf: ContinuationOf,
): Succession[] {
  const judged = found.map((one) => ({ ...one, goesOn: pricesGoOn(one, comparisonOf, continuationOf) }));
  const isOnly = (one: (typeof judged)[number]) =>
    judged.every(
      (other) =>
        other === one || (other.old !== one.old && other.heir !== one.heir) || other.goesOn === false,
    );
  return judged.filter((one) => one.goesOn === true && one.evidence.differing === undefined && isOnly(one));
}

/**
 * Whether the prices of the heir are those of the coin: as other sources have them, otherwise as the old listing
 * had them while both were listed, otherwise as its last price was. Null if nothing decides.
 */
function pricesGoOn(
  { old, heir, mates }: Succession,
  comparisonOf: ComparisonOf,
  continuationOf: ContinuationOf,
): boolean | null {
  const told = mates.map((mate) => comparisonOf(mate, heir)).filter((one) => (one?.aligned ?? 0) > 0);
  if (told.some(doubts)) return false;
  if (told.some((one) => (one?.agreed ?? 0) > 0)) return true;
  const both = comparisonOf(old, heir);
  if (both !== undefined && both.aligned > 0)
    return doubts(both) ? false : both.agreed >= OVERLAP_AGREED_MIN && both.disagreed === 0 ? true : null;
  const gap = continuationOf(old, heir);
  return gap === undefined || gap.gap_seconds > GAP_SECONDS_MAX ? null : gap.is_near;
}

/**
 * The traits that a successor may share with the old listing: symbol and name, the name with a mark of age, or an
 * address.
 */
function leftBy(listing: ListingFacts, contracts: ContractLinks): string[] {
  const name = nameKey(listing.name);
  return [...labelOf(listing), ...(name === '' ? [] : [`aged ${name}`]), ...contracts.addressesOf(listing)];
}

function takenBy(listing: ListingFacts, contracts: ContractLinks): string[] {
  const [name, before] = [nameKey(listing.name), nameBeforeAge(listing.name)];
  const isAged = before !== '' && before !== name;
  return [...labelOf(listing), ...(isAged ? [`aged ${before}`] : []), ...contracts.addressesOf(listing)];
}

function labelOf({ symbol, name }: ListingFacts): string[] {
  const key = nameKey(name);
  return symbol === null || key === '' ? [] : [`label ${symbol} ${key}`];
}

/** The trait that the heir shares with the old listing, otherwise with the first of its mates that has one. */
function evidenceOf(
  { old, heir, mates }: Pick<Succession, 'old' | 'heir' | 'mates'>,
  contracts: ContractLinks,
): Evidence {
  const shared = [old, ...mates].map((one) => contracts.shared(one, heir)).find(({ length }) => length > 0);
  const isAlike = (one: ListingFacts) =>
    one.symbol === heir.symbol && nameKey(one.name) === nameKey(heir.name);
  const namesake = [old, ...mates].find(isAlike);
  const differing = contracts.contradictions(old, heir);
  return {
    succeeds: coinKey(old),
    ...(namesake !== undefined && { symbol: heir.symbol ?? '', name: heir.name ?? '' }),
    ...(namesake !== undefined && namesake !== old && { like: coinKey(namesake) }),
    ...(namesake === undefined && { names: [old.name ?? '', heir.name ?? ''] }),
    ...(shared !== undefined && { contracts: shared }),
    ...(differing.length > 0 && shared === undefined && { differing }),
  };
}

function cameWhenItWent(
  old: ListingFacts,
  heir: ListingFacts,
  vanished: ReadonlyMap<number, Vanished>,
): boolean {
  const went = vanished.get(old.id)?.missing_since;
  if (went === undefined || heir.source !== old.source) return false;
  const [came, began] = [microsOf(heir.first_known_at), microsOf(old.first_known_at)];
  return came > began && came <= microsOf(went) + WINDOW_MICROS;
}

/** A successor that is mapped with other listings already has its own coin, unless it is the same coin. */
const isFree = (heirs: readonly ListingFacts[], olds: readonly ListingFacts[]): boolean =>
  heirs.length === 0 || heirs.some((mate) => olds.includes(mate));

/** The other live listings of the same asset. */
function homeMates(facts: IdentityFacts, live: readonly ListingFacts[]) {
  const home = new Map(
    facts.mappings.flatMap((m) => (m.state === 'active' ? [[m.listing_id, m.asset_id]] : [])),
  );
  const homes = Map.groupBy(live, ({ id }) => home.get(id));
  return (listing: ListingFacts): ListingFacts[] => {
    const asset = home.get(listing.id);
    return asset === undefined ? [] : (homes.get(asset) ?? []).filter((mate) => mate !== listing);
  };
}

/** In the order in which they became known. */
export const byArrival = (a: ListingFacts, b: ListingFacts): number =>
  compareInstants(a.first_known_at, b.first_known_at) || compareTexts(a.external_id, b.external_id);

function compareInstants(a: Instant, b: Instant): number {
  const [x, y] = [microsOf(a), microsOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
