import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { changesStatement } from '../changes/list.ts';
import type { ChangePlace } from '../changes/request.ts';
import type { ChangesPageRow } from '../changes/row.ts';
import type { Db } from '../client.ts';

/** Where a row is from; null of a change that brings none. */
export interface Provenance {
  raw_payload_id: string | null;
  pointer: string | null;
  normalizer_version: number | null;
}

/** A change as a page of changes gives it, and where its row is from. */
export type LakeChangeRow = ChangesPageRow & Provenance;

/** Versions behind `since`, up to `until`, and in them the changes behind a place. */
export interface ChangesWindow {
  since: Instant | null;
  until: Instant;
  after: ChangePlace | null;
  limit: number;
}

/** A page of changes of all series, as listChanges gives it, with the provenance that restoring a row needs. */
export function listLakeChanges(db: Db, window: ChangesWindow) {
  const filter = { sources: null, external_ids: null, kinds: null };
  return db.execute<LakeChangeRow>('lake.changes')(
    changesStatement(
      { ...window, filter, seen: null },
      sql`, o.raw_payload_id, o.pointer, o.normalizer_version`,
    ),
  );
}
