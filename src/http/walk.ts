import { decodeCursor, encodeCursor } from '../domain/cursor.ts';
import { type Instant, parseInstant } from '../domain/instant.ts';
import type { AppError } from '../errors.ts';
import { clockOf, type HttpContext } from './context.ts';
import { invalid, listItem, parseTexts, queryOf, textsOf } from './query.ts';
import { queryMemo } from './tables/memo.ts';
import * as z from './zod.ts';

/** The query of a walk's first page, in canonical texts: a cursor can be sent alone. */
export interface WalkTexts {
  /** The selected rows: a request with a cursor may repeat these parameters but not change them. */
  filters: Record<string, string>;
  /** The presentation: a request with a cursor may change these parameters. */
  view: Record<string, string>;
  /** The clock of the first page, for ages. */
  at: Instant;
}

/** The position of a walk. */
export interface WalkPlace {
  /** The tape version of all its pages. */
  version: Instant;
  /** Names the list and its order. */
  sort: string;
  /** Sort values of the last row delivered. */
  after: (string | number | null)[];
  total: number | null;
  /** The newest version at the first page, if the list needs it. */
  began?: Instant | undefined;
}

export interface ListQuery<Asked> {
  asked: Asked;
  offset: number;
  texts: WalkTexts;
  /** Null on the first page. */
  walk: WalkPlace | null;
}

/** Keeps a cursor, which repeats the filters, within the limit of decodeCursor. */
const FILTER_BYTES_MAX = 6000;
const PLACE = ['cursor', 'offset', 'format'];

/** The facts from the query alone, before the clock of a first page is known. */
type Read = Omit<ListQuery<unknown>, 'texts'> & { texts: Omit<WalkTexts, 'at'> & { at: Instant | null } };

const lists = queryMemo<Read>();

/**
 * Reads the query of a list whose schema has `cursor` and `offset`. With a cursor the filters are those of
 * the walk's first page, and the request may leave them out. `ticker` is read as `symbol`.
 * Throws `invalid_request` or `invalid_cursor`.
 */
export function readListQuery<Schema extends z.ZodObject>(
  c: HttpContext,
  schema: Schema,
  filters: readonly string[],
): ListQuery<z.output<Schema>> {
  const query = queryOf(c);
  const { asked, texts, ...place } = lists(schema, query, () => readText(query, schema, filters));
  const at = texts.at ?? clockOf(c);
  return { ...place, asked: asked as z.output<Schema>, texts: { ...texts, at } };
}

function readText(query: string, schema: z.ZodObject, filters: readonly string[]): Read {
  const { ticker, ...sent } = textsOf(query, Object.keys(schema.shape));
  if (ticker !== undefined) sent.symbol = sent.symbol === undefined ? ticker : `${sent.symbol},${ticker}`;
  const asked = parseTexts(schema, sent);
  const canonical = canonicalTexts(asked);
  const own = pick(canonical, (name) => filters.includes(name));
  const view = pick(canonical, (name) => !filters.includes(name) && !PLACE.includes(name));
  if (sent.cursor === undefined) {
    if (bytesOf(JSON.stringify(own)) > FILTER_BYTES_MAX)
      throw invalid([{ path: 'query', message: `holds more than ${FILTER_BYTES_MAX} bytes of filters` }]);
    const texts = { filters: own, view, at: null };
    return { asked, offset: Number(sent.offset ?? 0), texts, walk: null };
  }
  if (sent.offset !== undefined)
    throw invalid([{ path: 'offset', message: 'and cursor exclude each other' }]);
  const { texts: carried, ...walk } = readCursor(sent.cursor);
  if (Object.keys(own).length > 0 && !sameTexts(own, carried.filters))
    throw invalidCursor('belongs to other filters; send it alone or with the filters of its first page');
  const texts = { ...carried, view: { ...carried.view, ...view } };
  const format = sent.format === undefined ? {} : { format: sent.format };
  return {
    asked: parseTexts(schema, { ...texts.filters, ...texts.view, ...format }),
    offset: 0,
    texts,
    walk,
  };
}

const Texts = z.record(z.string(), z.string());
const Carried = z.strictObject({
  filters: Texts,
  view: Texts,
  at: z.string().refine((text) => parseInstant(text) === text),
  total: z.number().int().nonnegative().nullable(),
  began: z
    .string()
    .refine((text) => parseInstant(text) === text)
    .optional(),
});

export function writeCursor({ texts, total, began, ...place }: WalkPlace & { texts: WalkTexts }): string {
  return encodeCursor({ v: 1, filter: JSON.stringify({ ...texts, total, began }), ...place });
}

function readCursor(cursor: string): WalkPlace & { texts: WalkTexts } {
  const payload = decodeCursor(cursor);
  const carried = payload === undefined ? undefined : readCarried(payload.filter);
  if (payload === undefined || carried === undefined)
    throw invalidCursor('was not made by this service for this list, or is incomplete');
  const { total, began, ...texts } = carried;
  return { texts, total, began, version: payload.version, sort: payload.sort, after: payload.after };
}

function readCarried(filter: string): z.infer<typeof Carried> | undefined {
  try {
    return Carried.safeParse(JSON.parse(filter)).data;
  } catch {
    return undefined; // of an older release
  }
}

export const invalidCursor = (message: string): AppError =>
  invalid([{ path: 'cursor', message }], 'invalid_cursor');

/** Parsed values as texts that parse to the same values. */
function canonicalTexts(asked: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of Object.keys(asked).sort())
    if (asked[name] !== undefined) texts[name] = textOf(asked[name]);
  return texts;
}

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.map((item) => listItem(String(item))).join(',') : String(value);

function pick(texts: Record<string, string>, wanted: (name: string) => boolean): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const name of Object.keys(texts)) if (wanted(name)) picked[name] = texts[name] as string;
  return picked;
}

/** Bytes of a text, or less for one that cannot have too many. */
const bytesOf = (text: string): number =>
  text.length * 3 <= FILTER_BYTES_MAX ? text.length : new TextEncoder().encode(text).length;

const sameTexts = (a: Record<string, string>, b: Record<string, string>) =>
  JSON.stringify(a) === JSON.stringify(b);
