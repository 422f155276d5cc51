// Translates how Cloudflare treats a reply's headers into the terms of RFC 9111, which http-cache-semantics knows.
// The source, unless stated otherwise: developers.cloudflare.com/workers/cache/configuration/.

/** "Header precedence": the first header present decides completely; the others are ignored. */
const PRECEDENCE = ['cloudflare-cdn-cache-control', 'cdn-cache-control', 'cache-control'] as const;

/** "Consumed by Cloudflare and stripped from the response returned to clients". */
export const STRIPPED = ['cloudflare-cdn-cache-control', 'cache-tag'] as const;

/**
 * "Cache-Control semantics": how many seconds a reply without caching headers is kept, by status; replies of other
 * statuses are not kept.
 */
const SECONDS_BY_STATUS: Record<number, number> = {
  200: 7200,
  203: 7200,
  204: 7200,
  300: 1200,
  301: 1200,
  404: 180,
  405: 60,
  410: 180,
  414: 60,
  501: 60,
};

/** "Serve stale on error": without a directive, as long as the entry exists. The library needs a number. */
const FOR_EVER_SECONDS = 315_360_000;

export type Directives = Map<string, string | true>;

export function parseDirectives(text: string): Directives {
  const parts = text.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
  return new Map(
    parts.flatMap((part): [string, string | true][] => {
      const [, name, value] = /^\s*([^=\s]+)\s*(?:=\s*"?([^"]*?)"?\s*)?$/.exec(part) ?? [];
      return name === undefined ? [] : [[name.toLowerCase(), value ?? true]];
    }),
  );
}

/** The deciding header, or null if there is none. */
export function deciding(headers: Headers): Directives | null {
  const name = PRECEDENCE.find((each) => headers.has(each));
  return name === undefined ? null : parseDirectives(headers.get(name) ?? '');
}

/** The reply's headers as a shared cache of the RFC should see them; null if it is never stored. */
export function sharedHeaders(status: number, headers: Headers): Record<string, string> | null {
  if (!mayBeStored(status, headers)) return null;
  const plain = plainHeaders(headers);
  const given = deciding(headers);
  if (given !== null) return { ...plain, 'cache-control': inWordsOfTheRfc(given) };
  if (headers.has('expires')) return { ...plain, 'cache-control': `stale-if-error=${FOR_EVER_SECONDS}` };
  const seconds = SECONDS_BY_STATUS[status];
  if (seconds === undefined) return null;
  return { ...plain, 'cache-control': `max-age=${seconds}, stale-if-error=${FOR_EVER_SECONDS}` };
}

/** "Status codes that are never cached" and "Automatic bypass conditions", and `Vary: *`. */
function mayBeStored(status: number, headers: Headers): boolean {
  const varies = (headers.get('vary') ?? '').split(',').map((name) => name.trim());
  return (
    status !== 206 && !(status >= 520 && status <= 526) && !headers.has('set-cookie') && !varies.includes('*')
  );
}

/** The reply's headers without those about caching, except the deciding one. */
function plainHeaders(headers: Headers): Record<string, string> {
  const plain = Object.fromEntries(headers);
  for (const name of [...PRECEDENCE, 'pragma']) delete plain[name];
  return plain;
}

/** "`s-maxage`, `must-revalidate` and `proxy-revalidate` disable `stale-while-revalidate`", and stale-if-error. */
const NEVER_STALE = ['s-maxage', 'must-revalidate', 'proxy-revalidate'];
/** RFC 9111, section 3.5: each of these allows a cache to store the reply to a request with Authorization. */
const FOR_ALL = ['public', 'must-revalidate', 's-maxage'];

function inWordsOfTheRfc(given: Directives): string {
  const has = (names: readonly string[]) => names.some((name) => given.has(name));
  const seconds = given.get('s-maxage') ?? given.get('max-age');
  const words = ['no-store', 'no-cache', 'private'].filter((name) => given.get(name) === true);
  if (has(FOR_ALL)) words.push('public');
  if (seconds !== undefined) words.push(`max-age=${seconds}`);
  if (!has(NEVER_STALE)) {
    words.push(`stale-while-revalidate=${given.get('stale-while-revalidate') ?? 0}`);
    words.push(`stale-if-error=${given.get('stale-if-error') ?? FOR_EVER_SECONDS}`);
  }
  return words.join(', ');
}
