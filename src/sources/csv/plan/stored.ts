import * as z from 'zod';
import { KINDS } from '../../../domain/observation.ts';
import { ROLES } from '../dialect.ts';
import { CSV_ENCODINGS } from '../record.ts';
import type { CsvPlan } from './types.ts';

const count = z.number().int().nonnegative();

const StoredPlan: z.ZodType<CsvPlan> = z.object({
  dialect: z.string(),
  convention: z.string(),
  kind: z.enum(KINDS),
  encoding: z.enum(CSV_ENCODINGS),
  delimiter: z.string(),
  header: z.array(z.string()),
  columns: z.partialRecord(z.enum(ROLES), count),
  ignored: z.array(z.string()),
  header_records: count,
  coin: z.object({ id: z.string(), symbol: z.string().nullable(), name: z.string().nullable() }).nullable(),
  why: z.string(),
  pair: z.string().nullable(),
  venue: z.string().nullable(),
  quote: z.enum(['usd', 'usdt']),
  period: z.string().nullable(),
  beat_seconds: z.number().nullable().exactOptional(),
  is_day_first: z.boolean(),
  is_export: z.boolean(),
  observed_at: z.string().nullable(),
  uploaded_at: z.string().nullable(),
  warnings: z.array(z.string()),
});

/** A plan as an upload kept it. Throws when the stored JSON is no plan, which is a fault of ours. */
export const parsePlan = (stored: unknown): CsvPlan => StoredPlan.parse(stored);
