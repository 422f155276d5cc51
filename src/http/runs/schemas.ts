import { RUN_STATUSES, TRIGGERS } from '../../db/runs/lifecycle.ts';
import { ANOMALY_CODES } from '../../domain/anomaly.ts';
import { At, Count, Source } from '../schemas.ts';
import * as z from '../zod.ts';

export const RowCounts = z.object({ read: Count, inserted: Count, duplicate: Count, rejected: Count });
export const RunError = z.object({ code: z.string(), message: z.string() }).nullable();

export const AnomalyNote = z
  .object({
    code: z.enum(ANOMALY_CODES).openapi({ description: 'More may be added.' }),
    endpoint: z.string().nullable().openapi({ description: 'The reply it was seen in.' }),
    message: z.string(),
  })
  .openapi('Anomaly', {
    description: 'Something unusual about a run; its rows are as the source sent them.',
  });

export const Run = z
  .object({
    id: z.number().int(),
    source: Source,
    trigger: z.enum(TRIGGERS),
    status: z.enum(RUN_STATUSES),
    accepted_at: At,
    started_at: At.nullable(),
    finished_at: At.nullable(),
    duration_ms: Count.nullable(),
    rows: RowCounts,
    error: RunError,
    anomalies: z.array(AnomalyNote),
    withdraw_reason: z.string().nullable(),
    withdrawn_at: At.nullable(),
  })
  .openapi('Run');

export const RunDetail = Run.extend({
  requests: z.array(
    z.object({
      endpoint: z.string(),
      url: z.string().nullable().openapi({ description: 'Null for an uploaded file.' }),
      status: z.number().int(),
      fetched_at: At,
      duration_ms: Count,
      size_bytes: Count,
      sha256: z.string(),
      raw: z.string().openapi({ description: 'Where the exact bytes are.' }),
      loaded: z.boolean(),
      error_code: z.string().nullable(),
    }),
  ),
  rejects: z.object({
    count: Count,
    first: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        pointer: z.string(),
        external_id: z.string().nullable(),
        raw: z.string().nullable().openapi({ description: 'Null if raw records need a token.' }),
      }),
    ),
  }),
}).openapi('RunDetail');

export const Triggered = z
  .object({
    runs: z.array(z.object({ id: z.number().int(), source: Source, status: z.literal('queued') })),
  })
  .openapi('Triggered');
