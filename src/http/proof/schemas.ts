import { TRIGGERS } from '../../db/runs/lifecycle.ts';
import { PROOF_PROBLEMS } from '../../proof/problem.ts';
import { Rate } from '../rates/schemas.ts';
import { At, Count, Decimal, Observation, Source } from '../schemas.ts';
import * as z from '../zod.ts';

const Problem = z
  .object({ code: z.enum(PROOF_PROBLEMS), message: z.string() })
  .nullable()
  .openapi({ description: 'Why nothing could be recomputed; null otherwise.' });

const Value = z.object({
  served: z.union([Decimal, z.string(), z.array(z.string())]),
  recomputed: z.union([Decimal, z.string(), z.array(z.string())]),
  matches: z.boolean(),
});

/** The members of every proof. */
const PROVEN = {
  matches: z.boolean().openapi({
    description: 'The bytes equal those that were received, and every recomputed value matches.',
  }),
  values: z.record(z.string(), Value).nullable(),
  problem: Problem,
  source: Source,
  request: z.object({
    endpoint: z.string(),
    url: z.string().nullable().openapi({ description: 'Without keys; null for an uploaded file.' }),
    status: z.number().int(),
    content_type: z.string().nullable(),
    fetched_at: At,
    first_fetched_at: At.openapi({
      description: 'When the same bytes first arrived: the instant of records without a time.',
    }),
    upload_id: z.string().nullable(),
  }),
  run: z.object({
    id: z.number().int(),
    trigger: z.enum(TRIGGERS),
    started_at: At.nullable(),
    self: z.string(),
  }),
  normalizer_version: z.object({
    stored: Count.openapi({ description: 'The version of the code that made the row.' }),
    current: Count.openapi({ description: 'The version of the code that recomputed it now.' }),
  }),
  bytes: z.object({
    sha256: z.string().openapi({ description: 'The hash of the bytes as received.' }),
    size_bytes: Count,
    verified: z
      .boolean()
      .openapi({ description: 'Whether the stored bytes were read now and have this hash.' }),
    found_sha256: z.string().nullable().openapi({ description: 'Null if they could not be read.' }),
    problem: Problem,
    expired_at: At.nullable().openapi({
      description: 'When retention deleted them; null while they are stored.',
    }),
    raw: z.string().openapi({ description: 'Where the exact bytes are.' }),
  }),
};

export const Proof = z
  .object({
    observation: Observation,
    ...PROVEN,
    pointer: z.string().openapi({
      description: 'JSON Pointer of the record, or `bytes=<first>-<last>;line=<line>` of a file.',
      example: '/0',
    }),
    record: z.string().nullable().openapi({
      description: 'The record exactly as sent. Null if it was not found, or needs a token.',
    }),
    superseded: z
      .object({
        at: At,
        reason: z.enum(['changed', 'withdrawn', 'replayed']),
        by: z.string().nullable().openapi({ description: 'The row that replaced it.' }),
        withdraw_reason: z.string().nullable(),
      })
      .nullable(),
  })
  .openapi('Proof');

const Text = z.string().nullable();

export const RateProof = z
  .object({
    rate: Rate,
    ...PROVEN,
    pointers: z
      .object({ rate: z.string(), usd: z.string() })
      .openapi({ description: 'JSON Pointers of the record of the currency and of that of the US dollar.' }),
    records: z.object({ rate: Text, usd: Text }).openapi({
      description: 'Exactly as sent. Null if they were not found, or need a token.',
    }),
    superseded_at: At.nullable(),
  })
  .openapi('RateProof');
