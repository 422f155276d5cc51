import { earliestOf, type Instant, instantAfter, microsOf } from '../../domain/instant.ts';
import { demandBulk } from '../access.ts';
import { candidateObject } from '../assets/candidate-object.ts';
import {
  cacheHeaders,
  candidatesTurn,
  type Freshness,
  isUnchanged,
  notModified,
  seenVersion,
} from '../caching.ts';
import type { HttpContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { jsonList, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { rowWriter } from '../row-fields.ts';
import { Ambiguous, At, DataRow, listReply } from '../schemas.ts';
import { VARY } from '../tables/format.ts';
import { writeCursor } from '../walk.ts';
import { AsOf, asOfFacts } from './as-of.ts';
import { ThinnedBefore, ThinnedLake, thinnedLake } from './beyond-retention.ts';
import { CONTENT_TYPES, fieldsOf, rowsText, SLICE_ROWS, streamRows, writingOf } from './export.ts';
import { keyOf } from './key.ts';
import { DataQuery } from './query.ts';
import { type Page, readPage } from './read-page.ts';
import { type DataRequest, readDataRequest, sortName } from './request.ts';

const ACCESS = 'read';
const CompleteThrough = At.nullable().openapi({
  description: 'Everything known up to this instant has been delivered: the next ingested_after.',
});
export const data: Endpoint = {
  method: 'get',
  path: '/data',
  access: ACCESS,
  depends_on: 'tape',
  spec: {
    tags: ['Data'],
    summary: 'Normalized observations, newest first',
    description:
      'Rows of every source side by side; nothing is averaged or joined. Cursors see the data as of their first page.',
    request: { query: DataQuery },
    responses: {
      ...ok(
        listReply(DataRow, {
          complete_through: CompleteThrough,
          as_of: AsOf,
          ambiguous: Ambiguous,
          thinned_before: ThinnedBefore,
          lake: ThinnedLake,
        }),
        'Observations.',
        {
          cached: true,
          exports: true,
        },
      ),
      ...problems('invalid_request', 'invalid_cursor', 'unknown_asset', 'beyond_retention'),
    },
  },
  handle: getData,
};

async function getData(c: HttpContext): Promise<Response> {
  const request = readDataRequest(c);
  const everything = request.limit === null;
  if (everything) await demandBulk(c);
  const seen = seenVersion(c, { access: ACCESS, ticking: request.ticking, format: request.format });
  // HEAD of an export returns the headers of GET without running it.
  const limit = request.limit ?? (c.req.method === 'HEAD' ? 1 : SLICE_ROWS);
  const page = await readPage(c.get('deps'), request, {
    limit,
    offset: request.offset,
    after: request.walk?.after ?? null,
    version: request.walk?.version ?? request.as_of,
    began: request.walk?.began ?? null,
    seen,
    count: everything ? 'none' : request.count,
  });
  const headers = { ...cacheHeaders(c, page.current_version, freshness(c, request, page)), ...VARY };
  if (isUnchanged(seen, page.current_version)) return notModified(headers);
  if (everything) return exported(c, request, page, headers);
  return pageReply(c, request, page, limit, headers);
}

function freshness(c: HttpContext, request: DataRequest, page: Page): Freshness {
  const { as_of, ticking, format, max_age } = request;
  const final = as_of !== null && microsOf(as_of) <= microsOf(page.current_version);
  const oldest =
    max_age === null ? null : earliestOf(page.rows.map((row) => instantAfter(row.observed_at, max_age)));
  return {
    access: request.limit === null ? 'bulk' : ACCESS,
    ticking,
    format,
    final: final && !ticking,
    turns_at: oldest ?? (final ? null : candidatesTurn(c, page.ambiguous)),
  };
}

function exported(
  c: HttpContext,
  request: DataRequest,
  page: Page,
  headers: Record<string, string>,
): Response {
  const { format } = request;
  const body = c.req.method === 'HEAD' ? null : streamRows(c.get('deps'), request, page);
  return new Response(body, {
    headers: {
      ...headers,
      'Content-Type': CONTENT_TYPES[format === 'ndjson' ? 'ndjson' : 'csv'],
      'Content-Disposition': `attachment; filename="cointape.${format}"`,
      'X-Complete-Through': page.version,
      'X-Tape-Version': page.version,
    },
  });
}

function pageReply(
  c: HttpContext,
  request: DataRequest,
  page: Page,
  limit: number,
  cacheable: Record<string, string>,
): Response {
  const total = request.walk ? request.walk.total : page.total;
  const next_cursor = nextCursor(request, page, total);
  const { pagination, headers } = paging(
    c,
    { limit, offset: request.walk ? null : request.offset, returned: page.rows.length, total, next_cursor },
    request.format === 'json' ? undefined : request.format,
  );
  const all = { ...cacheable, ...headers };
  if (request.format !== 'json') {
    const own = { 'Content-Type': CONTENT_TYPES[request.format], 'X-Tape-Version': page.version };
    return new Response(rowsText(writingOf(request), page.rows, true), { headers: { ...all, ...own } });
  }
  const fields = fieldsOf(request);
  const rows = page.rows.map(rowWriter(fields, request.decimals));
  const rest = {
    pagination,
    meta: meta(c, {
      sources: page.rows.map((row) => row.source),
      ...asOfFacts(request.as_of, page.version, page.late),
      complete_through: completeThrough(request, page),
      ...(page.thinned_before === null ? {} : { thinned_before: page.thinned_before }),
      ...thinnedLake(page.lake_parts, request.filter),
      ...(page.ambiguous.length > 0
        ? { ambiguous: page.ambiguous.map((row) => candidateObject(row, request.decimals)) }
        : {}),
    }),
  };
  return jsonList(c, rows, rest, all);
}

function nextCursor(request: DataRequest, page: Page, total: number | null): string | null {
  const last = page.rows.at(-1);
  if (!page.more || last === undefined) return null;
  return writeCursor({
    texts: request.texts,
    version: page.version,
    began: request.walk?.began ?? page.current_version,
    sort: sortName(request),
    after: keyOf(last, request.latest, request.sort),
    total,
  });
}

/**
 * The next `ingested_after` for the client. The end of a walk delivers all of its version. A truncated page has
 * completely delivered an instant only if its order is ingested_at ascending and a later instant follows.
 */
function completeThrough(request: DataRequest, page: Page): Instant | null {
  const before = request.filter.known_after;
  if (request.offset > 0) return before; // skipped rows may have changed since they were read
  if (!page.more) return page.version;
  const last = page.rows.at(-1);
  if (request.sort !== 'known_at' || request.order !== 'asc' || last === undefined) return before;
  // The last instant of the page may continue after it; the earlier ones are complete.
  return page.rows.findLast((row) => row.known_at !== last.known_at)?.known_at ?? before;
}
