import type { Instant } from '../instant.ts';
import { changeOf, type FieldChange, toldContract, toldField } from './field-change.ts';
import { byFirst, earlier, fieldIn, hasRoom, type SeenShape, type Series, type View } from './seen-shapes.ts';

// How one field has changed.

/** `unknown`: null, absent or unreadable in far more of the records than usual (usual-share). */
export const DRIFT_STATUSES = ['added', 'gone', 'type_changed', 'range_changed', 'unknown'] as const;
export type DriftStatus = (typeof DRIFT_STATUSES)[number];

/** One field that differs from before, or from its contract. */
export interface FieldDrift {
  field: string;
  status: DriftStatus;
  /** Whether the contract reads it. */
  is_read: boolean;
  /** Whether it causes rejects. */
  is_breaking: boolean;
  was: string;
  is: string;
  endpoints: string[];
  /** Share of the records of the newest shapes in which it has a value: 0 to 1, four decimals. */
  share_of_records: number;
  /** From the first payload that shows the drift. */
  first_seen_at: Instant;
  first_sha256: string;
  first_run_id: number;
  /** When the field was last present; null if it never was. */
  last_seen_at: Instant | null;
  /** A proposal: the field that may be the new or the former name of this one. */
  rename: { field: string; confidence: number; because: string } | null;
}

/** How a field differs from its contract and from the first payloads, or null. */
export function driftOf(view: View, name: string): FieldDrift | null {
  const isThere = view.series.some(({ newest }) => fieldIn(newest, name) !== undefined);
  if (!isThere) return hasRoom(view, name) ? goneField(view, name) : null;
  const wasThere = view.series.some(({ first }) => fieldIn(first, name) !== undefined);
  const changed = changedField(view, name);
  if (changed !== null) return changed;
  return wasThere || view.contract.has(name) ? null : addedField(view, name);
}

function goneField(view: View, name: string): FieldDrift | null {
  const all = byFirst(view.series.flatMap(({ shapes }) => shapes));
  const having = all.filter((shape) => fieldIn(shape, name) !== undefined);
  const read = view.contract.get(name);
  if (having.length === 0 && read?.of_some_plans) return null;
  const last = having.toSorted((a, b) => earlier(b.last_seen_at, a.last_seen_at))[0];
  const since = having[0]?.first_seen_at;
  // An empty list has no fields and takes none away.
  const without = all.filter((shape) => shape.records > 0 && fieldIn(shape, name) === undefined);
  const first = without.find((shape) => since === undefined || earlier(since, shape.first_seen_at) < 0);
  if (first === undefined) return null;
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

/** The members of a drift with any status. */
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
