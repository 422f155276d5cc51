import type { CandleRow } from '../../db/candles/list.ts';
import { CANDLE_BASES } from '../../domain/candle.ts';
import type { ValueField } from '../row-fields.ts';
import { At, Decimal, Source } from '../schemas.ts';
import * as z from '../zod.ts';

/** Row order, which is also the column order of exports: new fields go to the end. */
const ROW_FIELDS: readonly ValueField<CandleRow>[] = [
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
  { name: 'first_at', type: 'text', read: (row) => row.first_at },
  { name: 'last_at', type: 'text', read: (row) => row.last_at },
];

export const CANDLE_FIELD_NAMES: readonly string[] = ROW_FIELDS.map((field) => field.name);

/** The fields of a reply: the requested ones, in that order, or all of a row. */
export function chooseCandleFields(names: string[] | undefined): readonly ValueField<CandleRow>[] {
  if (names === undefined) return ROW_FIELDS;
  return names.flatMap((name) => ROW_FIELDS.filter((field) => field.name === name));
}

export const Candle = z
  .object({
    asset: z.string().nullable().openapi({ description: 'Our id of the coin; null until resolved.' }),
    source: Source,
    open_time: At,
    close_time: At.openapi({
      description:
        'The open_time of the next candle. A reading at exactly this instant closes this candle and ' +
        'opens the next.',
    }),
    open: Decimal,
    high: Decimal.openapi({ description: 'Null if all its readings are on its borders.' }),
    low: Decimal.openapi({ description: 'Null if all its readings are on its borders.' }),
    close: Decimal,
    volume_usd: Decimal,
    count: z
      .number()
      .int()
      .positive()
      .nullable()
      .openapi({
        description:
          'The number of observations behind it, including those on its borders; null for a bar of a ' +
          'file.',
      }),
    basis: z.enum(CANDLE_BASES).openapi({ description: 'Its origin, also for a consolidated candle.' }),
    complete: z.boolean().openapi({
      description:
        'The bucket is over, the first reading is at most two beats after open_time, and the last at ' +
        'most two beats before close_time. Always true for a bar of a file.',
    }),
    external_id: z.string().openapi({ description: 'The series it is of.', example: 'btc-bitcoin' }),
    first_at: At.nullable().openapi({ description: 'Its first observation; null for a bar of a file.' }),
    last_at: At.nullable().openapi({ description: 'Its last observation; null for a bar of a file.' }),
  })
  .openapi('Candle');
