import { DESCRIPTIONS } from '../sources/registry.ts';
import { clockOf, type HttpContext } from './context.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A JSON reply. Numbers wrapped by jsonDecimal keep their digits. */
export function json(body: unknown, headers: Record<string, string> = {}, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': JSON_TYPE, ...headers } });
}

/** The same for a reply with a tag, which this isolate may keep: docs/decisions/kept-replies.md. */
export const taggedJson = (c: HttpContext, body: unknown, headers: Record<string, string>): Response =>
  tagged(c, JSON.stringify(body), headers);

/** The same for a list whose rows are already JSON texts. */
export function jsonList(
  c: HttpContext,
  rows: readonly string[],
  rest: Record<string, unknown>,
  headers: Record<string, string>,
): Response {
  let data = '';
  for (const row of rows) data += data === '' ? row : `,${row}`; // a join would copy all rows once more
  return tagged(c, `{"data":[${data}],${JSON.stringify(rest).slice(1)}`, headers);
}

function tagged(c: HttpContext, text: string, headers: Record<string, string>): Response {
  if (c.get('is_kept')) c.set('written', text);
  return new Response(text, { headers: { 'Content-Type': JSON_TYPE, ...headers } });
}

export interface MetaFacts {
  /** Sources whose rows are in the reply; each is named as its terms ask. */
  sources?: Iterable<string>;
  warnings?: string[];
  [addition: string]: unknown;
}

/** How the `meta` member begins in the text of a reply. */
export const META = '"meta":';

/** The members of `meta` that belong to the request: the first ones. */
export const metaHead = (c: HttpContext) => ({
  request_id: c.get('request_id'),
  api_latency_ms: Date.now() - c.get('started_ms'),
  answered_at: clockOf(c),
});

/** The `meta` member of a reply. */
export function meta(c: HttpContext, { sources = [], warnings = [], ...additions }: MetaFacts = {}) {
  const present = new Set(sources);
  return {
    ...metaHead(c),
    attribution: DESCRIPTIONS.filter(({ id }) => present.has(id)).map(({ attribution }) => attribution),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...additions,
  };
}

export interface Pagination {
  limit: number;
  /** Null if a cursor determines where the page begins. */
  offset: number | null;
  returned: number;
  total: number | null;
  next_cursor: string | null;
}

/**
 * The `pagination` member and the Link header of a page. Only the cursor names the next page. Both are relative
 * (RFC 8288, section 3.1): the client controls Host and X-Forwarded-*, and a cache may share a reply between host
 * names.
 */
export function paging(c: HttpContext, page: Pagination, format?: string) {
  const query = new URLSearchParams({ cursor: page.next_cursor ?? '', ...(format ? { format } : {}) });
  const next = page.next_cursor === null ? null : `${c.req.path}?${query}`;
  const headers: Record<string, string> = next === null ? {} : { Link: `<${next}>; rel="next"` };
  return { pagination: { ...page, next }, headers };
}
