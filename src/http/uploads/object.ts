import type { FirstPreviewRow, PreviewRecord, UploadDetailRow, UploadRow } from '../../db/uploads/list.ts';
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
    reads_again: row.reads_again,
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

/** An upload with the first records of its file. */
export function uploadDetail(row: UploadDetailRow, decimals: 'number' | 'string') {
  return {
    ...uploadObject(row),
    preview: row.preview?.map((one) => previewObject(recordOf(one), row, decimals)) ?? null,
  };
}

/** Rows stored by a former release have no record to show. */
const recordOf = (one: PreviewRecord | FirstPreviewRow): PreviewRecord =>
  'raw' in one
    ? one
    : { pointer: one.pointer, line: Number(one.pointer.split('line=')[1]), raw: '', row: one, asset: null };

export const uploadLinks = ({ id, run_id }: { id: string; run_id: string }) => ({
  self: `/uploads/${id}`,
  rejects: `/uploads/${id}/rejects`,
  run: `/runs/${run_id}`,
});

function previewObject(
  { pointer, line, raw, row, asset }: PreviewRecord,
  { preview_refused, preview_assets }: UploadDetailRow,
  decimals: 'number' | 'string',
) {
  if (row === null || preview_refused?.includes(pointer)) return { line, raw, row: null };
  const shown = {
    source: 'csv',
    ticker: row.symbol,
    name: row.name,
    asset: preview_assets?.[row.external_id] ?? asset,
    external_id: row.external_id,
    kind: row.kind,
    ...valueMembers(row, FIGURES, decimals),
    created_at: row.observed_at,
    flags: row.flags,
  };
  return { line, raw, row: shown };
}
