import type { ContractField } from './contract-field.ts';
import { driftOf, type FieldDrift } from './field-drift.ts';
import { proposeRenames, type Rename } from './rename.ts';
import { earlier, isData, lastSeen, type SeenShape, seriesOf, type View } from './seen-shapes.ts';

/**
 * How the records of one contract's endpoints differ from the contract, and from the first payload of each
 * endpoint. Fields of a first payload that the contract does not read are not drift. Newest first.
 */
export function findDrift(contract: ContractField[], shapes: SeenShape[]): FieldDrift[] {
  const series = seriesOf(shapes);
  if (series.length === 0) return [];
  const view: View = { contract: new Map(contract.map((read) => [read.field, read])), series };
  const seen = series.flatMap((one) => one.shapes.flatMap(({ fields }) => fields.map(({ field }) => field)));
  const drifts = [...new Set([...view.contract.keys(), ...seen])]
    .filter((field) => !isData(view, field))
    .flatMap((field) => driftOf(view, field) ?? [])
    .toSorted((a, b) => earlier(b.first_seen_at, a.first_seen_at) || (a.field < b.field ? -1 : 1));
  return withRenames(view, drifts);
}

function withRenames(view: View, drifts: FieldDrift[]): FieldDrift[] {
  const gone = drifts.filter(({ status }) => status === 'gone');
  const added = drifts.filter(({ status }) => status === 'added').map(({ field }) => field);
  // A field that no payload ever had may have had its other name since the first payload.
  const unread = view.series
    .flatMap(({ newest }) => newest.fields.map(({ field }) => field))
    .filter((name) => !view.contract.has(name) && !isData(view, name));
  const named = (names: string[]) => [...new Set(names)].map((name) => lastSeen(view, name));
  const fields = (isNever: boolean) =>
    named(gone.filter(({ last_seen_at }) => (last_seen_at === null) === isNever).map(({ field }) => field));
  const renames = [
    ...proposeRenames(fields(false), named(added)),
    ...proposeRenames(fields(true), named(unread)),
  ];
  return drifts.map((drift) => ({ ...drift, rename: renameOf(drift, renames) }));
}

function renameOf({ status, field }: FieldDrift, renames: Rename[]): FieldDrift['rename'] {
  const own = status === 'gone' ? 'gone' : 'added';
  if (status !== own) return null;
  const found = renames.find((rename) => rename[own] === field);
  if (found === undefined) return null;
  const { confidence, because } = found;
  return { field: own === 'gone' ? found.added : found.gone, confidence, because };
}
