import { type Lease, releaseLease } from '../../db/tape/leases.ts';
import { failUpload, type UploadError } from '../../db/uploads/end.ts';
import type { Deps } from '../../deps.ts';
import { sendMessage } from '../queue/send.ts';

/**
 * Ends an upload as failed. First, a separate message withdraws the rows that it has loaded; if that message is
 * lost, the next working tick finds the withdrawal. Without a lease, it ends the upload only if nobody works on it.
 */
export async function failImport(
  deps: Deps,
  upload_id: string,
  error: UploadError,
  lease: Lease | null,
): Promise<void> {
  const { db, log } = deps;
  const [[, failed]] = await db.batch([
    failUpload(db, upload_id, error, lease),
    lease === null ? [] : [releaseLease(db, lease)],
  ]);
  const [row] = failed;
  if (row === undefined) return;
  log.warn('upload.failed', { error, withdraws: row.has_rows });
  if (row.has_rows) await sendMessage(deps, { type: 'withdraw', run_id: Number(row.run_id) });
}
