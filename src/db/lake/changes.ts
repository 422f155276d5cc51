import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import { changesStatement } from '../changes/list.ts';
import type { ChangePlace } from '../changes/request.ts';
import type { ChangesPageRow } from '../changes/row.ts';
import type { Db } from '../client.ts';

/** The origin of a row; null for a change without a new row. */
export interface Provenance {
  raw_payload_id: string | null;
  pointer: string | null;
  normalizer_version: number | null;
}

/** A change as in a page of changes, with the origin of its row. */
export type LakeChangeRow = ChangesPageRow & Provenance;

/** Versions after `since`, up to `until`, and in them the changes after a position. */
export interface ChangesWindow {
  since: Instant | null;
  until: Instant;
  after: ChangePlace | null;
  limit: number;
}

/** A page of changes of all series, like listChanges, with the provenance that restoring a row needs. */
export function listLakeChanges(db: Db, window: ChangesWindow) {
  const filter = { sources: null, external_ids: null, kinds: null };
  return db.execute<LakeChangeRow>('lake.changes')(
    changesStatement(
      { ...window, filter, seen: null },
      sql`, o.raw_payload_id, o.pointer, o.normalizer_version`,
    ),
  );
}
