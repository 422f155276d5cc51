import reviewed from '../../../data/reviewed-assets.json' with { type: 'json' };
import { type Results, rowIn } from '../../db/client.ts';
import { type CoinList, readIdentity, takeIdentityLease } from '../../db/identity/read.ts';
import type { Deps } from '../../deps.ts';
import type { IdentityFacts, ListingFacts } from '../../domain/identity/evidence.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { NAMING_ORDER, sourcesOn } from '../../sources/registry.ts';

export interface ReadFacts {
  facts: IdentityFacts;
  /** Unresolved listings that can be resolved now. */
  unresolved: ListingFacts[];
}

/** The input of a resolution. */
export async function readFacts(deps: Deps): Promise<ReadFacts> {
  return factsIn(await deps.db.batch(queries(deps)));
}

/** The same with the lease of identity, in one round trip; null while the lease is held. */
export async function readFactsWithLease(
  deps: Deps,
): Promise<(ReadFacts & { token: number; lists: CoinList[] }) | null> {
  const [[held], found] = await deps.db.batch([takeIdentityLease(deps.db), queries(deps)]);
  return held === undefined ? null : { ...factsIn(found), token: Number(held.token), lists: coinLists(deps) };
}

/** The lists of coins of the polled sources. */
const coinLists = ({ settings }: Deps): CoinList[] =>
  sourcesOn(settings).flatMap(({ id, coin_list }) =>
    coin_list === undefined ? [] : [{ id, coin_list: coin_list.endpoint }],
  );

const queries = (deps: Deps) => readIdentity(deps.db, coinLists(deps), instantOfDate(deps.now()));

function factsIn([
  listings,
  vanished,
  returned,
  catalog,
  contracts,
  decisions,
  assets,
  mappings,
  listed,
]: Results<ReturnType<typeof readIdentity>>): ReadFacts {
  const { is_listed } = rowIn(listed);
  const facts: IdentityFacts = {
    sources: NAMING_ORDER,
    is_listed,
    // Names from a withdrawn file do not name a coin.
    listings: listings.filter(({ is_bare }) => !is_bare),
    vanished,
    returned: returned.map(({ id }) => id),
    catalog,
    contracts,
    decisions,
    assets,
    mappings,
    reviewed,
  };
  // Listings that must be resolved again when the lists have come stay unresolved.
  return { facts, unresolved: listings.filter((listing) => is_listed && !listing.is_resolved) };
}
