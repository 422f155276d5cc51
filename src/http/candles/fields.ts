import type { CandleRow } from '../../db/candles/list.ts';
import type { CandleBasis } from '../../domain/candle.ts';
import type { Field } from '../row-fields.ts';
import { At, Decimal, Source } from '../schemas.ts';
import * as z from '../zod.ts';

/** A candle, and what it was made of. */
export type ShownCandle = CandleRow & { basis: CandleBasis };

/** Row order; it is the column order of exports too, so new fields go to the end. */
const ROW_FIELDS: readonly Field<ShownCandle>[] = [
  { name: 'asset', type: 'text', read: (row) => row.asset_id },
  { name: 'source', type: 'text', read: (row) => row.source },
  { name: 'open_time', type: 'text', read: (row) => row.open_time },
  { name: 'close_time', type: 'text', read: (row) => row.close_time },
  { name: 'open', type: 'decimal', read: (row) => row.open_usd },
  { name: 'high', type: 'decimal', read: (row) => row.high_usd },
  { name: 'low', type: 'decimal', read: (row) => row.low_usd },
  { name: 'close', type: 'decimal', read: (row) => row.close_usd },
  { name: 'volume_usd', type: 'decimal', read: (row) => row.volume_usd },
  { name: 'count', type: 'plain', read: (row) => row.count },
  { name: 'basis', type: 'text', read: (row) => row.basis },
  { name: 'complete', type: 'plain', read: (row) => row.complete },
  { name: 'external_id', type: 'text', read: (row) => row.external_id },
];

export const CANDLE_FIELD_NAMES: readonly string[] = ROW_FIELDS.map((field) => field.name);

/** The fields of a reply: the ones asked for, in that order, or all of a row. */
export function chooseCandleFields(names: string[] | undefined): readonly Field<ShownCandle>[] {
  if (names === undefined) return ROW_FIELDS;
  return names.flatMap((name) => ROW_FIELDS.filter((field) => field.name === name));
}

export const Candle = z
  .object({
    asset: z.string().nullable().openapi({ description: 'Our id of the coin; null until resolved.' }),
    source: Source,
    open_time: At,
    close_time: At.openapi({ description: 'Exclusive.' }),
    open: Decimal,
    high: Decimal,
    low: Decimal,
    close: Decimal,
    volume_usd: Decimal,
    count: z.number().int().positive().nullable().openapi({
      description: 'Observations in it; null for a bar of a file.',
    }),
    basis: z.enum(['observed', 'reported']),
    complete: z.boolean().openapi({
      description: 'Its listing has a row at or after close_time: only late rows can still change it.',
    }),
    external_id: z.string().openapi({ description: 'The listing it is of.', example: 'btc-bitcoin' }),
  })
  .openapi('Candle');
