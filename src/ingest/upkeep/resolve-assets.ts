import reviewed from '../../../data/reviewed-assets.json' with { type: 'json' };
import { rowIn } from '../../db/client.ts';
import { comparePrices, findUnresolved, IDENTITY_LEASE, readIdentity } from '../../db/identity/read.ts';
import { writeIdentity } from '../../db/identity/write.ts';
import { findAskedResolution, finishResolution } from '../../db/runs/tasks.ts';
import type { Lease } from '../../db/tape/leases.ts';
import type { Deps } from '../../deps.ts';
import { type IdentityChanges, identityChanges } from '../../domain/identity/changes.ts';
import type { IdentityFacts, ListingFacts } from '../../domain/identity/evidence.ts';
import { pairsToPrice, resolve } from '../../domain/identity/resolve.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { NAMING_ORDER, sourcesOn } from '../../sources/registry.ts';

/**
 * Settles the asset of every listing and writes what changed, in three round trips whatever the number of
 * listings. Does nothing while somebody else is at it: listings that stay unresolved are seen by the next tick.
 */
export async function resolveAssets(deps: Deps): Promise<'done' | 'busy'> {
  const { db, log } = deps;
  const started = deps.now().getTime();
  const read = await readFacts(deps);
  if (read === null) return 'busy';
  const { lease, facts, unresolved } = read;
  const pairs = pairsToPrice(facts);
  const comparisons = pairs.length > 0 ? await comparePrices(db, pairs) : [];
  const changes = identityChanges(facts, resolve(facts, comparisons));
  await db.batch(writeIdentity(db, lease, changes, unresolved));
  log.info('identity.resolved', {
    listings: facts.listings.length,
    ...sizesOf(changes),
    duration_ms: deps.now().getTime() - started,
  });
  return 'done';
}

/** Settles assets for a message, and notes that it is done; what is asked for meanwhile is done behind it. */
export async function resolveAsAsked(deps: Deps): Promise<'done' | 'busy'> {
  const [resolution] = await findAskedResolution(deps.db);
  const outcome = await resolveAssets(deps);
  if (outcome === 'done' && resolution !== undefined)
    await finishResolution(deps.db, Number(resolution.asked));
  return outcome;
}

/** Resolves when something is left to resolve: one cheap question otherwise. */
export async function resolveIfNeeded(deps: Deps): Promise<void> {
  const [row] = await findUnresolved(deps.db);
  if (row?.open) await resolveAssets(deps);
}

interface ReadFacts {
  lease: Lease;
  facts: IdentityFacts;
  unresolved: ListingFacts[];
}

async function readFacts({ db, now, settings }: Deps): Promise<ReadFacts | null> {
  const lists = sourcesOn(settings).flatMap(({ id, coin_list }) =>
    coin_list === undefined ? [] : [{ id, coin_list }],
  );
  const [[held], listings, catalog, contracts, decisions, assets, mappings, listed] = await db.batch(
    readIdentity(db, lists, instantOfDate(now())),
  );
  if (held === undefined) return null;
  const { is_listed } = rowIn(listed);
  const facts: IdentityFacts = {
    sources: NAMING_ORDER,
    is_listed,
    listings,
    catalog,
    contracts,
    decisions,
    assets,
    mappings,
    reviewed,
  };
  // What has to be looked at again when the lists have come stays unresolved.
  const unresolved = listings.filter((listing) => is_listed && !listing.is_resolved);
  return { lease: { name: IDENTITY_LEASE, token: Number(held.token) }, facts, unresolved };
}

const sizesOf = (changes: IdentityChanges) =>
  Object.fromEntries(Object.entries(changes).map(([name, rows]) => [name, rows.length]));
