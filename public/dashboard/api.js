// The public API, asked like anybody else asks it. Decimals are always asked for as strings.

/** What the service said instead of an answer. */
export class Refusal extends Error {
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
 * GET, or throws a Refusal.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 * @param {{ token?: TokenName, signal?: AbortSignal }} options
 * @returns {Promise<any>}
 */
export async function ask(path, query = {}, { token = 'read', signal } = {}) {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)]],
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
    throw new Refusal(0, { detail: 'The service cannot be reached.', code: 'unreachable' });
  }
  const body = await response.json().catch(() => ({}));
  // /health answers 503 with a body that tells more than a problem would.
  if (response.ok || (path === '/health' && body.status)) return body;
  throw new Refusal(response.status, body);
}

/** @type {Promise<Set<string>> | undefined} */
let routes;

/**
 * The answer, or null where this service has no such route.
 * @param {string} path
 * @param {Record<string, string | number | null | undefined>} query
 */
export async function askIfServed(path, query = {}) {
  routes ??= listRoutes();
  const served = await routes.catch((error) => {
    routes = undefined; // the next question tries again
    throw error;
  });
  return served.has(path) ? ask(path, query) : null;
}

async function listRoutes() {
  const { endpoints } = await ask('/');
  return new Set(endpoints.map((/** @type {{ path: string }} */ { path }) => path));
}

/** @type {Record<string, string>} */
const NAMES = { coingecko: 'CoinGecko', coinpaprika: 'CoinPaprika', csv: 'Files' };

/** @param {string} source */
export const sourceName = (source) => NAMES[source] ?? source;
