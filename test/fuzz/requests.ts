import fc from 'fast-check';
import { oddEscape, oddJson, oddText } from './odd-texts.ts';
import { closed, type Operation, type Parameter, type Schema } from './operations.ts';

/** A request as sent; `target` is path and query. */
export interface FuzzRequest {
  method: string;
  target: string;
  headers: [name: string, value: string][];
  body: string | Uint8Array | null;
}

/** Existing values, by the name of their parameter; lists grow when replies have more. */
export type Known = Record<string, string[]>;

/** Requests to an operation: most of them valid, the others nearly valid. */
export function requestsTo(operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      method: methodFor(operation),
      path: pathFor(operation, known),
      query: queryFor(operation, known),
      headers: headersFor(operation),
      body: bodyFor(operation, known),
    })
    .map(({ path, query, method, headers, body }) => ({
      method,
      target: path + (query.length > 0 ? `?${query.join('&')}` : ''),
      headers: withLength(headers, operation, body),
      body: method === 'GET' || method === 'HEAD' ? null : body,
    }));
}

function methodFor({ method }: Operation): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 16, arbitrary: fc.constant<string>(method) },
    { weight: 3, arbitrary: fc.constant(method === 'GET' ? 'HEAD' : method) },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD') },
  );
}

function pathFor(operation: Operation, known: Known): fc.Arbitrary<string> {
  const { path } = operation;
  const ids = operation.parameters.filter((parameter) => parameter.in === 'path');
  const values = ids.map(({ name }) =>
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.nat().map((n) => encodeURIComponent(pick(known[`${path} ${name}`], n) ?? '1')),
      },
      { weight: 3, arbitrary: oddText.map(escaped) },
      { weight: 1, arbitrary: oddEscape },
    ),
  );
  return fc
    .tuple(...values)
    .map((texts) =>
      ids.reduce((filled, { name }, i) => filled.replace(`{${name}}`, () => texts[i] ?? ''), path),
    );
}

/** `name=value` pairs, escaped. Many are absent, some come twice, and some are unknown. */
function queryFor(operation: Operation, known: Known): fc.Arbitrary<string[]> {
  const declared = operation.parameters.filter((parameter) => parameter.in === 'query');
  const some = fc
    .subarray(declared, { maxLength: Math.min(4, declared.length) })
    .chain((chosen) =>
      fc.tuple(...withRequired(declared, chosen).map((parameter) => pairFor(parameter, known))),
    );
  const strange = fc.oneof(
    fc.tuple(oddText, oddText).map(([name, value]) => `${escaped(name)}=${escaped(value)}`),
    oddEscape,
    fc.constantFrom('page=2', '_=1', 'limit', '&', '=', '__proto__=1', 'limit[]=1', 'limit[a]=1'),
  );
  const strangers = fc.oneof(
    { weight: 9, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.array(strange, { minLength: 1, maxLength: 2 }) },
  );
  return fc.tuple(some, strangers).map((parts) => parts.flat());
}

const withRequired = (declared: Parameter[], chosen: Parameter[]): Parameter[] => [
  ...declared.filter((parameter) => parameter.required),
  ...chosen.filter((parameter) => !parameter.required),
];

function pairFor({ name, schema }: Parameter, known: Known): fc.Arbitrary<string> {
  const value = fc.oneof(
    { weight: 9, arbitrary: valueFor(name, schema, known) },
    { weight: 1, arbitrary: oddText.map(escaped) },
  );
  const twice = fc.oneof(
    { weight: 30, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  );
  return fc.tuple(value, twice).map(([text, again]) => `${name}=${text}${again ? `&${name}=${text}` : ''}`);
}

function valueFor(name: string, schema: Schema, known: Known): fc.Arbitrary<string> {
  if (schema.type === 'integer' || schema.type === 'number')
    return fc
      .integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 100_000, 100_000) })
      .map(String);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum.map(String));
  const list = () => known[name] ?? ['x'];
  return fc
    .array(fc.nat(), { minLength: 1, maxLength: 3 })
    .map((places) => places.map((place) => encodeURIComponent(pick(list(), place) ?? '')))
    .map((texts) => (LISTS.has(name) ? texts.join(',') : (texts[0] ?? '')));
}

const LISTS = new Set([
  'asset',
  'symbol',
  'ticker',
  'source',
  'external_id',
  'kind',
  'fields',
  'status',
  'state',
]);

function headersFor({ needs_token }: Operation): fc.Arbitrary<[string, string][]> {
  const token = fc.oneof(
    { weight: needs_token ? 30 : 4, arbitrary: fc.constant('Bearer dev') },
    { weight: 4, arbitrary: fc.constant('') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'Bearer',
        'Bearer  ',
        'Basic ZGV2',
        'bearer dev',
        'Bearer dev dev',
        'Bearer de',
        `Bearer ${'x'.repeat(9_000)}`,
      ),
    },
  );
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 4 });
  const accept = fc.constantFrom(
    '*/*',
    'application/json',
    'text/csv',
    'application/x-ndjson',
    'text/html',
    'image/png',
    'text/csv;q=x',
    ',',
    'x'.repeat(3_000),
  );
  const others = fc.subarray<[string, string]>(
    [
      ['If-None-Match', 'W/"zzzzzzzzzzzz-local", *, "'],
      ['If-None-Match', '*'],
      ['X-Request-Id', '"><script>'],
      ['X-Request-Id', 'trace-12345678'],
      ['Accept-Encoding', 'gzip;q=nan, *;q=0'],
      ['Range', 'bytes=0-1'],
      ['Host', 'evil.test'],
      ['X-Forwarded-Host', 'evil.test'],
      ['X-HTTP-Method-Override', 'DELETE'],
      ['Cookie', 'a=b'],
      ['X-Big', 'x'.repeat(60_000)],
    ],
    { maxLength: 2 },
  );
  return fc
    .tuple(token, maybe(accept), others)
    .map(([bearer, kind, rest]) => [
      ...(bearer === '' ? [] : [['Authorization', bearer] as [string, string]]),
      ...(kind === null ? [] : [['Accept', kind] as [string, string]]),
      ...rest,
    ]);
}

function bodyFor({ body, body_type }: Operation, known: Known): fc.Arbitrary<string | Uint8Array | null> {
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => new Uint8Array(array));
  if (body === null) return fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, oddJson);
  if (body_type === 'text/csv') return fc.oneof({ weight: 4, arbitrary: csvText(known) }, oddJson, bytes);
  const fitting = jsonFor(closed(body), known).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 5, arbitrary: fitting },
    { weight: 3, arbitrary: oddJson },
    bytes,
    fc.constant(null),
  );
}

/** A value of the schema; texts are existing values, or odd. */
function jsonFor(schema: Schema, known: Known, name = ''): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.type === 'object') {
    const members: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, value]) => [key, jsonFor(value, known, key)]),
    );
    const record = fc.record(members, { requiredKeys: schema.required ?? [] });
    return 'asset' in members && 'symbol' in members ? namedOnce(record) : record;
  }
  if (schema.type === 'array')
    return fc.array(jsonFor(schema.items ?? {}, known, name), { minLength: 1, maxLength: 3 });
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? 1, max: schema.maximum ?? 50 });
  const some = fc.nat().map((n) => pick(known[name], n) ?? 'Because.');
  return fc.oneof({ weight: 4, arbitrary: some }, { weight: 1, arbitrary: oddText });
}

/** A coin is named by one of two members, which no schema says; sometimes by both. */
const namedOnce = (record: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<unknown> =>
  fc
    .tuple(record, fc.constantFrom('asset', 'symbol', 'asset', 'symbol', ''))
    .map(([value, left]) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== left)));

const csvText = (known: Known): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...HEADERS),
      fc.array(fc.array(fc.oneof(oddText, fc.constantFrom('2025-01-10', '1.5')), { maxLength: 5 }), {
        maxLength: 4,
      }),
      fc.nat(),
    )
    .map(([header, rows, n]) =>
      [header, ...rows.map((cells) => cells.join(',')), pick(known.symbol, n)].join('\n'),
    );

const HEADERS = [
  'snapped_at,price,market_cap,total_volume',
  'Date,Open,High,Low,Close,Adj Close,Volume',
  '__proto__,constructor,price',
  'a;b;c',
  '=1+1,@x',
];

/** Uploads state their length; a few state a wrong one. */
function withLength(
  headers: [string, string][],
  { body_type }: Operation,
  body: string | Uint8Array | null,
): [string, string][] {
  if (body_type !== 'text/csv') return headers;
  const size = typeof body === 'string' ? new TextEncoder().encode(body).length : (body?.length ?? 0);
  const told = size % 17 === 3 ? 'many' : size % 17 === 5 ? String(size + 9) : String(size);
  return [
    ...headers,
    ['Content-Length', told],
    ...(size % 7 === 1 ? [['Content-Encoding', 'gzip'] as [string, string]] : []),
  ];
}

const pick = (list: string[] | undefined, place: number): string | undefined =>
  list === undefined || list.length === 0 ? undefined : list[place % list.length];

/** Percent escapes of any text; half a surrogate pair becomes the bytes that some clients would write for it. */
const escaped = (text: string): string =>
  text.isWellFormed()
    ? encodeURIComponent(text)
    : encodeURIComponent(text.toWellFormed()).replace('%EF%BF%BD', '%ED%A0%BD');
