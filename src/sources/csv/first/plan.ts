import * as z from 'zod';
import { KINDS } from '../../../domain/observation.ts';
import type { Role } from '../dialect.ts';
import type { CsvPlan, PlanTime } from '../plan/types.ts';
import { CSV_ENCODINGS } from '../record.ts';

const count = z.number().int().nonnegative();

/** A plan of a release that stored no version. */
export const FirstPlan = z.object({
  dialect: z.string(),
  convention: z.string(),
  kind: z.enum(KINDS),
  encoding: z.enum(CSV_ENCODINGS),
  delimiter: z.string(),
  header: z.array(z.string()),
  columns: z.record(z.string(), count),
  ignored: z.array(z.string()),
  header_records: count,
  coin: z.object({ id: z.string(), symbol: z.string().nullable(), name: z.string().nullable() }).nullable(),
  why: z.string(),
  pair: z.string().nullable(),
  venue: z.string().nullable(),
  quote: z.enum(['usd', 'usdt']),
  period: z.string().nullable(),
  beat_seconds: z.number().nullable().optional(),
  is_day_first: z.boolean(),
  is_export: z.boolean(),
  observed_at: z.string().nullable(),
  uploaded_at: z.string().nullable(),
  warnings: z.array(z.string()),
});
export type FirstPlan = z.infer<typeof FirstPlan>;

/** Roles with their former names. */
const RENAMED: Readonly<Record<string, Role>> = {
  market_cap: 'cap',
  volume: 'volume_usd',
  base_volume: 'volume_base',
  percent_change: 'change',
};

/** The same plan in the present form, marked as the first version: its rows are read as before. */
export function ofFirstVersion(first: FirstPlan): CsvPlan {
  const { dialect, columns, coin, why, is_day_first, ignored: _, beat_seconds = null, ...same } = first;
  const roles = Object.entries(columns).map(([role, at]) => [at, RENAMED[role] ?? (role as Role)] as const);
  const reads = new Map(roles);
  return {
    ...same,
    version: 1,
    reader: dialect,
    dialect,
    columns: first.header.map((column, position) => ({
      position,
      column,
      role: 'ignore',
      reads: reads.get(position) ?? null,
      as: '',
      example: null,
    })),
    fixed: [],
    coin: {
      id: coin?.id ?? null,
      symbol: coin?.symbol ?? null,
      name: coin?.name ?? null,
      text: null,
      asset: null,
      how: why,
    },
    quote_texts: dialect === 'coinmarketcap' ? ['2781'] : [first.quote],
    beat_seconds,
    time: { names: NAMES[dialect] ?? 'instant', zone: 'UTC', order: is_day_first ? 'dmy' : null, ...NO_DAYS },
    decimal: 'point',
    figures: dialect === 'investing' ? 'written' : 'plain',
    volume: 'volume' in columns ? 'usd' : null,
    zero_volume: KNOWS_ZERO.has(dialect) ? 'zero' : 'unknown',
  };
}

const NO_DAYS = { is_days: false, is_last_minute: false };

const NAMES: Readonly<Record<string, PlanTime['names']>> = {
  coinmarketcap: 'close',
  kaggle: 'close',
  cryptodatadownload: 'open',
  yahoo: 'open',
  investing: 'open',
};

const KNOWS_ZERO = new Set(['canonical', 'cryptodatadownload', 'investing']);
