import { type AcceptanceRow, listAcceptances } from '../../db/payloads/accept-drift.ts';
import { listShapes, type ShapeRow } from '../../db/payloads/drift.ts';
import { type LostFieldRow, listLostFields } from '../../db/payloads/lost-fields.ts';
import type { Deps } from '../../deps.ts';
import { isAccepted } from '../../domain/drift/acceptance.ts';
import type { ContractField } from '../../domain/drift/contract-field.ts';
import type { FieldDrift } from '../../domain/drift/field-drift.ts';
import { findDrift } from '../../domain/drift/profile-change.ts';
import { toldShare } from '../../domain/drift/usual-share.ts';
import { microsOf } from '../../domain/instant.ts';
import { sha256Hex } from '../../raw/sha256.ts';
import { contractFields, RECORD_CONTRACTS } from '../../sources/registry.ts';

/** The contract of an endpoint with known replies, with the shapes of all its pages or platforms. */
export interface WatchedEndpoint {
  source: string;
  endpoint: string;
  fields: ContractField[];
  shapes: ShapeRow[];
}

export interface PresentDrift {
  /** Stays the same while the field drifts in the same way. */
  id: string;
  source: string;
  endpoint: string;
  drift: FieldDrift;
}

export interface DriftState {
  /** Newest first, without accepted ones. */
  drifts: PresentDrift[];
  watched: WatchedEndpoint[];
  acceptances: AcceptanceRow[];
}

/**
 * How the records of these sources differ from before, by shape and by share of unknown values, in one round trip.
 */
export async function presentDrift(
  { db }: Pick<Deps, 'db'>,
  sources: readonly string[],
): Promise<DriftState> {
  const [shapes, lost, acceptances] = await db.batch([
    listShapes(db, sources),
    listLostFields(db, sources),
    listAcceptances(db, sources),
  ]);
  const watched = watchedEndpoints(shapes);
  const found = await Promise.all(watched.flatMap((endpoint) => driftsOf(endpoint, lost)).map(withId));
  const byId = new Map(acceptances.map((acceptance) => [acceptance.id, acceptance]));
  const drifts = found
    .filter(({ id, drift }) => {
      const acceptance = byId.get(id);
      return acceptance === undefined || drift.status === 'unknown' || !isAccepted(drift, acceptance);
    })
    .toSorted(
      (a, b) =>
        Number(microsOf(b.drift.first_seen_at) - microsOf(a.drift.first_seen_at)) || (a.id < b.id ? -1 : 1),
    );
  return { drifts, watched, acceptances };
}

function watchedEndpoints(rows: ShapeRow[]): WatchedEndpoint[] {
  return RECORD_CONTRACTS.flatMap(({ source, name, covers, record }) => {
    const shapes = rows.filter((row) => row.source === source && covers(row.endpoint));
    return shapes.length === 0 ? [] : [{ source, endpoint: name, fields: contractFields(record), shapes }];
  });
}

/** Drift of form, and fields that are only unknown more often; a missing field is listed once. */
function driftsOf(watched: WatchedEndpoint, lost: LostFieldRow[]): Omit<PresentDrift, 'id'>[] {
  const { source, endpoint, fields, shapes } = watched;
  const ofForm = findDrift(fields, shapes);
  const gone = new Set(ofForm.flatMap(({ status, field }) => (status === 'gone' ? field : [])));
  const unknown = lost
    .filter((row) => row.source === source && row.contract === endpoint && !isWithin(row.field, gone))
    .map(unknownDrift);
  return [...unknown, ...ofForm].map((drift) => ({ source, endpoint, drift }));
}

const isWithin = (field: string, gone: ReadonlySet<string>): boolean =>
  [...gone].some((one) => field === one || field.startsWith(`${one}.`));

const unknownDrift = (row: LostFieldRow): FieldDrift => ({
  field: row.field,
  status: 'unknown',
  is_read: true,
  is_breaking: false,
  was: `unknown in ${toldShare(row.usual_share)} of the records`,
  is: `unknown in ${toldShare(row.share)} of the records`,
  endpoints: row.endpoints,
  share_of_records: Math.round((1 - row.share) * 10_000) / 10_000,
  first_seen_at: row.lost_at,
  first_sha256: row.sha256,
  first_run_id: row.run_id,
  last_seen_at: null,
  rename: null,
});

const ID_CHARS = 16;

async function withId(found: Omit<PresentDrift, 'id'>): Promise<PresentDrift> {
  const { source, endpoint, drift } = found;
  const named = JSON.stringify([source, endpoint, drift.field, drift.status]);
  const hash = await sha256Hex(new TextEncoder().encode(named));
  return { id: hash.slice(0, ID_CHARS), ...found };
}
