import * as z from '../../zod.ts';
import { footTexts, moreText, type Page, pageQuery } from '../reply.ts';
import { defineTool } from '../tool.ts';
import { idText, lines } from '../words.ts';
import { asset, cursor, instant, limit, order, source, symbol } from './input.ts';

const LIMIT = 30;

interface Candle {
  asset: string | null;
  source: string;
  external_id: string;
  open_time: string;
  open: string | null;
  high: string | null;
  low: string | null;
  close: string | null;
  volume_usd: string | null;
  count: number | null;
  basis: string;
  complete: boolean;
}

const Decimal = z.string().nullable();

export const getCandles = defineTool({
  name: 'get_candles',
  title: 'Candles per hour or day',
  description:
    'Open, high, low and close per UTC hour or day in US dollars. An asset has one candle per ' +
    'bucket, taken whole from one named series; with source each series has its own. A bucket ' +
    'without a price has no candle. Newest first unless start_date is given.',
  input: z.strictObject({
    asset,
    symbol,
    interval: z.enum(['1h', '1d']).optional().describe('1d when absent'),
    source,
    basis: z.enum(['consolidated', 'observed', 'reported']).optional(),
    start_date: instant('From this open time on.'),
    end_date: instant('Before this open time; a plain date includes its day.'),
    order,
    limit: limit(200),
    cursor,
  }),
  output: z.object({
    data: z.array(
      z.looseObject({
        asset: z.string().nullable(),
        open_time: z.string(),
        open: Decimal,
        high: Decimal,
        low: Decimal,
        close: Decimal,
        volume_usd: Decimal,
        source: z.string(),
        basis: z.string(),
        complete: z.boolean(),
      }),
    ),
    pagination: z.looseObject({ next_cursor: z.string().nullable() }),
    meta: z.looseObject({}),
  }),
  answer: async (ask, input) => {
    const order = input.start_date === undefined ? 'desc' : 'asc';
    const query = pageQuery(input, { limit: LIMIT, order });
    const { data, pagination, meta } = await ask<Page<Candle>>('/candles', query);
    const text = lines(
      data.length === 0
        ? 'There are no such candles in that range.'
        : `${data.length} candles, US dollars, UTC. "-" is unknown.`,
      data.length === 0 ? '' : HEADER,
      ...data.map(candleText),
      data.some(({ complete }) => !complete)
        ? '"partial": the bucket is not over, or its readings do not reach its ends.'
        : '',
      moreText(pagination),
      ...footTexts(meta),
    );
    return { text, content: { data, pagination, meta } };
  },
});

const HEADER = 'open_time | open | high | low | close | volume_usd | asset | taken from | state';

const candleText = (row: Candle): string =>
  [
    row.open_time,
    ...[row.open, row.high, row.low, row.close, row.volume_usd].map((value) => value ?? '-'),
    idText(row.asset),
    `${row.source}:${idText(row.external_id)} ${row.basis}${row.count === null ? '' : `, ${row.count} readings`}`,
    row.complete ? 'complete' : 'partial',
  ].join(' | ');
