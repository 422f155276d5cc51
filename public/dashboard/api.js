// The public API, asked as any other client asks it. Decimals are always asked for as strings.

/** @typedef {import('../../docs/client/src/schema.ts').paths} Paths */
/** @typedef {import('../../docs/client/src/schema.ts').components['schemas']} Schemas */
/**
 * What GET answers.
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
 * The parameters of GET, where absent and null are the same; `decimals` is left out of the generated types.
 * @template {ReadPath} Path
 * @typedef {{ [Name in keyof NonNullable<Paths[Path] extends { get: { parameters: { query?: infer Query } } } ? Query : {}> | 'decimals']?: QueryValue }} QueryOf
 */
/** @typedef {'read' | 'upload' | 'scheduler'} TokenName */

/** What the service said instead of an answer. */
export class FailedReply extends Error {
  /**
   * @param {number} status 0 when there was no answer at all
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

// Of this tab only: gone when it closes, and not shared with other tabs.
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
 * @param {Record<string, string | number>} params for its parts in braces
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
 * GET, or throws a FailedReply.
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
  // /health answers 503 with a body that says more than a problem would.
  if (ok || (route === '/health' && 'sources' in body)) return body;
  throw new FailedReply(status, body);
}

/**
 * POST with a token, or throws a FailedReply. The types of a reply to POST are those of what it names.
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

/** What the service says about itself; asked for until it answers once. */
function describe() {
  description ??= ask('/').catch((error) => {
    description = undefined;
    throw error;
  });
  return description;
}

/** @type {Map<string, string>} */
const titles = new Map();
/** The order of sources, as the service lists them. @type {string[]} */
export let sourceOrder = [];

/** Learns which sources there are and how people call them. */
export async function learnSources() {
  const { sources } = await describe();
  for (const { source, title } of sources) titles.set(source, title);
  sourceOrder = sources.map(({ source }) => source);
}

/** @param {string} source */
export const sourceName = (source) => titles.get(source) ?? source;

/** The problem that a FailedReply names; anything else is a fault of ours and goes on. @param {unknown} error */
export function failureOf(error) {
  if (error instanceof FailedReply) return error;
  throw error;
}
