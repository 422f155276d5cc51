import {
  INSTANT_MICROS_MAX,
  type Instant,
  instantFromUnix,
  instantOfMicros,
  microsOf,
  parseInstant,
} from '../domain/instant.ts';
import { isStorable } from '../domain/text.ts';
import { AppError } from '../errors.ts';
import type { HttpContext } from './context.ts';
import { queryMemo } from './tables/memo.ts';
import * as z from './zod.ts';

export interface Issue {
  path: string;
  message: string;
}

const VALUES_MAX = 100;
const LISTS = new Set([
  'asset',
  'contract',
  'currency',
  'symbol',
  'ticker',
  'source',
  'external_id',
  'kind',
  'fields',
  'status',
  'method',
  'state',
]);
/** Lists of names that may contain a comma: a percent-encoded comma is part of its name. */
const NAMES = new Set(['asset', 'contract', 'symbol', 'ticker', 'external_id']);
/** Parameters of other APIs, and our names for them. */
const HINTS: Record<string, string> = {
  page: 'use offset or cursor',
  per_page: 'use limit',
  page_size: 'use limit',
  from: 'use start_date',
  to: 'use end_date',
  ids: 'use asset',
  id: 'use asset',
  vs_currency: 'every price is in USD; leave it out, or ask /prices with quote',
  currency: 'every price is in USD; leave it out, or ask /prices with quote',
  sort_by: 'use sort',
  order_by: 'use sort',
  query: 'use q',
  search: 'use q',
};

/**
 * The query parameters of a request as texts, lists joined by commas; a comma inside a name is written as listItem
 * does. Throws `invalid_request`.
 */
export const queryTexts = (c: HttpContext, known: readonly string[]): Record<string, string> =>
  textsOf(queryOf(c), known);

/** The same for the text of a query. */
export function textsOf(query: string, known: readonly string[]): Record<string, string> {
  const texts: Record<string, string> = {};
  const issues: Issue[] = [];
  for (const [name, decoded, raw] of pairsOf(query)) {
    if (name === '_') continue; // added by scripts to bypass caches
    const value = NAMES.has(name) && raw !== decoded ? namesIn(raw) : decoded;
    if (!known.includes(name)) issues.push({ path: name, message: unknownParameter(name, known) });
    else if (!isStorable(value))
      issues.push({ path: name, message: 'must not hold a NUL or half a character' });
    else if (value === '') issues.push({ path: name, message: 'must not be empty' });
    else if (!(name in texts)) texts[name] = value;
    else if (LISTS.has(name)) texts[name] += `,${value}`;
    else issues.push({ path: name, message: 'is given more than once' });
  }
  if (issues.length > 0) throw invalid(issues);
  return texts;
}

/** The names of a raw value, each decoded separately. */
const namesIn = (raw: string): string => raw.split(',').map(decode).map(listItem).join(',');

/** An item of a list in its encoded form between commas; commaSeparated reads it. */
export const listItem = (text: string): string => text.replaceAll('%', '%25').replaceAll(',', '%2C');
const itemText = (item: string): string => item.replaceAll('%2C', ',').replaceAll('%25', '%');

/** The decoding of forms: `+` is a space, and an invalid code stays unchanged. */
const decode = (raw: string): string => new URLSearchParams(`_=${raw.replaceAll('&', '%26')}`).get('_') ?? '';

/**
 * Name and value of each parameter, and the raw value. Most queries have nothing to decode, and are split five
 * times as fast.
 */
export function pairsOf(url: string): [name: string, value: string, raw: string][] {
  const start = url.indexOf('?');
  if (start === -1) return [];
  const query = url.slice(start + 1).replace(/^\?/, ''); // like URLSearchParams
  const isPlain = /^[\w=&.,:~*-]+$/.test(query);
  return query.split('&').flatMap((pair): [string, string, string][] => {
    if (pair === '') return [];
    const end = pair.indexOf('=');
    const [name, raw] = end === -1 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)];
    return [isPlain ? [name, raw, raw] : [decode(name), decode(raw), raw]];
  });
}

/** Parses texts by the schema. Throws `invalid_request` with one issue per fault. */
export function parseTexts<Schema extends z.ZodObject>(
  schema: Schema,
  texts: Record<string, string>,
): z.output<Schema> {
  const result = schema.safeParse(texts);
  if (result.success) return result.data;
  throw invalid(problemsOf(result.error));
}

/** For routes without parameters. */
export const NO_PARAMETERS = z.object({});

const parsed = queryMemo();

/** Reads and parses the query of a request: only the parameters of the schema, each once, none empty. */
export function readQuery<Schema extends z.ZodObject>(c: HttpContext, schema: Schema): z.output<Schema> {
  const query = queryOf(c);
  const read = () => parseTexts(schema, textsOf(query, Object.keys(schema.shape)));
  return parsed(schema, query, read) as z.output<Schema>;
}

/** The raw query of a request, from its question mark on. */
export function queryOf(c: HttpContext): string {
  const { url } = c.req;
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}

/** The error of one or more faulty parameters. */
export function invalid(
  issues: Issue[],
  code: 'invalid_request' | 'invalid_cursor' = 'invalid_request',
): AppError {
  const detail = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  return new AppError(code, `${detail}.`, { extensions: { errors: issues } });
}

/** The faults that a schema found, in plain words; `whole` is the path of the whole body. */
export const problemsOf = ({ issues }: Pick<z.ZodError, 'issues'>, whole = ''): Issue[] =>
  issues.map((issue) => ({ path: issue.path.join('.') || whole, message: inWords(issue) }));

/** zod's own messages speak of input and types of JavaScript; those of our schemas are plain already. */
function inWords(issue: z.ZodError['issues'][number]): string {
  if (issue.code === 'unrecognized_keys') return `must not have ${issue.keys.join(', ')}`;
  if (issue.code !== 'invalid_type' || !issue.message.startsWith('Invalid input')) return issue.message;
  if (issue.message.endsWith('received undefined')) return 'is missing';
  return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
}

function unknownParameter(name: string, known: readonly string[]): string {
  const hint = Object.hasOwn(HINTS, name) ? HINTS[name] : undefined;
  const shown = known.length > 0 ? `known are ${known.join(', ')}` : 'this path takes none';
  return `is not a parameter here: ${hint ?? shown}`;
}

/** Comma-separated values, at most 100, each once. */
export const commaSeparated = (item: (text: string) => string = (text) => text) =>
  z.string().transform((text, context) => {
    const values = [
      ...new Set(
        text
          .split(',')
          .map((value) => itemText(value).trim())
          .filter(Boolean),
      ),
    ];
    if (values.length === 0) context.addIssue({ code: 'custom', message: 'holds no value' });
    if (values.length > VALUES_MAX)
      context.addIssue({ code: 'custom', message: `takes at most ${VALUES_MAX} values` });
    return [...new Set(values.map(item))];
  });

/** Comma-separated values from a closed list. */
export const listFrom = <const Value extends string>(allowed: readonly Value[]) =>
  commaSeparated().transform((values, context) => {
    const known = values.filter((value): value is Value => (allowed as readonly string[]).includes(value));
    if (known.length < values.length)
      context.addIssue({ code: 'custom', message: `takes ${allowed.join(', ')}` });
    return known;
  });

export const choice = <const Value extends string>(allowed: readonly Value[]) =>
  z.enum(allowed, { error: `must be one of ${allowed.join(', ')}` });

export const flag = () => choice(['true', 'false']).transform((text) => text === 'true');

export const whole = (least: number, most: number) =>
  z.string().transform((text, context) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    context.addIssue({ code: 'custom', message: `must be a whole number from ${least} to ${most}` });
    return z.NEVER;
  });

const DAY_MICROS = 86_400_000_000n;
export const INSTANT_FORMS =
  'must be a date (2025-01-10), an instant with Z or an offset (2025-01-10T10:00:00Z), or unix seconds or milliseconds';

/** An instant in any of the accepted forms. As an exclusive end, a plain date means the end of that day. */
export const instantParam = (date: 'start of day' | 'end of day' = 'start of day') =>
  z.string().transform((text, context): Instant => {
    // An offset's + arrives as a space when the caller forgot to encode it.
    const parsed = parseInstant(text.replace(/ (?=\d\d:?\d\d$)(?<=T.*)/i, '+')) ?? instantFromUnix(text);
    if (parsed === undefined) {
      context.addIssue({ code: 'custom', message: INSTANT_FORMS });
      return z.NEVER;
    }
    const wholeDay = date === 'end of day' && /^\d{4}-\d\d-\d\d$/.test(text);
    return wholeDay ? endOfDay(parsed) : parsed;
  });

function endOfDay(midnight: Instant): Instant {
  const next = microsOf(midnight) + DAY_MICROS;
  return instantOfMicros(next < INSTANT_MICROS_MAX ? next : INSTANT_MICROS_MAX);
}
