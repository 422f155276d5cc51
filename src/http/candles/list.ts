import { type CandleRow, listCandles } from '../../db/candles/list.ts';
import type { CandleRequest } from '../../db/candles/request.ts';
import type { AssetCandidate } from '../../db/identity/find-candidates.ts';
import { headerAndRows } from '../../db/observations/page-header.ts';
import type { Deps } from '../../deps.ts';
import type { CandleBasis } from '../../domain/candle.ts';
import type { Instant } from '../../domain/instant.ts';
import { demandBulk } from '../access.ts';
import { candidateObject } from '../assets/candidate-object.ts';
import { unknownAsset } from '../assets/unknown.ts';
import { cacheHeaders, candidatesTurn, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { CONTENT_TYPES, rowsText, SLICE_ROWS, streamPages, type Writing } from '../data/export.ts';
import type { Endpoint } from '../endpoint.ts';
import { meta, paging, taggedJson } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { rowObject } from '../row-fields.ts';
import { Ambiguous, listReply } from '../schemas.ts';
import { VARY } from '../tables/format.ts';
import { Candle, chooseCandleFields } from './fields.ts';
import { CandlesQuery, type CandlesRequest, cursorBehind, keyOf, readCandlesRequest } from './query.ts';

const FRESHNESS = { access: 'read' } as const;

export const candles: Endpoint = {
  method: 'get',
  path: '/candles',
  access: FRESHNESS.access,
  depends_on: 'tape',
  spec: {
    tags: ['Data'],
    summary: 'Open, high, low and close per hour or day',
    description:
      'Needs asset, symbol or external_id. An asset has one consolidated candle per hour or day, ' +
      'taken whole from one series, which source, external_id and basis name. With source or ' +
      'external_id each series has its own candles. An hour or day without a price has no candle. ' +
      'Observed candles have no volume, because sources report a rolling volume of 24 hours.',
    request: { query: CandlesQuery },
    responses: {
      ...ok(listReply(Candle, { ambiguous: Ambiguous }), 'Candles.', { cached: true, exports: true }),
      ...problems('invalid_request', 'invalid_cursor', 'unknown_asset'),
    },
  },
  handle: getCandles,
};

interface Page {
  rows: CandleRow[];
  more: boolean;
  version: Instant;
  current_version: Instant;
  total: number | null;
  ambiguous: AssetCandidate[];
  warnings: string[];
}

async function getCandles(c: HttpContext): Promise<Response> {
  const request = readCandlesRequest(c);
  const everything = request.limit === null;
  if (everything) await demandBulk(c);
  const freshness = { access: everything ? 'bulk' : FRESHNESS.access, format: request.format } as const;
  const seen = seenVersion(c, freshness);
  // HEAD of an export returns the headers of GET without running it.
  const limit = request.limit ?? (c.req.method === 'HEAD' ? 1 : SLICE_ROWS);
  const page = await readCandles(c.get('deps'), { ...request.page, limit, seen });
  const turns_at = candidatesTurn(c, page.ambiguous);
  const headers = { ...cacheHeaders(c, page.current_version, { ...freshness, turns_at }), ...VARY };
  if (isUnchanged(seen, page.current_version)) return notModified(headers);
  if (request.limit === null) return exported(c, request, page, headers);
  return pageReply(c, request, limit, page, headers);
}

const writingOf = ({ fields, format, decimals }: CandlesRequest): Writing<CandleRow> => ({
  fields: chooseCandleFields(fields),
  format: format === 'ndjson' ? 'ndjson' : 'csv',
  decimals,
});

function pageReply(
  c: HttpContext,
  request: CandlesRequest,
  limit: number,
  { rows, more, version, ...page }: Page,
  cacheable: Record<string, string>,
): Response {
  const { format, query, decimals } = request;
  const writing = writingOf(request);
  const total = query.walk ? query.walk.total : page.total;
  const last = rows.at(-1);
  const next_cursor =
    more && last !== undefined ? cursorBehind(query, request.page, last, { version, total }) : null;
  const { pagination, headers } = paging(
    c,
    { limit, offset: query.walk ? null : query.offset, returned: rows.length, total, next_cursor },
    format === 'json' ? undefined : format,
  );
  const all = { ...cacheable, ...headers };
  if (format !== 'json')
    return new Response(rowsText(writing, rows, true), {
      headers: { ...all, 'Content-Type': CONTENT_TYPES[format] },
    });
  const ambiguous = page.ambiguous.map((row) => candidateObject(row, decimals));
  const facts = {
    sources: rows.map((row) => row.source),
    warnings: page.warnings,
    ...(ambiguous.length > 0 ? { ambiguous } : {}),
  };
  const data = rows.map((row) => rowObject(row, chooseCandleFields(request.fields), decimals));
  return taggedJson(c, { data, pagination, meta: meta(c, facts) }, all);
}

async function readCandles({ db, ...deps }: Deps, request: CandleRequest): Promise<Page> {
  const found = await listCandles(db, { ...request, limit: request.limit + 1 });
  if (found.length === 0 && request.seen !== null) return unchanged(request.seen);
  const elsewhere = found[0]?.elsewhere ?? null;
  const { header, rows: all } = headerAndRows<CandleRow>(found);
  const rows = all.slice(0, request.limit);
  if (header.unknown_refs !== null) throw await unknownAsset({ db, ...deps }, header.unknown_refs);
  return {
    rows,
    more: all.length > request.limit,
    version: header.version,
    current_version: header.current_version,
    total: header.total,
    ambiguous: header.ambiguous ?? [],
    warnings: [...elsewhereWarning(request, elsewhere), ...outdatedWarning(rows)],
  };
}

/** A page that the client already has. */
const unchanged = (version: Instant): Page => ({
  rows: [],
  more: false,
  version,
  current_version: version,
  total: null,
  ambiguous: [],
  warnings: [],
});

const elsewhereWarning = ({ basis, interval }: CandleRequest, elsewhere: CandleBasis | null): string[] =>
  elsewhere === null
    ? []
    : [
        `There are no ${basis} candles of ${interval} here, but there are ${elsewhere} ones: send basis=${elsewhere}.`,
      ];

function outdatedWarning(rows: CandleRow[]): string[] {
  const count = rows.filter(({ is_outdated }) => is_outdated).length;
  if (count === 0) return [];
  return [
    `${count} of these candles were made by an earlier release and are being rebuilt. Until then, complete is true ` +
      'for them only if readings lie on both borders.',
  ];
}

function exported(
  c: HttpContext,
  request: CandlesRequest,
  first: Page,
  headers: Record<string, string>,
): Response {
  const deps = c.get('deps');
  const slice = { ...request.page, limit: SLICE_ROWS, offset: 0, seen: null };
  const next = (page: Page) =>
    readCandles(deps, { ...slice, version: page.version, after: lastKey(slice, page) });
  const writing = writingOf(request);
  return new Response(c.req.method === 'HEAD' ? null : streamPages(deps, writing, first, next), {
    headers: {
      ...headers,
      'Content-Type': CONTENT_TYPES[writing.format],
      'Content-Disposition': `attachment; filename="cointape-candles.${writing.format}"`,
    },
  });
}

function lastKey(request: Pick<CandleRequest, 'basis'>, { rows }: Page) {
  const last = rows.at(-1);
  return last === undefined ? null : keyOf(request, last);
}
