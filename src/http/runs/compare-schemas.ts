import { Count, Decimal } from '../schemas.ts';
import * as z from '../zod.ts';
import { Run } from './schemas.ts';

const Ids = z.object({
  total: Count,
  sample: z.array(z.string()).openapi({ description: 'Some of the external ids.' }),
});
const Rate = z.number().min(0).max(1).nullable();
const Change = z.object({
  a: z.number().nullable(),
  b: z.number().nullable(),
  change: z.number().nullable(),
});

export const RunComparison = z
  .object({
    a: Run,
    b: Run,
    duration_ms: Change,
    rows: z.object({ read: Change, inserted: Change, duplicate: Change, rejected: Change }),
    endpoints: z.array(
      z.object({
        endpoint: z.string(),
        in: z.enum(['both', 'a', 'b']),
        records: Change,
        coverage: z.object({ both: Count, new: Ids, gone: Ids }).nullable().openapi({
          description: 'Coins of b that a lacks, and coins of a that b lacks. If null, see problem.',
        }),
        moves: z
          .array(
            z.object({
              external_id: z.string(),
              price_usd_a: Decimal,
              price_usd_b: Decimal,
              change_percent: Decimal,
            }),
          )
          .nullable()
          .openapi({ description: 'The largest price changes from a to b.' }),
        null_rates: z
          .array(z.object({ field: z.string(), a: Rate, b: Rate, change: z.number().nullable() }))
          .openapi({
            description: 'The share of records in which a field of the contract is unknown, if it ever is.',
          }),
        schema_changes: z.array(
          z.object({
            field: z.string(),
            change: z.enum(['added', 'gone', 'type_changed', 'range_changed']),
            was: z.string(),
            is: z.string(),
          }),
        ),
        problem: z
          .object({ run_id: z.number().int(), code: z.string(), message: z.string() })
          .nullable()
          .openapi({ description: 'Why coins and prices could not be compared.' }),
      }),
    ),
  })
  .openapi('RunComparison');
