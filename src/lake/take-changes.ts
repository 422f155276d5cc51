import { inOrder } from '../db/changes/list.ts';
import type { ChangePlace } from '../db/changes/request.ts';
import type { RowChange } from '../db/changes/row.ts';
import { listLakeChanges, type Provenance } from '../db/lake/changes.ts';
import { type Lease, renewLease } from '../db/tape/leases.ts';
import type { Deps } from '../deps.ts';
import { FIGURES, recordOf } from '../domain/figures.ts';
import type { Instant } from '../domain/instant.ts';
import { dayOf, earlier, endOfDay } from '../domain/lake.ts';
import { formatObservationId } from '../domain/observation-id.ts';
import { byCoin, type LakeRow } from './row.ts';

/** The number of rows of a part. Their memory and that of the file stay far below 128 MB. */
export const PART_ROWS = 100_000;
/** Changes per query. */
const PAGE_ROWS = 10_000;

export interface Wanted {
  /** Changes of later versions. */
  since: Instant | null;
  /** Up to this version. */
  until: Instant;
  /** The approximate number of rows at which the part ends, at the end of a version. */
  rows_max: number;
}

/** The changes of a part, in its sort order. */
export interface Taken {
  rows: LakeRow[];
  version_from: Instant;
  version_to: Instant;
}

/**
 * Reads the next changes of rows for one part: from one day, and in whole versions, so the next part begins where
 * this one ends. Null if there are none.
 */
export async function takeChanges(deps: Deps, lease: Lease, wanted: Wanted): Promise<Taken | null> {
  const intern = interner();
  const limit = Math.min(PAGE_ROWS, wanted.rows_max);
  let rows: LakeRow[] = [];
  let { until } = wanted;
  let after: ChangePlace | null = null;
  for (;;) {
    const [, found] = await deps.db.batch([
      renewLease(deps.db, lease),
      listLakeChanges(deps.db, { since: wanted.since, until, after, limit }),
    ]);
    const { changes } = inOrder(found);
    for (const change of changes) if (isOfRow(change)) rows.push(lakeRow(change, intern));
    const [first] = rows;
    // The day is that of the first change; later changes belong to the next part.
    if (first !== undefined) until = earlier(until, endOfDay(dayOf(first.version)));
    if (rows.length > wanted.rows_max && holdsVersions(rows)) {
      rows = withoutLastVersion(rows);
      break;
    }
    const last = changes.at(-1);
    if (last === undefined || changes.length < limit) break;
    after = placeOf(last);
  }
  const day = rows[0] && dayOf(rows[0].version);
  rows = rows.filter(({ version }) => dayOf(version) === day);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return null;
  const bounds = { version_from: first.version, version_to: last.version };
  return { rows: rows.sort(byCoin), ...bounds };
}

/**
 * Whether the rows have several versions: the last version may continue after the rows, the others are complete.
 */
const holdsVersions = (rows: LakeRow[]): boolean => rows[0]?.version !== rows.at(-1)?.version;

function withoutLastVersion(rows: LakeRow[]): LakeRow[] {
  const open = rows.at(-1)?.version;
  return rows.slice(
    0,
    rows.findIndex(({ version }) => version === open),
  );
}

type RowOfPage = RowChange & Provenance;
const isOfRow = (change: { change: string }): change is RowOfPage =>
  change.change !== 'remapped' && change.change !== 'relabelled';

function placeOf(change: { version: Instant; listing: string; number: string }): ChangePlace {
  const { kind = null, observed_at = null } = change as Partial<RowChange>;
  return {
    version: change.version,
    listing: change.listing,
    kind,
    observed_at,
    number: Number(change.number),
  };
}

function lakeRow(change: RowOfPage, intern: (text: string) => string): LakeRow {
  const { source, external_id, kind, observed_at, replaces } = change;
  const key = { source: intern(source), external_id: intern(external_id), kind };
  const common = {
    version: intern(change.version),
    change: change.change,
    ...key,
    created_at: intern(observed_at),
    revision: change.revision,
    replaces: replaces === null ? null : formatObservationId({ ...key, observed_at, revision: replaces }),
    reason: change.reason && intern(change.reason),
  };
  if (change.change === 'withdrawn') return { ...common, ...NOTHING };
  return {
    ...common,
    ...recordOf(FIGURES, (figure) => change[figure]),
    flags: intern(change.flags.join('|')),
    run_id: intern(change.run_id),
    raw_payload_id: change.raw_payload_id && intern(change.raw_payload_id),
    pointer: change.pointer,
    normalizer_version: change.normalizer_version,
  };
}

const NOTHING = {
  ...recordOf(FIGURES, () => null),
  flags: null,
  run_id: null,
  raw_payload_id: null,
  pointer: null,
  normalizer_version: null,
};

/** Makes equal texts of many rows one text in memory. */
function interner(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const one = known.get(text);
    if (one !== undefined) return one;
    known.set(text, text);
    return text;
  };
}
