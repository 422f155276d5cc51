import { REPLAY_STATUSES } from '../../db/replays/lifecycle.ts';
import { KINDS } from '../../domain/observation.ts';
import { SOURCE_IDS } from '../../sources/registry.ts';
import { instantParam } from '../query.ts';
import { RunError } from '../runs/schemas.ts';
import { At, Count, Decimal, Source } from '../schemas.ts';
import * as z from '../zod.ts';

const when = (schema: z.ZodType, description: string) =>
  schema.optional().openapi({ type: 'string', description });

export const ReplayBody = z
  .strictObject({
    source: z.enum(SOURCE_IDS, { error: `takes ${SOURCE_IDS.join(', ')}` }).optional(),
    from: when(instantParam(), 'Payloads fetched at or after this instant.') as z.ZodType<string | undefined>,
    to: when(
      instantParam('end of day'),
      'Payloads fetched before this instant; of a date, the whole day.',
    ) as z.ZodType<string | undefined>,
    run_id: z.number().int().positive().optional(),
    upload_id: z.uuid().optional(),
  })
  .openapi({ example: { source: 'coingecko', from: '2026-01-01', to: '2026-01-31' } });

const Side = z.union([Decimal, z.array(z.string())]);

const Difference = z.object({
  change: z.enum(['changed', 'new', 'gone']),
  source: Source,
  external_id: z.string(),
  kind: z.enum(KINDS),
  created_at: At,
  observation_id: z
    .string()
    .nullable()
    .openapi({ description: 'The row with which it was compared; null for a new one.' }),
  fields: z
    .record(z.string(), z.object({ stored: Side, recomputed: Side }))
    .openapi({ description: 'The fields that differ.' }),
  pointer: z.string(),
  raw: z.string().openapi({ description: 'Where the exact bytes are.' }),
  outcome: z.enum(['promoted', 'passed_over']).nullable(),
});

export const Replay = z
  .object({
    id: z.number().int(),
    status: z.enum(REPLAY_STATUSES),
    source: Source.nullable(),
    from: At.nullable(),
    to: At.nullable(),
    run_id: z.number().int().nullable(),
    upload_id: z.string().nullable(),
    normalizer_version: Count,
    payloads: z.object({
      done: Count,
      unreadable: Count,
      expired: Count.openapi({
        description: 'Skipped because retention deleted their bytes. Known at the end.',
      }),
    }),
    rows: z.object({
      unchanged: Count,
      changed: Count,
      new: Count,
      gone: Count,
      skipped: Count.openapi({
        description: 'Records without effect: superseded or withdrawn since, or repeated within their file.',
      }),
    }),
    promotion: z
      .object({
        requested_at: At,
        finished_at: At.nullable(),
        promoted: Count,
        passed_over: Count.openapi({ description: 'Their row is no longer the current one.' }),
      })
      .nullable(),
    error: RunError,
    accepted_at: At,
    finished_at: At.nullable(),
    differences: z.array(Difference).openapi({ description: 'The first ones.' }),
  })
  .openapi('Replay');

export const AcceptedReplay = z
  .object({
    id: z.number().int(),
    status: z.enum(REPLAY_STATUSES),
    links: z.object({ self: z.string(), promote: z.string() }),
  })
  .openapi('AcceptedReplay');
