import { type Instant, microsOf } from '../instant.ts';
import type { ContractField } from './contract-field.ts';
import { typesOf } from './field-change.ts';
import type { FieldShape } from './shape.ts';

// The shapes of one contract's endpoints over time.

/** A shape that records of an endpoint had, and when. */
export interface SeenShape {
  endpoint: string;
  records: number;
  fields: FieldShape[];
  first_seen_at: Instant;
  last_seen_at: Instant;
  /** From the first payload with it. */
  first_sha256: string;
  first_run_id: number;
}

/** An endpoint that has not answered for this long, while others of its contract have, is no longer polled. */
const ABANDONED_MICROS = 3n * 86_400_000_000n;

/** The present shape of each endpoint. */
export const newestShapes = (shapes: SeenShape[]): SeenShape[] =>
  seriesOf(shapes).map(({ newest }) => newest);

/** The shapes of one endpoint, in the order they were first seen. */
export interface Series {
  endpoint: string;
  shapes: SeenShape[];
  first: SeenShape;
  newest: SeenShape;
}

export interface View {
  contract: Map<string, ContractField>;
  series: Series[];
}

export function seriesOf(shapes: SeenShape[]): Series[] {
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

export const earlier = (a: Instant, b: Instant) => Number(microsOf(a) - microsOf(b));

export const fieldIn = (shape: SeenShape, name: string): FieldShape | undefined =>
  shape.fields.find(({ field }) => field === name);

function parentOf(name: string): string | null {
  if (name.endsWith('[]')) return name.slice(0, -2);
  return name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : null;
}

/** Whether a field is inside one whose keys are data. */
export function isData(view: View, name: string): boolean {
  const parent = parentOf(name);
  return parent !== null && (view.contract.get(parent)?.is_map === true || isData(view, parent));
}

/** Whether the current records have the object of the field: if not, the object is the drift. */
export function hasRoom(view: View, name: string): boolean {
  const parent = parentOf(name);
  if (parent === null) return view.series.some(({ newest }) => newest.records > 0);
  const type = name.endsWith('[]') ? 'list' : 'object';
  return view.series.some(({ newest }) => (fieldIn(newest, parent)?.types[type] ?? 0) > 0);
}

export const byFirst = (shapes: SeenShape[]) =>
  shapes.toSorted((a, b) => earlier(a.first_seen_at, b.first_seen_at));

/** The field as it was last seen. */
export function lastSeen(view: View, name: string) {
  const having = view.series
    .flatMap(({ shapes }) => shapes)
    .filter((shape) => fieldIn(shape, name) !== undefined)
    .toSorted((a, b) => earlier(b.last_seen_at, a.last_seen_at));
  const shape = (having[0] && fieldIn(having[0], name)) ?? null;
  const types = shape === null ? [] : typesOf(shape.types);
  return { field: name, types: types.length > 0 ? types : (view.contract.get(name)?.takes ?? []), shape };
}
