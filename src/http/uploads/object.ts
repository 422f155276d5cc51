import type { PreviewRow, UploadDetailRow, UploadRow } from '../../db/uploads/list.ts';
import { FIGURES } from '../../domain/figures.ts';
import { fullHints } from '../../domain/files/parameters.ts';
import { valueMembers } from '../json.ts';
import { planObject } from './plan.ts';

/** An upload as the API shows it. */
export function uploadObject(row: UploadRow) {
  return {
    id: row.id,
    filename: row.filename,
    status: row.status,
    dialect: row.plan?.dialect ?? row.hints.dialect,
    asset: row.hints.asset,
    size_bytes: Number(row.size_bytes),
    done_bytes: Number(row.done_bytes),
    sha256: row.sha256,
    rows: {
      read: Number(row.rows_read),
      inserted: Number(row.rows_inserted),
      duplicate: Number(row.rows_duplicate),
      rejected: Number(row.rows_rejected),
    },
    error:
      row.error_code === null || row.status === 'processing'
        ? null
        : { code: row.error_code, message: row.error_message ?? '' },
    dry_run: row.dry_run,
    hints: fullHints(row.hints),
    plan: row.plan && planObject(row.plan),
    accepted_at: row.accepted_at,
    finished_at: row.finished_at,
    withdraw_reason: row.withdraw_reason,
    withdrawn_at: row.withdrawn_at,
    run_id: Number(row.run_id),
    links: uploadLinks(row),
  };
}

/** An upload with the first rows of a dry run. */
export function uploadDetail(row: UploadDetailRow, decimals: 'number' | 'string') {
  return { ...uploadObject(row), preview: row.preview?.map((one) => previewObject(one, decimals)) ?? null };
}

export const uploadLinks = ({ id, run_id }: { id: string; run_id: string }) => ({
  self: `/uploads/${id}`,
  rejects: `/uploads/${id}/rejects`,
  run: `/runs/${run_id}`,
});

function previewObject(row: PreviewRow, decimals: 'number' | 'string') {
  return {
    source: 'csv',
    ticker: row.symbol,
    name: row.name,
    asset: null,
    external_id: row.external_id,
    kind: row.kind,
    ...valueMembers(row, FIGURES, decimals),
    created_at: row.observed_at,
    flags: row.flags,
  };
}
