// Requests to the public API, like those of any other client. Decimals are always requested as strings.

/** @typedef {import('../../docs/client/src/schema.ts').paths} Paths */
/** @typedef {import('../../docs/client/src/schema.ts').components['schemas']} Schemas */
/**
 * The reply to GET.
 * @template {keyof Paths} Path
 * @typedef {Paths[Path] extends { get: { responses: { 200: { content: { 'application/json': infer Body } } } } } ? Body : never} Reply
 */
/** @typedef {{ [Path in keyof Paths]: [Reply<Path>] extends [never] ? never : Path }[keyof Paths]} ReadPath */
/**
 * @template {ReadPath} Path
 * @typedef {Reply<Path> extends { data: infer Data } ? Data : never} DataOf
 */
/**
 * @template {ReadPath} Path
 * @typedef {DataOf<Path> extends (infer Row)[] ? Row : never} RowOf
 */
/** @typedef {Schemas['Problem']} Problem */
/** @typedef {string | number | string[] | null | undefined} QueryValue */
/**
 * The parameters of GET. Null means absent. The generated types omit `decimals`.
 * @template {ReadPath} Path
 * @typedef {{ [Name in keyof NonNullable<Paths[Path] extends { get: { parameters: { query?: infer Query } } } ? Query : {}> | 'decimals']?: QueryValue }} QueryOf
 */
/** @typedef {'read' | 'upload' | 'scheduler'} TokenName */

/** A reply of the service that is not an answer. */
export class FailedReply extends Error {
  /**
   * @param {number} status 0 if there was no reply
   * @param {Partial<Problem> & { candidates?: string[] }} problem
   */
  constructor(status, problem) {
    super(problem.detail ?? `The service answered ${status}.`);
    this.status = status;
    /** @type {string} */
    this.code = problem.code ?? 'unknown';
    this.candidates = problem.candidates ?? [];
    this.errors = problem.errors ?? [];
  }
}

// Tokens of this tab: they are gone when it closes, and other tabs do not see them.
export const tokens = {
  /** @param {TokenName} name */
  get: (name) => sessionStorage.getItem(`cointape.${name}_token`),
  /**
   * @param {TokenName} name
   * @param {string | null} token
   */
  set(name, token) {
    if (token) sessionStorage.setItem(`cointape.${name}_token`, token);
    else sessionStorage.removeItem(`cointape.${name}_token`);
  },
};

/**
 * @param {TokenName} name
 * @returns {Record<string, string>}
 */
export function authorization(name) {
  const token = tokens.get(name);
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/**
 * The address of a route.
 * @param {string} route
 * @param {Record<string, string | number>} params the values of its parts in braces
 * @param {Record<string, QueryValue>} query
 */
export function addressOf(route, params = {}, query = {}) {
  const path = route.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(params[name])));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  );
  const text = new URLSearchParams(pairs).toString();
  return text === '' ? path : `${path}?${text}`;
}

/**
 * Sends a GET request. Throws a FailedReply.
 * @template {ReadPath} Path
 * @param {Path} route
 * @param {QueryOf<Path> | { cursor: string }} query
 * @param {{ params?: Record<string, string | number>, token?: TokenName, signal?: AbortSignal }} options
 * @returns {Promise<Reply<Path>>}
 */
export async function ask(route, query = {}, { params, token = 'read', signal } = {}) {
  const headers = { Accept: 'application/json', ...authorization(token) };
  const { ok, status, body } = await exchange(addressOf(route, params, query), {
    headers,
    signal: signal ?? null,
  });
  // With status 503, the body of /health says more than a problem.
  if (ok || (route === '/health' && 'sources' in body)) return body;
  throw new FailedReply(status, body);
}

/**
 * Sends a POST request with a token. Throws a FailedReply. The reply has the id of the created object.
 * @param {string} path
 * @param {TokenName} token
 * @param {Record<string, string>} [content] sent as JSON
 * @returns {Promise<{ id?: string }>}
 */
export async function send(path, token, content) {
  const type = content && { 'Content-Type': 'application/json' };
  const { ok, status, body } = await exchange(path, {
    method: 'POST',
    headers: { Accept: 'application/json', ...authorization(token), ...type },
    body: content ? JSON.stringify(content) : null,
  });
  if (ok) return body;
  throw new FailedReply(status, body);
}

/**
 * @param {string} address
 * @param {RequestInit} request
 */
async function exchange(address, request) {
  try {
    const response = await fetch(address, request);
    const body = await response.json().catch(() => ({}));
    return { ok: response.ok, status: response.status, body };
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new FailedReply(0, { detail: 'The service cannot be reached.', code: 'unreachable' });
  }
}

/** @type {Promise<Reply<'/'>> | undefined} */
let description;

/** The service's description of itself; repeats the request until one succeeds. */
function describe() {
  description ??= ask('/').catch((error) => {
    description = undefined;
    throw error;
  });
  return description;
}

/** @type {Map<string, string>} */
const titles = new Map();
/** The order in which the service lists its sources. @type {string[]} */
export let sourceOrder = [];

/** Learns the sources and their names for people. */
export async function learnSources() {
  const { sources } = await describe();
  for (const { source, title } of sources) titles.set(source, title);
  sourceOrder = sources.map(({ source }) => source);
}

/** @param {string} source */
export const sourceName = (source) => titles.get(source) ?? source;

/** Returns a FailedReply. Throws any other error again: it is a fault of this page. @param {unknown} error */
export function failureOf(error) {
  if (error instanceof FailedReply) return error;
  throw error;
}
