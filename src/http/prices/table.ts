import type { HttpContext } from '../context.ts';
import { FORMATS, type Format } from '../data/query.ts';
import { choice, listFrom } from '../query.ts';
import { type MetaFacts, meta, taggedJson } from '../reply.ts';
import { chooseMembers, type RowObject } from '../tables/columns.ts';
import { decimalsOf, tableReply, type View } from '../tables/format.ts';
import * as z from '../zod.ts';
import { type AnsweredPoint, missingObject, priceObject } from './answer.ts';
import { MissingPrice, Price, QUOTED_NAMES } from './schemas.ts';

/** A row of a CSV or NDJSON. Every input has one, because these formats have no place for `missing`. */
const PriceLine = Price.omit({ explain: true }).extend({
  code: MissingPrice.shape.code.nullable(),
  message: z.string().nullable(),
  candidates: z.array(z.string()),
  explain: Price.shape.explain,
});

export const priceParameters = {
  fields: listFrom(Object.keys(PriceLine.shape)).optional().openapi({
    type: 'string',
    description: 'Members of the rows to give, in this order, in every format.',
    example: 'asset,price_usd,created_at',
  }),
  format: choice(FORMATS)
    .optional()
    .openapi({
      type: 'string',
      description:
        'Overrides Accept. CSV and NDJSON have a row for each input, in order; one without a price says why in `code` ' +
        'and `message`, and names the ids of `candidates`.',
    }),
};

/** How to show the answers, and the request for an asset's price that matches a point. */
export interface PriceView extends View {
  explain: boolean;
  quote: string | null;
  callOf: (asset: string, point: AnsweredPoint) => string;
}

/** The reply for answered points: `data` and `missing`, or a row for each. */
export function pricesReply(
  c: HttpContext,
  answers: AnsweredPoint[],
  { facts, is_indexed }: { facts: MetaFacts; is_indexed: boolean },
  view: PriceView,
  headers: Record<string, string>,
): Response {
  const { format, fields } = view;
  if (format !== 'json') return lines(c, answers, { ...view, format }, headers);
  const data = answers.flatMap((one) => priceRow(one, view) ?? []);
  const missing = answers.flatMap((one, index) => {
    const row = missingRow(one, view);
    return row === null ? [] : [is_indexed ? { index, ...row } : row];
  });
  const sources = answers.flatMap(({ answer }) => ('price' in answer ? answer.price.source : []));
  const shown = data.map((row) => chooseMembers(row, fields));
  return taggedJson(c, { data: shown, missing, meta: meta(c, { sources, ...facts }) }, headers);
}

function lines(
  c: HttpContext,
  answers: AnsweredPoint[],
  view: PriceView & { format: Exclude<Format, 'json'> },
  headers: Record<string, string>,
): Response {
  const rows = answers.map((one): RowObject => priceRow(one, view) ?? missingLine(one, view));
  const { fields = LINE_NAMES.filter((name) => isShown(name, view)) } = view;
  return tableReply(c, { item: PriceLine, name: 'prices' }, { ...view, fields }, rows, headers);
}

const LINE_NAMES = Object.keys(PriceLine.shape);

const isShown = (name: string, { explain, quote }: PriceView): boolean =>
  name === 'explain' ? explain : quote !== null || !QUOTED_NAMES.includes(name);

function missingLine(one: AnsweredPoint, view: PriceView): RowObject {
  const row = missingRow(one, view);
  return row === null ? {} : { ...row, candidates: row.candidates.map(({ asset }) => asset) };
}

const priceRow = ({ answer, ...point }: AnsweredPoint, view: PriceView) =>
  'price' in answer ? priceObject(point, answer.price, decimalsOf(view)) : null;

function missingRow(one: AnsweredPoint, view: PriceView) {
  const { answer, ...point } = one;
  if (!('missing' in answer)) return null;
  const callOf = (asset: string) => view.callOf(asset, one);
  return missingObject(point, answer, { decimals: decimalsOf(view), callOf });
}
