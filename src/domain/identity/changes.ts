import type { IdentityFacts, PriorMapping, Resolution, ResolvedAsset, ResolvedMapping } from './evidence.ts';

export interface IdentityChanges {
  /** New assets, and those with another symbol or name, or in use again. */
  assets: ResolvedAsset[];
  merged: Resolution['merged'];
  /** Ids of mappings that are no longer active. */
  ended: number[];
  changed: (ResolvedMapping & { id: number })[];
  added: ResolvedMapping[];
}

/** The changes that make the stored mappings equal to the resolution. */
export function identityChanges(facts: IdentityFacts, resolution: Resolution): IdentityChanges {
  const priorAssets = new Map(facts.assets.map((asset) => [asset.id, asset]));
  const prior = new Map(facts.mappings.map((mapping) => [keyOf(mapping), mapping]));
  const wanted = new Map(resolution.mappings.map((mapping) => [keyOf(mapping), mapping]));
  return {
    assets: resolution.assets.filter(({ id, symbol, name }) => {
      const known = priorAssets.get(id);
      return (
        known === undefined || known.symbol !== symbol || known.name !== name || known.merged_into !== null
      );
    }),
    merged: resolution.merged.filter(({ id, into }) => priorAssets.get(id)?.merged_into !== into),
    ended: facts.mappings.filter((mapping) => !wanted.has(keyOf(mapping))).map(({ id }) => id),
    changed: resolution.mappings.flatMap((mapping) => {
      const known = prior.get(keyOf(mapping));
      return known === undefined || isSame(known, mapping) ? [] : [{ ...mapping, id: known.id }];
    }),
    added: resolution.mappings.filter((mapping) => !prior.has(keyOf(mapping))),
  };
}

const keyOf = ({ listing_id, asset_id }: ResolvedMapping) => `${listing_id}|${asset_id}`;

function isSame(a: PriorMapping, b: ResolvedMapping): boolean {
  return (
    a.state === b.state &&
    a.method === b.method &&
    Number(a.confidence) === Number(b.confidence) &&
    a.flag_reason === b.flag_reason &&
    textOf(a.evidence) === textOf(b.evidence)
  );
}

/** Postgres stores the keys of a jsonb in its own order. */
const textOf = (evidence: ResolvedMapping['evidence']) =>
  JSON.stringify(Object.entries(evidence).sort(([a], [b]) => (a < b ? -1 : 1)));
