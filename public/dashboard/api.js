// The public API, asked like anybody else asks it. Decimals are always asked for as strings.

/** What the service said instead of an answer. */
export class FailedReply extends Error {
  /**
   * @param {number} status 0 when there was no answer at all
   * @param {Record<string, any>} problem
   */
  constructor(status, problem) {
    super(problem.detail ?? `The service answered ${status}.`);
    this.status = status;
    /** @type {string} */
    this.code = problem.code ?? 'unknown';
    /** @type {string[]} */
    this.candidates = problem.candidates ?? [];
    /** @type {{ path: string, message: string }[]} */
    this.errors = problem.errors ?? [];
  }
}

/** @typedef {'read' | 'upload'} TokenName */

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
 * GET, or throws a FailedReply.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 * @param {{ token?: TokenName, signal?: AbortSignal }} options
 * @returns {Promise<any>}
 */
export async function ask(path, query = {}, { token = 'read', signal } = {}) {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  );
  const text = new URLSearchParams(asked).toString();
  const request = {
    headers: { Accept: 'application/json', ...authorization(token) },
    signal: signal ?? null,
  };
  let response;
  try {
    response = await fetch(text ? `${path}?${text}` : path, request);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new FailedReply(0, { detail: 'The service cannot be reached.', code: 'unreachable' });
  }
  const body = await response.json().catch(() => ({}));
  // /health answers 503 with a body that tells more than a problem would.
  if (response.ok || (path === '/health' && body.status)) return body;
  throw new FailedReply(response.status, body);
}

/**
 * @typedef {object} Description
 * @property {{ path: string }[]} endpoints
 * @property {{ source: string, title: string, polled: boolean }[]} sources
 */

/** @type {Promise<Description> | undefined} */
let description;

/** What the service says about itself; asked for until it answers once. */
function describe() {
  description ??= ask('/').catch((error) => {
    description = undefined;
    throw error;
  });
  return description;
}

/**
 * The answer, or null where this service has no such route.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 */
export async function askIfServed(path, query = {}) {
  const { endpoints } = await describe();
  return endpoints.some((endpoint) => endpoint.path === path) ? ask(path, query) : null;
}

/** @type {Map<string, string>} */
const titles = new Map();
/** The sources that are polled: the columns of the price table. @type {string[]} */
export let polledSources = [];

/** Learns which sources there are and how people call them. */
export async function learnSources() {
  const { sources } = await describe();
  for (const { source, title } of sources) titles.set(source, title);
  polledSources = sources.filter(({ polled }) => polled).map(({ source }) => source);
}

/** @param {string} source */
export const sourceName = (source) => titles.get(source) ?? source;
