import type { RunRow } from '../../db/runs/list.ts';

/** A run as the API shows it. */
export function runObject(row: RunRow) {
  return {
    id: Number(row.id),
    source: row.source,
    trigger: row.trigger,
    status: row.status,
    accepted_at: row.accepted_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    duration_ms: row.duration_ms === null ? null : Number(row.duration_ms),
    rows: {
      read: Number(row.rows_read),
      inserted: Number(row.rows_inserted),
      duplicate: Number(row.rows_duplicate),
      rejected: Number(row.rows_rejected),
    },
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    anomalies: row.anomalies,
    withdraw_reason: row.withdraw_reason,
    withdrawn_at: row.withdrawn_at,
  };
}
