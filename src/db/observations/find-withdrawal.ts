import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import type { RunStatus } from '../runs/lifecycle.ts';
import { instantText } from '../sql/instant-text.ts';
import { SHOWN_STATUS, type UploadStatus } from '../uploads/lifecycle.ts';

export interface WithdrawalRow {
  run_id: string;
  run_status: RunStatus;
  /** Null: nobody requested it. */
  withdraw_reason: string | null;
  /** Null: not finished yet. */
  withdrawn_at: Instant | null;
  /** Null: the run does not belong to an upload. */
  upload_id: string | null;
  upload_status: UploadStatus | null;
}

/** The progress of a withdrawal of a run, or of an upload's run: one WithdrawalRow, or none. */
export function findWithdrawal(db: Db, of: { run_id: number } | { upload_id: string }) {
  return db.execute<WithdrawalRow>('observations.withdrawal')(sql`
    select r.id as run_id, r.status as run_status, r.withdraw_reason,
      ${instantText('r.withdrawn_at')} as withdrawn_at, u.id as upload_id, ${SHOWN_STATUS} as upload_status
    from runs r left join uploads u on u.run_id = r.id
    where ${'run_id' in of ? sql`r.id = ${of.run_id}::bigint` : sql`u.id = ${of.upload_id}`}`);
}
