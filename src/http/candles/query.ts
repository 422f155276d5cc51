import type { CandleRow } from '../../db/candles/list.ts';
import type { CandleKey, CandleRequest } from '../../db/candles/request.ts';
import { CANDLE_INTERVALS, CANDLE_VIEWS, type CandleView } from '../../domain/candle.ts';
import { type Instant, microsOf, parseInstant } from '../../domain/instant.ts';
import type { HttpContext } from '../context.ts';
import { type Format, LIMIT_DEFAULT, parameters, parseAssetRef } from '../data/query.ts';
import { acceptedFormat } from '../data/request.ts';
import { clockAt } from '../prices/clock.ts';
import { choice, type Issue, invalid, listFrom } from '../query.ts';
import { invalidCursor, type ListQuery, readListQuery, type WalkPlace, writeCursor } from '../walk.ts';
import * as z from '../zod.ts';
import { CANDLE_FIELD_NAMES } from './fields.ts';

export const CandlesQuery = z.object({
  asset: parameters.asset,
  symbol: parameters.symbol,
  ticker: parameters.ticker,
  external_id: parameters.external_id,
  source: parameters.source,
  interval: choice(CANDLE_INTERVALS)
    .optional()
    .openapi({ type: 'string', description: '1d when absent. UTC.' }),
  basis: choice(CANDLE_VIEWS)
    .optional()
    .openapi({
      type: 'string',
      description:
        '`consolidated`: one candle per asset and bucket, from one series; the default without source' +
        ' and external_id. `observed`: computed from the spot observations of each listing; the ' +
        'default with one of them. `reported`: the bars of uploaded files with this interval, ' +
        'unchanged.',
    }),
  start_date: parameters.start_date.openapi({ type: 'string', description: 'From this open_time on.' }),
  end_date: parameters.end_date.openapi({
    type: 'string',
    description: 'Before this open_time; a plain date includes its whole day.',
  }),
  order: choice(['asc', 'desc'])
    .optional()
    .openapi({ type: 'string', description: '`asc` by default: oldest first.' }),
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  count: parameters.count,
  fields: listFrom(CANDLE_FIELD_NAMES).optional().openapi({
    type: 'string',
    description: 'Members of the rows, in this order.',
    example: 'open_time,close',
  }),
  format: parameters.format,
  decimals: parameters.decimals,
});
type CandlesQuery = z.output<typeof CandlesQuery>;

const FILTERS: readonly (keyof CandlesQuery)[] = [
  'asset',
  'symbol',
  'external_id',
  'source',
  'interval',
  'basis',
  'start_date',
  'end_date',
  'order',
];
/** The content of a request to /candles, from its parameters or its cursor. */
export interface CandlesRequest {
  page: Omit<CandleRequest, 'limit' | 'seen'>;
  /** Null: every match (CSV and NDJSON only). */
  limit: number | null;
  format: Format;
  fields: string[] | undefined;
  decimals: 'number' | 'string';
  query: ListQuery<CandlesQuery>;
}

/** Reads and checks the query of /candles. Throws `invalid_request` or `invalid_cursor`. */
export function readCandlesRequest(c: HttpContext): CandlesRequest {
  const query = readListQuery(c, CandlesQuery, FILTERS);
  const { asked } = query;
  const format = asked.format ?? acceptedFormat(c.req.header('Accept'));
  const limit = asked.limit ?? (format === 'json' ? LIMIT_DEFAULT : null);
  const page = pageOf(query);
  return {
    page: limit === null ? { ...page, count: 'none' } : page,
    limit,
    format,
    fields: asked.fields,
    decimals: asked.decimals ?? 'number',
    query,
  };
}

function pageOf({ asked, texts, walk, offset }: ListQuery<CandlesQuery>): CandlesRequest['page'] {
  const issues: Issue[] = [];
  const { asset, symbol, external_id, source, start_date, end_date } = asked;
  if (!asset && !symbol && !external_id)
    issues.push({ path: 'asset', message: 'is needed, or symbol, or external_id' });
  if (start_date && end_date && microsOf(start_date) >= microsOf(end_date))
    issues.push({ path: 'start_date', message: 'must be before end_date' });
  if (issues.length > 0) throw invalid(issues);
  const order = asked.order ?? 'asc';
  const basis = viewOf(asked, walk);
  return {
    filter: {
      refs: asset?.map(parseAssetRef) ?? null,
      symbols: symbol ?? null,
      external_ids: external_id ?? null,
      sources: source ?? null,
      clock: clockAt(texts.at),
    },
    interval: asked.interval ?? '1d',
    basis,
    opened_from: start_date ?? null,
    opened_before: end_date ?? null,
    order,
    after: walk === null ? null : placeOf(walk.sort, walk.after, { basis, order }),
    version: walk?.version ?? null,
    offset,
    count: walk === null ? countOf(asked) : 'none',
  };
}

const countOf = ({ count, start_date, end_date }: CandlesQuery): CandleRequest['count'] =>
  count ?? (start_date || end_date ? 'none' : 'kept');

type Walked = Pick<CandleRequest, 'basis' | 'order'>;

/** A cursor of a release without consolidated candles continues as it began. */
function viewOf({ basis, source, external_id }: CandlesQuery, walk: WalkPlace | null): CandleView {
  if (basis !== undefined) return basis;
  const is_listings = walk?.sort === LISTINGS.asc || walk?.sort === LISTINGS.desc;
  return source || external_id || is_listings ? 'observed' : 'consolidated';
}

const LISTINGS = { asc: 'candles open_time asc', desc: 'candles open_time desc' };
const CONSOLIDATED = { asc: 'consolidated open_time asc', desc: 'consolidated open_time desc' };

const sortName = ({ basis, order }: Walked): string =>
  (basis === 'consolidated' ? CONSOLIDATED : LISTINGS)[order];

/** The position after a row. */
export const keyOf = (
  { basis }: Pick<Walked, 'basis'>,
  { open_time, listing_id, asset }: CandleRow,
): CandleKey => (basis === 'consolidated' ? { open_time, asset } : { open_time, listing_id });

/** The cursor after a row, read at a version. */
export function cursorBehind(
  { texts }: ListQuery<CandlesQuery>,
  walked: Walked,
  row: CandleRow,
  { version, total }: { version: Instant; total: number | null },
): string {
  const after = Object.values(keyOf(walked, row));
  return writeCursor({ texts, version, sort: sortName(walked), after, total });
}

const INT4_MAX = 2_147_483_647;

function placeOf(sort: string, [open_time, which]: unknown[], walked: Walked): CandleKey {
  const is_known = typeof open_time === 'string' && parseInstant(open_time) === open_time;
  if (sort === sortName(walked) && is_known) {
    if (walked.basis === 'consolidated' && typeof which === 'string') return { open_time, asset: which };
    if (walked.basis !== 'consolidated' && isId(which)) return { open_time, listing_id: which };
  }
  throw invalidCursor('was not made by this service for this list');
}

const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= INT4_MAX;
