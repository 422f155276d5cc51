import type { PlanFacts, PreviewRow, UploadDetailRow, UploadRow } from '../../db/uploads/list.ts';
import { jsonDecimal } from '../json.ts';

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
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    dry_run: row.dry_run,
    hints: row.hints,
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

/** How the file is read, without what only the reader needs. */
function planObject({ coin, why, convention, kind, venue, quote, period, ignored, warnings }: PlanFacts) {
  return { coin, why, convention, kind, venue, quote, period, ignored, warnings };
}

function previewObject(row: PreviewRow, decimals: 'number' | 'string') {
  const number = (text: string | null) => jsonDecimal(text, decimals);
  return {
    source: 'csv',
    ticker: row.symbol,
    name: row.name,
    asset: null,
    external_id: row.external_id,
    kind: row.kind,
    price_usd: number(row.price_usd),
    market_cap_usd: number(row.market_cap_usd),
    volume_24h_usd: number(row.volume_24h_usd),
    percent_change_24h: number(row.percent_change_24h),
    open_usd: number(row.open_usd),
    high_usd: number(row.high_usd),
    low_usd: number(row.low_usd),
    created_at: row.observed_at,
    flags: row.flags,
  };
}
