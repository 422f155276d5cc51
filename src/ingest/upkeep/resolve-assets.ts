import { comparePrices, continuePrices } from '../../db/identity/compare-prices.ts';
import { findUnresolved, IDENTITY_LEASE } from '../../db/identity/read.ts';
import { writeIdentity } from '../../db/identity/write.ts';
import { findAskedResolution, finishResolution } from '../../db/runs/tasks.ts';
import type { Deps } from '../../deps.ts';
import { type IdentityChanges, identityChanges } from '../../domain/identity/changes.ts';
import { pairsToPrice, resolve } from '../../domain/identity/resolve.ts';
import { NAMING_ORDER } from '../../sources/registry.ts';
import { readFactsWithLease } from './identity-facts.ts';

/**
 * Resolves the asset of every listing and writes the changes, in three round trips for any number of listings. Does
 * nothing while another resolution holds the lease: the next tick finds listings that stay unresolved.
 */
export async function resolveAssets(deps: Deps): Promise<'done' | 'busy'> {
  const { db, log } = deps;
  const started = deps.now().getTime();
  const read = await readFactsWithLease(deps);
  if (read === null) return 'busy';
  const { token, facts, unresolved } = read;
  const lease = { name: IDENTITY_LEASE, token };
  const pairs = pairsToPrice(facts);
  const [comparisons, continuations] =
    pairs.length > 0 ? await db.batch([comparePrices(db, pairs), continuePrices(db, pairs)]) : [[], []];
  const changes = identityChanges(facts, resolve(facts, comparisons, continuations));
  await db.batch(writeIdentity(db, lease, changes, { unresolved, polled: NAMING_ORDER, lists: read.lists }));
  log.info('identity.resolved', {
    listings: facts.listings.length,
    ...sizesOf(changes),
    duration_ms: deps.now().getTime() - started,
  });
  return 'done';
}

/** Resolves assets for a message, and records that it is done; requests that come meanwhile are done afterwards. */
export async function resolveAsAsked(deps: Deps): Promise<'done' | 'busy'> {
  const [resolution] = await findAskedResolution(deps.db);
  const outcome = await resolveAssets(deps);
  if (outcome === 'done' && resolution !== undefined)
    await finishResolution(deps.db, Number(resolution.asked));
  return outcome;
}

/** Resolves if anything is unresolved; otherwise it costs one cheap query. */
export async function resolveIfNeeded(deps: Deps): Promise<void> {
  const [row] = await findUnresolved(deps.db);
  if (row?.open) await resolveAssets(deps);
}

const sizesOf = (changes: IdentityChanges) =>
  Object.fromEntries(Object.entries(changes).map(([name, rows]) => [name, rows.length]));
