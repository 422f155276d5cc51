import type { AnyChange } from '../../db/changes/row.ts';
import { cacheHeaders, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { CONTENT_TYPES, rowsText, SLICE_ROWS, streamPages, type Writing } from '../data/export.ts';
import type { Endpoint } from '../endpoint.ts';
import { jsonList, meta, paging } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { rowWriter } from '../row-fields.ts';
import { At, listReply } from '../schemas.ts';
import { VARY } from '../tables/format.ts';
import { Change, chooseFields } from './fields.ts';
import { type ChangesAsked, ChangesQuery, cursorBehind, readChangesQuery } from './query.ts';
import { type ChangesPage, readNext, readPage } from './read-page.ts';

const ACCESS = 'bulk';
const CompleteThrough = At.openapi({
  description: 'The version pinned on the first page of the walk: the next `since` once the walk has ended.',
});

export const changes: Endpoint = {
  method: 'get',
  path: '/changes',
  access: ACCESS,
  spec: {
    tags: ['Data'],
    summary: 'The changes of the tape after a version, in order',
    description:
      'Rows added, revised and withdrawn, and listings remapped and relabelled. Within one version ' +
      'they are ordered by listing, kind, created_at and revision. A copy that applies them in ' +
      'order equals /data at that version. Thinning is not a change.',
    request: { query: ChangesQuery },
    responses: {
      ...ok(listReply(Change, { complete_through: CompleteThrough }), 'Changes.', {
        cached: true,
        exports: true,
      }),
      ...problems('invalid_request', 'invalid_cursor', 'beyond_retention'),
    },
  },
  handle: getChanges,
};

async function getChanges(c: HttpContext): Promise<Response> {
  const asked = readChangesQuery(c);
  const freshness = { access: ACCESS, format: asked.format } as const;
  const seen = seenVersion(c, freshness);
  // HEAD of an export returns the headers of GET without running it.
  const limit = asked.limit ?? (c.req.method === 'HEAD' ? 1 : SLICE_ROWS);
  const page = await readPage(c.get('deps'), asked, limit, seen);
  const headers = { ...cacheHeaders(c, page.current_version, freshness), ...VARY };
  if (isUnchanged(seen, page.current_version)) return notModified(headers);
  if (asked.limit === null) return exported(c, asked, page, headers);
  return pageReply(c, asked, page, limit, headers);
}

const writingOf = ({ fields, format, decimals }: ChangesAsked): Writing<AnyChange> => ({
  fields: chooseFields(fields),
  format: format === 'ndjson' ? 'ndjson' : 'csv',
  decimals,
});

function exported(
  c: HttpContext,
  asked: ChangesAsked,
  first: ChangesPage,
  headers: Record<string, string>,
): Response {
  const deps = c.get('deps');
  const writing = writingOf(asked);
  const next = (page: ChangesPage) => readNext(deps, asked, page, SLICE_ROWS);
  return new Response(c.req.method === 'HEAD' ? null : streamPages(deps, writing, first, next), {
    headers: {
      ...headers,
      'Content-Type': CONTENT_TYPES[writing.format],
      'Content-Disposition': `attachment; filename="cointape-changes.${writing.format}"`,
      'X-Complete-Through': first.pinned,
    },
  });
}

function pageReply(
  c: HttpContext,
  asked: ChangesAsked,
  { rows, more, pinned }: ChangesPage,
  limit: number,
  cacheable: Record<string, string>,
): Response {
  const { format, decimals, texts } = asked;
  const last = rows.at(-1);
  const next_cursor = more && last !== undefined ? cursorBehind(texts, pinned, last) : null;
  const { pagination, headers } = paging(
    c,
    { limit, offset: null, returned: rows.length, total: null, next_cursor },
    format === 'json' ? undefined : format,
  );
  const all = { ...cacheable, ...headers };
  const writing = writingOf(asked);
  if (format !== 'json')
    return new Response(rowsText(writing, rows, true), {
      headers: { ...all, 'Content-Type': CONTENT_TYPES[format], 'X-Complete-Through': pinned },
    });
  const lines = rows.map(rowWriter(writing.fields, decimals));
  const sources = rows.map(({ listing }) => listing.slice(0, listing.indexOf(':')));
  return jsonList(c, lines, { pagination, meta: meta(c, { sources, complete_through: pinned }) }, all);
}
