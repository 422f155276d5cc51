import type { Instant } from '../../domain/instant.ts';
import type { ErrorCode } from '../../errors.ts';
import { type Access, demandBulk } from '../access.ts';
import { cacheHeaders, type Freshness, isUnchanged, notModified, seenVersion } from '../caching.ts';
import type { HttpContext } from '../context.ts';
import { rowsText, SLICE_ROWS, streamPages, type Writing } from '../data/export.ts';
import { type Format, LIMIT_DEFAULT, parameters } from '../data/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { type MetaFacts, meta, paging, taggedJson } from '../reply.ts';
import { ok, problems } from '../responses.ts';
import { listReply } from '../schemas.ts';
import { type ListQuery, readListQuery, type WalkTexts, writeCursor } from '../walk.ts';
import type * as z from '../zod.ts';
import { chooseColumns, chooseMembers, columnsOf, fieldsParameter, type RowObject } from './columns.ts';
import { decimalsOf, formatHeaders, formatOf, VARY, type View } from './format.ts';

/** The parameters of every list. */
export const listParameters = (item: z.ZodObject, example?: string) => ({
  limit: parameters.limit,
  offset: parameters.offset,
  cursor: parameters.cursor,
  fields: fieldsParameter(item, example),
  format: parameters.format,
});

/** Their values, and `decimals` if rows have a source's numbers. */
interface ListAsked {
  limit?: number | undefined;
  fields?: string[] | undefined;
  format?: Format | undefined;
  decimals?: 'number' | 'string' | undefined;
}

/** The position of a row in the order of its list. */
export type RowKey = (string | number | null)[];

/** A request for a page of a list, and where the page starts. */
export interface PageRequest<Asked> {
  asked: Asked;
  texts: WalkTexts;
  /** The position of the walk; null at its beginning. */
  walk: { version: Instant; sort: string; after: RowKey } | null;
  offset: number;
  /** The maximum number of rows to read: one more than the page has, to know whether others follow. */
  limit: number;
  /** The version that the client has. */
  seen: Instant | null;
}

export interface FoundPage<Row> {
  rows: Row[];
  /** The number of all rows, on a first page. */
  total: number | null;
  /** The version of all pages of the walk. */
  version: Instant;
  /** The newest version, if replies may be cached. */
  current_version?: Instant;
  /** The last instant at which the clock alone does not change the rows. */
  turns_at?: Instant | null;
  /** Further members of `meta`; the sources of the rows are added to them. */
  facts?: MetaFacts;
}

/**
 * A list that pages by cursor: its individual part. Formats, `fields`, whole exports and paging are derived from
 * it, so every list has them.
 */
export interface ListDefinition<Asked extends ListAsked, Row> {
  path: string;
  /** The name of its files. */
  file: string;
  access: Access;
  /** Absent if replies are never cached. */
  caching?: Pick<Freshness, 'ticking'>;
  spec: { tags: string[]; summary: string; description?: string; rows: string };
  params?: z.ZodObject;
  query: z.ZodObject & z.ZodType<Asked>;
  /** The parameters that select the rows and their order. */
  filters: readonly string[];
  item: z.ZodObject;
  meta?: z.ZodRawShape;
  problems?: readonly ErrorCode[];
  /** Answers requests that are not for the list; undefined for a request for the list. */
  instead?: (c: HttpContext) => Promise<Response> | undefined;
  /** Names the order of the list, for its cursors. */
  sortName(asked: Asked, c: HttpContext): string;
  read(c: HttpContext, request: PageRequest<Asked>): Promise<FoundPage<Row>>;
  keyOf(row: Row, asked: Asked): RowKey;
  show(row: Row, decimals: 'number' | 'string'): RowObject;
  sourcesOf?(row: Row): readonly (string | null)[];
}

/** The endpoint of a list. */
export function listEndpoint<Asked extends ListAsked, Row>(list: ListDefinition<Asked, Row>): Endpoint {
  const { path, access, spec, params, query, item, problems: more = [] } = list;
  const { rows, ...told } = spec;
  return {
    method: 'get',
    path,
    access,
    ...(list.caching === undefined ? {} : { depends_on: 'tape' }),
    spec: {
      ...told,
      request: { ...(params === undefined ? {} : { params }), query },
      responses: {
        ...ok(listReply(item, list.meta), rows, { cached: list.caching !== undefined, exports: true }),
        ...problems('invalid_request', 'invalid_cursor', ...more),
      },
    },
    handle: (c) => list.instead?.(c) ?? answer(c, list),
  };
}

interface Asking<Asked> extends ListQuery<Asked> {
  view: View;
  /** Null: every match. */
  limit: number | null;
  freshness: Freshness;
}

async function answer<Asked extends ListAsked, Row>(
  c: HttpContext,
  list: ListDefinition<Asked, Row>,
): Promise<Response> {
  const asking = await readAsking(c, list);
  const { asked, texts, walk, offset, limit, freshness } = asking;
  // HEAD of an export returns the headers of GET without running it.
  const rows_max = limit ?? (c.req.method === 'HEAD' ? 1 : SLICE_ROWS);
  const seen = list.caching === undefined ? null : seenVersion(c, freshness);
  const place = { asked, texts, walk, offset, limit: rows_max + 1, seen };
  const found = await list.read(c, place);
  const { current_version } = found;
  const { turns_at = null } = found;
  const headers =
    current_version === undefined
      ? VARY
      : { ...cacheHeaders(c, current_version, { ...freshness, turns_at }), ...VARY };
  if (current_version !== undefined && isUnchanged(seen, current_version)) return notModified(headers);
  if (limit === null) return exported(c, list, asking, { place, found, headers });
  return pageReply(c, list, { ...asking, limit }, found, headers);
}

/** Reads the query. Throws `invalid_request`, `invalid_cursor`, and the problem of an export without a token. */
async function readAsking<Asked extends ListAsked, Row>(
  c: HttpContext,
  { query, filters, access, caching }: ListDefinition<Asked, Row>,
): Promise<Asking<Asked>> {
  const read: ListQuery<Asked> = readListQuery(c, query, filters);
  const { fields, decimals, limit: wanted } = read.asked;
  const format = formatOf(c, read.asked.format);
  const limit = wanted ?? (format === 'json' ? LIMIT_DEFAULT : null);
  const is_bulk = limit === null && access === 'read'; // a holder of another access's token may read all of it
  if (is_bulk) await demandBulk(c);
  const freshness: Freshness = { ...caching, access: is_bulk ? 'bulk' : access, format };
  return { ...read, view: { format, fields, decimals }, limit, freshness };
}

function pageReply<Asked extends ListAsked, Row>(
  c: HttpContext,
  list: ListDefinition<Asked, Row>,
  { asked, texts, walk, offset, limit, view }: Asking<Asked> & { limit: number },
  found: FoundPage<Row>,
  cacheable: Record<string, string>,
): Response {
  const page = found.rows.slice(0, limit);
  const last = page.at(-1);
  const total = walk?.total ?? found.total;
  const place = { texts, version: found.version, sort: list.sortName(asked, c), total };
  const more = found.rows.length > limit && last !== undefined;
  const next_cursor = more ? writeCursor({ ...place, after: list.keyOf(last, asked) }) : null;
  const facts = { limit, offset: walk ? null : offset, returned: page.length, total, next_cursor };
  const { format, fields } = view;
  const { pagination, headers } = paging(c, facts, format === 'json' ? undefined : format);
  const all = { ...cacheable, ...headers };
  const rows = page.map((row) => list.show(row, decimalsOf(view)));
  if (format !== 'json') {
    const text = rowsText(writingOf(list, { ...view, format }), rows, true);
    return new Response(text, { headers: { ...all, ...formatHeaders(format, null) } });
  }
  const sources = page.flatMap((row) => list.sourcesOf?.(row) ?? []).filter((source) => source !== null);
  const data = rows.map((row) => chooseMembers(row, fields));
  return taggedJson(c, { data, pagination, meta: meta(c, { sources, ...found.facts }) }, all);
}

type Unpaged = View & { format: Exclude<Format, 'json'> };

const writingOf = <Asked extends ListAsked, Row>(
  { item }: ListDefinition<Asked, Row>,
  { format, fields }: Unpaged,
): Writing<RowObject> => ({ fields: chooseColumns(columnsOf(item), fields), format, decimals: 'number' });

interface Slice<Row> {
  rows: RowObject[];
  more: boolean;
  last: Row | undefined;
  version: Instant;
}

/** Streams every match, from the first page on, at its version. */
function exported<Asked extends ListAsked, Row>(
  c: HttpContext,
  list: ListDefinition<Asked, Row>,
  { asked, view }: Asking<Asked>,
  {
    place,
    found,
    headers,
  }: { place: PageRequest<Asked>; found: FoundPage<Row>; headers: Record<string, string> },
): Response {
  const unpaged: Unpaged = { ...view, format: view.format === 'ndjson' ? 'ndjson' : 'csv' };
  const sliceOf = ({ rows, version }: FoundPage<Row>): Slice<Row> => {
    const given = rows.slice(0, SLICE_ROWS);
    const shown = given.map((row) => list.show(row, decimalsOf(unpaged)));
    return { rows: shown, more: rows.length > SLICE_ROWS, last: given.at(-1), version };
  };
  const next = async ({ last, version }: Slice<Row>): Promise<Slice<Row>> => {
    if (last === undefined) throw new Error('A slice that is followed by more has a last row.');
    const walk = { version, sort: list.sortName(asked, c), after: list.keyOf(last, asked) };
    return sliceOf(await list.read(c, { ...place, walk, offset: 0, seen: null }));
  };
  const stream = () => streamPages(c.get('deps'), writingOf(list, unpaged), sliceOf(found), next);
  return new Response(c.req.method === 'HEAD' ? null : stream(), {
    headers: { ...headers, ...formatHeaders(unpaged.format, list.file) },
  });
}
