import createClient, { type Client } from 'openapi-fetch';
import { type components, EXACT_PATHS, type paths } from './schema.ts';

export type { components, operations, paths } from './schema.ts';

type Schemas = components['schemas'];
/** A row of /data, with every number as a text of all its digits. */
export type Observation = Schemas['DataRow'];
export type Price = Schemas['Price'];
export type Candle = Schemas['Candle'];
export type Asset = Schemas['Asset'];
export type Problem = Schemas['Problem'];

export interface TapeOptions {
  /** Such as https://tape.example.com */
  baseUrl: string;
  /** Where reading needs one. */
  token?: string;
  fetch?: (request: Request) => Promise<Response>;
}

// Of the formats that a route has; CSV and NDJSON are for streams.
type Json = 'application/json' | 'application/problem+json';

type JsonOf<Operation> = Operation extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;
type BodyOf<Path extends keyof paths> = paths[Path] extends { get: infer Get } ? JsonOf<Get> : never;
type Paged = { data: unknown[]; pagination: { next_cursor: string | null } };

/** Routes that answer in pages. */
export type ListPath = {
  [Path in keyof paths]: [BodyOf<Path>] extends [never] ? never : BodyOf<Path> extends Paged ? Path : never;
}[keyof paths];
export type RowOf<Path extends ListPath> = BodyOf<Path> extends { data: (infer Row)[] } ? Row : never;
export type QueryOf<Path extends ListPath> = paths[Path] extends {
  get: { parameters: { query?: infer Query } };
}
  ? NonNullable<Query>
  : never;

/** What the service answers when it cannot do what it was asked. */
export class TapeError extends Error {
  readonly problem: Problem;
  readonly status: number;
  readonly code: string;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.name = 'TapeError';
    this.problem = problem;
    this.status = problem.status;
    this.code = problem.code;
  }
}

export interface Tape extends Client<paths, Json> {
  /**
   * Every row of a list, page by page. The pages see the data as of the first one. Throws TapeError.
   */
  rows<Path extends ListPath>(path: Path, query?: QueryOf<Path>): AsyncGenerator<RowOf<Path>>;
}

/** A client of one deployment. Its methods are those of openapi-fetch, on the routes of the OpenAPI document. */
export function createTape({ baseUrl, token, fetch }: TapeOptions): Tape {
  const client = createClient<paths, Json>({
    baseUrl,
    querySerializer: queryText,
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
    ...(fetch === undefined ? {} : { fetch }),
  });
  client.use({
    onRequest({ request, schemaPath }) {
      if (!EXACT_PATHS.has(schemaPath)) return undefined;
      const url = new URL(request.url);
      // Not by searchParams, which would encode the commas of lists.
      url.search += `${url.search === '' ? '?' : '&'}decimals=string`;
      return new Request(url, request);
    },
  });
  const rows = <Path extends ListPath>(path: Path, query?: QueryOf<Path>): AsyncGenerator<RowOf<Path>> =>
    // Every list answers as /data does.
    walk(client, path as '/data', query as QueryOf<'/data'>) as AsyncGenerator<RowOf<Path>>;
  return { ...client, rows };
}

/**
 * Commas of a text separate the names of a list, so they stay as they are. In an array each name is encoded by itself,
 * with its commas.
 */
const queryText = (query: Record<string, unknown>): string =>
  Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join('&');

const valueText = (value: unknown): string =>
  Array.isArray(value)
    ? value.map((one) => encodeURIComponent(String(one))).join(',')
    : encodeURIComponent(String(value)).replaceAll('%2C', ',');

async function* walk(
  client: Client<paths, Json>,
  path: '/data',
  first: QueryOf<'/data'> = {},
): AsyncGenerator<RowOf<'/data'>> {
  let query = first;
  for (;;) {
    const { data: page, error }: { data?: BodyOf<'/data'>; error?: Problem } = await client.GET(path, {
      params: { query },
    });
    if (page === undefined) throw new TapeError(error ?? UNREADABLE);
    yield* page.data;
    const { next_cursor } = page.pagination;
    if (next_cursor === null) return;
    query = { cursor: next_cursor };
  }
}

/** What stands for a reply without a body, such as that of a proxy. */
const UNREADABLE: Problem = {
  type: 'about:blank',
  title: 'No problem document',
  status: 0,
  detail: 'The reply is neither a page nor a problem document.',
  instance: '',
  code: 'unreadable',
  request_id: '',
};
