import { type Db, rowIn } from '../db/client.ts';
import { type RestoredRow, restoreRows } from '../db/lake/restore.ts';
import { openVersion } from '../db/tape/version.ts';
import { FIGURES, recordOf } from '../domain/figures.ts';
import type { Ends } from './ends.ts';
import { idOf, type LakeRow } from './row.ts';

/** Rows per transaction: it locks the tape no longer than a load does. */
const BATCH_ROWS = 2_000;

/** Restores thinned rows of a part; `ends` says which of them had ended. Returns the number of restored rows. */
export async function restoreGroup(db: Db, group: LakeRow[], ends: Ends): Promise<number> {
  const rows = group.flatMap((row) => restoredRow(row, ends) ?? []);
  let restored = 0;
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    const [, result] = await db.batch([
      openVersion(db),
      restoreRows(db, rows.slice(from, from + BATCH_ROWS)),
    ]);
    restored += Number(rowIn(result).restored);
  }
  return restored;
}

function restoredRow(row: LakeRow, ends: Ends): RestoredRow | null {
  const { raw_payload_id, pointer, run_id, normalizer_version, flags } = row;
  if (raw_payload_id === null || pointer === null || run_id === null) return null; // a withdrawal
  if (normalizer_version === null || flags === null) return null;
  return {
    source: row.source,
    external_id: row.external_id,
    kind: row.kind,
    observed_at: row.created_at,
    revision: row.revision,
    known_at: row.version,
    superseded_at: ends.get(idOf(row)) ?? null,
    ...recordOf(FIGURES, (figure) => row[figure]),
    raw_payload_id,
    pointer,
    run_id,
    normalizer_version,
    flags: flags === '' ? [] : flags.split('|'),
  };
}
