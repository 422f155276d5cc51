import { type Instant, microsOf } from '../instant.ts';
import type { ContractField } from './contract-field.ts';
import { changeOf, type FieldChange, toldContract, toldField, typesOf } from './field-change.ts';
import { proposeRenames, type Rename } from './rename.ts';
import type { FieldShape } from './shape.ts';

/** A shape that records of an endpoint had, and when. */
export interface SeenShape {
  endpoint: string;
  records: number;
  fields: FieldShape[];
  first_seen_at: Instant;
  last_seen_at: Instant;
  /** Of the first payload with it. */
  first_sha256: string;
  first_run_id: number;
}

/** `unknown`: null, absent or unreadable in far more of the records than usual (usual-share). */
export const DRIFT_STATUSES = ['added', 'gone', 'type_changed', 'range_changed', 'unknown'] as const;
export type DriftStatus = (typeof DRIFT_STATUSES)[number];

/** One field that is not what it was, or not what its contract says. */
export interface FieldDrift {
  field: string;
  status: DriftStatus;
  /** Whether the contract reads it. */
  is_read: boolean;
  /** Whether records are refused for it. */
  is_breaking: boolean;
  was: string;
  is: string;
  endpoints: string[];
  /** Share of the records of the newest shapes in which it has a value: 0 to 1, four decimals. */
  share_of_records: number;
  /** Of the first payload that shows the drift. */
  first_seen_at: Instant;
  first_sha256: string;
  first_run_id: number;
  /** When the field was last there; null for one that never was. */
  last_seen_at: Instant | null;
  /** A proposal: the field that this one may have become, or may have been. */
  rename: { field: string; confidence: number; because: string } | null;
}

/** An endpoint that has not answered for so long, while others of its contract have, is no longer asked. */
const ABANDONED_MICROS = 3n * 86_400_000_000n;

/**
 * How the records of one contract's endpoints differ from the contract, and from the first payload of each
 * endpoint. Fields of a first payload that nobody reads are no drift. Newest first.
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

/** The present shape of each endpoint. */
export const newestShapes = (shapes: SeenShape[]): SeenShape[] =>
  seriesOf(shapes).map(({ newest }) => newest);

/** The shapes of one endpoint, in the order they were first seen. */
interface Series {
  endpoint: string;
  shapes: SeenShape[];
  first: SeenShape;
  newest: SeenShape;
}

interface View {
  contract: Map<string, ContractField>;
  series: Series[];
}

function seriesOf(shapes: SeenShape[]): Series[] {
  const all = [...Map.groupBy(shapes, ({ endpoint }) => endpoint)].flatMap(([endpoint, group]) => {
    const sorted = group.toSorted((a, b) => earlier(a.first_seen_at, b.first_seen_at));
    const [first] = sorted;
    const newest = group.toSorted((a, b) => earlier(b.last_seen_at, a.last_seen_at))[0];
    return first === undefined || newest === undefined ? [] : { endpoint, shapes: sorted, first, newest };
  });
  const [latest] = all.toSorted((a, b) => earlier(b.newest.last_seen_at, a.newest.last_seen_at));
  const last = latest === undefined ? 0n : microsOf(latest.newest.last_seen_at);
  return all.filter(({ newest }) => last - microsOf(newest.last_seen_at) <= ABANDONED_MICROS);
}

const earlier = (a: Instant, b: Instant) => Number(microsOf(a) - microsOf(b));

const fieldIn = (shape: SeenShape, name: string): FieldShape | undefined =>
  shape.fields.find(({ field }) => field === name);

function parentOf(name: string): string | null {
  if (name.endsWith('[]')) return name.slice(0, -2);
  return name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : null;
}

/** Whether a field lies inside one whose keys are data. */
function isData(view: View, name: string): boolean {
  const parent = parentOf(name);
  return parent !== null && (view.contract.get(parent)?.is_map === true || isData(view, parent));
}

function driftOf(view: View, name: string): FieldDrift | null {
  const isThere = view.series.some(({ newest }) => fieldIn(newest, name) !== undefined);
  if (!isThere) return hasRoom(view, name) ? goneField(view, name) : null;
  const wasThere = view.series.some(({ first }) => fieldIn(first, name) !== undefined);
  const changed = changedField(view, name);
  if (changed !== null) return changed;
  return wasThere || view.contract.has(name) ? null : addedField(view, name);
}

/** Whether the records of now have the object that the field would stand in: if not, that one is the drift. */
function hasRoom(view: View, name: string): boolean {
  const parent = parentOf(name);
  if (parent === null) return view.series.some(({ newest }) => newest.records > 0);
  const type = name.endsWith('[]') ? 'list' : 'object';
  return view.series.some(({ newest }) => (fieldIn(newest, parent)?.types[type] ?? 0) > 0);
}

function goneField(view: View, name: string): FieldDrift | null {
  const all = byFirst(view.series.flatMap(({ shapes }) => shapes));
  const having = all.filter((shape) => fieldIn(shape, name) !== undefined);
  const last = having.toSorted((a, b) => earlier(b.last_seen_at, a.last_seen_at))[0];
  const since = having[0]?.first_seen_at;
  // An empty list has no fields and takes none away.
  const without = all.filter((shape) => shape.records > 0 && fieldIn(shape, name) === undefined);
  const first = without.find((shape) => since === undefined || earlier(since, shape.first_seen_at) < 0);
  if (first === undefined) return null;
  const read = view.contract.get(name);
  return {
    ...frame(view, name, first),
    status: 'gone',
    is_breaking: read?.required === true,
    was: last === undefined ? toldContract(read) : toldField(fieldIn(last, name)),
    is: 'absent',
    endpoints: view.series.map(({ endpoint }) => endpoint),
    last_seen_at: last?.last_seen_at ?? null,
  };
}

const byFirst = (shapes: SeenShape[]) => shapes.toSorted((a, b) => earlier(a.first_seen_at, b.first_seen_at));

function addedField(view: View, name: string): FieldDrift | null {
  const has = (shape: SeenShape) => fieldIn(shape, name) !== undefined;
  const [first] = byFirst(view.series.flatMap(({ shapes }) => shapes.filter(has)));
  const having = view.series.filter(({ newest }) => has(newest));
  const now = having[0]?.newest;
  if (first === undefined || now === undefined) return null;
  return {
    ...frame(view, name, first),
    status: 'added',
    is_breaking: false,
    was: 'absent',
    is: toldField(fieldIn(now, name)),
    endpoints: having.map(({ endpoint }) => endpoint),
    last_seen_at: now.last_seen_at,
  };
}

interface SeriesChange extends FieldChange {
  series: Series;
  first: SeenShape;
}

function changedField(view: View, name: string): FieldDrift | null {
  const changes = view.series.flatMap((series) => changeIn(view, series, name) ?? []);
  const worst =
    changes.find(({ is_breaking }) => is_breaking) ??
    changes.find(({ status }) => status === 'type_changed') ??
    changes[0];
  if (worst === undefined) return null;
  const same = changes.filter(({ status }) => status === worst.status);
  const first = byFirst(same.map((change) => change.first))[0] ?? worst.first;
  const { first: before, newest } = worst.series;
  const shown = toldField(fieldIn(before, name));
  const told = toldField(fieldIn(newest, name));
  return {
    ...frame(view, name, first),
    status: worst.status,
    is_breaking: worst.is_breaking,
    was: shown === told ? toldContract(view.contract.get(name)) : shown,
    is: told,
    endpoints: same.map(({ series }) => series.endpoint),
    last_seen_at: newest.last_seen_at,
  };
}

function changeIn({ contract }: View, series: Series, name: string): SeriesChange | null {
  const now = fieldIn(series.newest, name);
  if (now === undefined) return null;
  const change = changeOf(contract.get(name), fieldIn(series.first, name), now);
  if (change === null) return null;
  const first = series.shapes.find((shape) => {
    const field = fieldIn(shape, name);
    return field !== undefined && change.isIn(field);
  });
  return { ...change, series, first: first ?? series.newest };
}

/** What is told of a drift of any status. */
function frame(view: View, name: string, first: SeenShape) {
  const newest = view.series.map((series) => series.newest);
  const records = newest.reduce((sum, shape) => sum + shape.records, 0);
  const known = newest.reduce((sum, shape) => sum + knownIn(shape, name), 0);
  return {
    field: name,
    is_read: view.contract.has(name),
    share_of_records: records === 0 ? 0 : Math.min(1, Math.round((known / records) * 10_000) / 10_000),
    first_seen_at: first.first_seen_at,
    first_sha256: first.first_sha256,
    first_run_id: first.first_run_id,
    rename: null,
  };
}

const knownIn = (shape: SeenShape, name: string): number =>
  Object.values(fieldIn(shape, name)?.types ?? {}).reduce((sum, count) => sum + count, 0);

function withRenames(view: View, drifts: FieldDrift[]): FieldDrift[] {
  const gone = drifts.filter(({ status }) => status === 'gone');
  const added = drifts.filter(({ status }) => status === 'added').map(({ field }) => field);
  // What no payload ever had may have had its other name from the first payload on.
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

/** The field as it was last seen. */
function lastSeen(view: View, name: string) {
  const having = view.series
    .flatMap(({ shapes }) => shapes)
    .filter((shape) => fieldIn(shape, name) !== undefined)
    .toSorted((a, b) => earlier(b.last_seen_at, a.last_seen_at));
  const shape = (having[0] && fieldIn(having[0], name)) ?? null;
  const types = shape === null ? [] : typesOf(shape.types);
  return { field: name, types: types.length > 0 ? types : (view.contract.get(name)?.takes ?? []), shape };
}
