import * as z from 'zod';
import { BAR_ENDS, COLUMN_ROLES, DATE_ORDERS, DECIMAL_MARKS } from '../../../domain/files/parameters.ts';
import { KINDS } from '../../../domain/observation.ts';
import { ROLES } from '../dialect.ts';
import { FirstPlan, ofFirstVersion } from '../first/plan.ts';
import { CSV_ENCODINGS } from '../record.ts';
import type { CsvPlan } from './types.ts';

const count = z.number().int().nonnegative();
const text = z.string().nullable();

const StoredPlan: z.ZodType<CsvPlan> = z.object({
  version: z.literal(2),
  reader: z.string(),
  dialect: z.string(),
  convention: z.string(),
  kind: z.enum(KINDS),
  encoding: z.enum(CSV_ENCODINGS),
  delimiter: z.string(),
  header: z.array(z.string()),
  header_records: count,
  columns: z.array(
    z.object({
      position: count,
      column: z.string(),
      role: z.enum(COLUMN_ROLES),
      reads: z.enum(ROLES).nullable(),
      as: z.string(),
      example: z.object({ text: z.string(), value: text }).nullable(),
    }),
  ),
  fixed: z.array(z.object({ position: count, text: z.string() })),
  coin: z.object({ id: text, symbol: text, name: text, text, asset: text, how: z.string() }),
  pair: text,
  venue: text,
  quote: z.enum(['usd', 'usdt']),
  quote_texts: z.array(z.string()),
  period: text,
  beat_seconds: z.number().nullable(),
  time: z.object({
    names: z.enum(['instant', ...BAR_ENDS]),
    zone: text,
    order: z.enum(DATE_ORDERS).nullable(),
    is_days: z.boolean(),
    is_last_minute: z.boolean(),
  }),
  decimal: z.enum(DECIMAL_MARKS),
  figures: z.enum(['plain', 'written']),
  volume: z.enum(['usd', 'base']).nullable(),
  zero_volume: z.enum(['zero', 'unknown']),
  is_export: z.boolean(),
  observed_at: text,
  uploaded_at: text,
  warnings: z.array(z.string()),
});

/**
 * An upload's stored plan; a plan without a version is converted to the present form. Throws if the stored JSON is
 * not a plan, which is our fault.
 */
export function parsePlan(stored: unknown): CsvPlan {
  const isVersioned = typeof stored === 'object' && stored !== null && 'version' in stored;
  return isVersioned ? StoredPlan.parse(stored) : ofFirstVersion(FirstPlan.parse(stored));
}
