import { UPLOAD_STATUSES } from '../../db/uploads/lifecycle.ts';
import { REJECT_CODES } from '../../domain/reject.ts';
import { RowCounts, RunError } from '../runs/schemas.ts';
import { At, Count, Meta, Observation } from '../schemas.ts';
import * as z from '../zod.ts';
import { Plan } from './plan.ts';

const UploadId = z.uuid().openapi({ example: '6f1f6f0e-8d0f-4f6e-9d1b-0b8a5a2b7c11' });
const text = z.string().nullable();

const UploadLinks = z.object({ self: z.string(), rejects: z.string(), run: z.string() });

export const Upload = z
  .object({
    id: UploadId,
    filename: text,
    status: z.enum(UPLOAD_STATUSES),
    dialect: text,
    asset: text.openapi({ description: 'The asset the request named.' }),
    size_bytes: Count,
    done_bytes: Count,
    sha256: z.string(),
    rows: RowCounts.openapi({ description: 'read = inserted + duplicate + rejected.' }),
    error: RunError,
    dry_run: z.boolean(),
    reads_again: text.openapi({
      description: 'The upload whose bytes it reads again, with other parameters.',
    }),
    hints: z.object({
      asset: text,
      symbol: text,
      dialect: text,
      venue: text,
      quote: text,
      observed_at: At.nullable(),
      columns: text,
      header: text,
      delimiter: text,
      decimal: text,
      date_order: text,
      zone: text,
      bar: text,
      period: text,
      volume: text,
    }),
    plan: Plan.openapi({ description: 'Null until the header was read.' }),
    accepted_at: At,
    finished_at: At.nullable(),
    withdraw_reason: text,
    withdrawn_at: At.nullable(),
    run_id: z.number().int(),
    links: UploadLinks,
  })
  .openapi('Upload');

const PreviewRecord = z.object({
  line: z.number().int().openapi({ description: 'Line of the file on which the record starts, from 1.' }),
  raw: z.string().openapi({ description: 'The record as in the file.' }),
  row: Observation.omit({ id: true, ingested_at: true, superseded_at: true }).nullable().openapi({
    description: 'The row made from it; null if it was rejected.',
  }),
});

export const UploadDetail = Upload.extend({
  preview: z
    .array(PreviewRecord)
    .nullable()
    .openapi({ description: 'The first records of the file and their rows; a dry run does not store them.' }),
}).openapi('UploadDetail');

/**
 * The upload in `data`. The result is in the same place as in the reply to POST /uploads, for clients that wait for
 * it.
 */
export const UploadReply = z.object({
  id: UploadId,
  status: z.enum(UPLOAD_STATUSES),
  rows: RowCounts,
  error: RunError,
  links: UploadLinks,
  data: UploadDetail,
  meta: Meta,
});

export const AcceptedUpload = z
  .object({ id: UploadId, status: z.enum(UPLOAD_STATUSES), links: UploadLinks, meta: Meta })
  .openapi('AcceptedUpload');

export const UploadReject = z
  .object({
    line: z.number().int().openapi({ description: 'Line of the file on which the record starts, from 1.' }),
    code: z.enum(REJECT_CODES),
    message: z.string(),
    raw: z.string().openapi({ description: 'The record as sent, shortened if it is very long.' }),
  })
  .openapi('UploadReject');

export const Withdrawal = z
  .object({
    id: z.union([UploadId, z.number().int()]),
    status: z.string(),
    withdraw_reason: z.string(),
    withdrawn_at: At.nullable().openapi({ description: 'Null while it is being carried out.' }),
    links: z.object({ self: z.string(), run: z.string() }),
  })
  .openapi('Withdrawal');
