import { DRIFT_STATUSES } from '../../domain/drift/field-drift.ts';
import { At, Count, Source } from '../schemas.ts';
import * as z from '../zod.ts';

const Share = z.number().min(0).max(1);

export const Drift = z
  .object({
    id: z.string().openapi({ example: '0123456789abcdef', description: 'For `POST /drift/{id}/accept`.' }),
    source: Source,
    endpoint: z
      .string()
      .openapi({ example: 'tickers', description: 'Pages and platforms are one endpoint.' }),
    field: z.string().openapi({ example: 'quotes.USD.price' }),
    status: z.enum(DRIFT_STATUSES),
    read: z.boolean().openapi({ description: 'Whether the contract reads the field.' }),
    breaking: z.boolean().openapi({ description: 'Whether it causes rejects.' }),
    was: z.string(),
    is: z.string(),
    requests: z.array(z.string()).openapi({ description: 'The requests whose replies show it.' }),
    share_of_records: Share.openapi({
      description: 'The share of the newest records with a value in the field.',
    }),
    first_seen_at: At,
    last_seen_at: At.nullable().openapi({ description: 'When the field was last there.' }),
    run_id: z.number().int(),
    raw: z.string().openapi({ description: 'The exact bytes of the first reply that shows it.' }),
    rename: z.object({ field: z.string(), confidence: Share, because: z.string() }).nullable().openapi({
      description: 'The field that this one may have become, or been. Never applied automatically.',
    }),
  })
  .openapi('Drift');

export const AcceptedDrift = z
  .object({
    id: z.string(),
    source: Source,
    endpoint: z.string(),
    field: z.string(),
    status: z.enum(DRIFT_STATUSES),
    was: z.string(),
    is: z.string(),
    accepted_at: At,
  })
  .openapi('AcceptedDrift');

export const Watched = z
  .object({
    source: Source,
    endpoint: z.string(),
    requests: z.array(z.string()),
    records: Count.openapi({ description: 'Counted in the replies that first had the present shapes.' }),
    fields: Count,
    fields_read: Count,
    shapes: Count.openapi({ description: 'The number of different shapes so far.' }),
    first_seen_at: At,
    last_seen_at: At,
  })
  .openapi('WatchedEndpoint');
