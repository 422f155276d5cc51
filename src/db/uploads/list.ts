import { type SQL, sql } from 'drizzle-orm';
import type { Figure } from '../../domain/figures.ts';
import type { ColumnRole, StoredHints } from '../../domain/files/parameters.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Kind, ListingProfile, Observation } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import { SHOWN_STATUS, type UploadStatus } from './lifecycle.ts';

/** The parts of a file plan that clients see. */
export interface PlanFacts {
  version: number;
  reader: string;
  dialect: string;
  convention: string;
  kind: Kind;
  columns: {
    column: string;
    role: ColumnRole;
    as: string;
    example: { text: string; value: string | null } | null;
  }[];
  coin: {
    id: string | null;
    symbol: string | null;
    name: string | null;
    text: string | null;
    asset: string | null;
    how: string;
  };
  venue: string | null;
  quote: string;
  period: string | null;
  time: { names: string; zone: string | null; order: string | null };
  decimal: string;
  volume: string | null;
  beat_seconds: number | null;
  warnings: string[];
}

/** The same as stored by a release that wrote no version. */
export interface FirstPlanFacts {
  dialect: string;
  convention: string;
  kind: Kind;
  header: string[];
  columns: Record<string, number>;
  coin: { id: string; symbol: string | null; name: string | null } | null;
  why: string;
  venue: string | null;
  quote: string;
  period: string | null;
  beat_seconds?: number | null;
  is_day_first: boolean;
  ignored: string[];
  warnings: string[];
}

export interface UploadRow {
  id: string;
  run_id: string;
  filename: string | null;
  hints: StoredHints;
  /** The upload whose bytes it reads again. */
  reads_again: string | null;
  dry_run: boolean;
  status: UploadStatus;
  sha256: string;
  size_bytes: string;
  done_bytes: string;
  plan: PlanFacts | FirstPlanFacts | null;
  error_code: string | null;
  error_message: string | null;
  accepted_at: Instant;
  finished_at: Instant | null;
  withdraw_reason: string | null;
  withdrawn_at: Instant | null;
  rows_read: string;
  rows_inserted: string;
  rows_duplicate: string;
  rows_rejected: string;
}

/** A row of a file as it is or would be stored. */
export type PreviewRow = Pick<Observation, keyof ListingProfile | 'kind' | 'observed_at' | Figure | 'flags'>;

/** One of the first records of a file, and the row that it becomes. */
export interface PreviewRecord {
  pointer: string;
  line: number;
  raw: string;
  /** Null if it was rejected while reading. */
  row: PreviewRow | null;
  /** For a dry run: the asset that the row would get. */
  asset: string | null;
}

/** The preview of a release that showed only the rows of dry runs. */
export type FirstPreviewRow = PreviewRow & { pointer: string };

export interface UploadDetailRow extends UploadRow {
  preview: (PreviewRecord | FirstPreviewRow)[] | null;
  /** Pointers of the preview's records that were rejected. */
  preview_refused: string[] | null;
  /** Assets of the preview's listings, by external id. */
  preview_assets: Record<string, string | null> | null;
}

/** An upload of a page, with the number of matching ones; an empty page is one row of nulls with the number. */
export type UploadPageRow = { total: string } & (UploadRow | { id: null });

/** The select list of an UploadRow from `u` and its run `r`. */
const UPLOAD_ROW: SQL = sql`
  u.id, u.run_id, u.filename, u.hints, u.reads_again, u.dry_run, ${SHOWN_STATUS} as status, u.sha256, u.size_bytes, u.done_bytes, u.plan,
  u.error_code, u.error_message, ${instantText('u.accepted_at')} as accepted_at,
  ${instantText('u.finished_at')} as finished_at, r.withdraw_reason,
  ${instantText('r.withdrawn_at')} as withdrawn_at,
  r.rows_read, r.rows_inserted, r.rows_duplicate, r.rows_rejected`;

export interface UploadPageRequest {
  statuses: UploadStatus[] | null;
  limit: number;
  offset: number;
  /** The page continues after the upload of this run: runs are numbered in order, but times may be equal. */
  after: number | null;
}

/** One page of uploads, newest first: at most `limit` UploadPageRow rows. */
export function listUploads(db: Db, { statuses, limit, offset, after }: UploadPageRequest) {
  const matching = statuses ? sql`${SHOWN_STATUS} = any(${sql.param(statuses)}::text[])` : sql`true`;
  const behind = after === null ? sql`true` : sql`u.run_id < ${after}::bigint`;
  return db.execute<UploadPageRow>('uploads.page')(sql`
    select total.total, page.*
    from (select count(*) as total from uploads u where ${matching}) total
    left join (
      select ${UPLOAD_ROW} from uploads u join runs r on r.id = u.run_id
      where ${matching} and ${behind}
      order by u.run_id desc
      limit ${limit}::int offset ${offset}::int
    ) page on true
    order by page.run_id desc`);
}

/** One UploadDetailRow, or none. */
export function findUpload(db: Db, id: string) {
  return db.execute<UploadDetailRow>('uploads.find')(sql`
    select ${UPLOAD_ROW}, u.preview, (
        select array_agg(x.pointer) from rejects x
        where x.raw_payload_id = u.raw_payload_id
          and x.pointer in (select p->>'pointer' from jsonb_array_elements(u.preview) p)
      ) as preview_refused, (
        select jsonb_object_agg(l.external_id, l.asset_id) from listings l
        where l.source = 'csv'
          and l.external_id in (select p->'row'->>'external_id' from jsonb_array_elements(u.preview) p)
      ) as preview_assets
    from uploads u join runs r on r.id = u.run_id where u.id = ${id}`);
}
