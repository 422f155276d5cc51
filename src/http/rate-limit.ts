import type { MiddlewareHandler } from 'hono';
import { AppError } from '../errors.ts';
import { bearerOf, neededToken } from './access.ts';
import type { HttpContext, HttpEnv } from './context.ts';

const PERIOD_SECONDS = 60;

/**
 * 600 requests a minute (wrangler.toml has the number) per Cloudflare location, for each address and for each named
 * read token: requests with a named token do not count for their address.
 */
export const rateLimit: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const name = c.get('reader')?.name ?? null;
  if (await readsPart(c)) return next();
  if (c.get('deps').settings.RATE_LIMIT === 'on' && !(await isWithin(c, name))) {
    const whose = name === null ? 'from this address' : `with the read token of ${name}`;
    throw new AppError('rate_limited', `Too many requests ${whose}. Wait a minute.`, {
      retry_after_s: PERIOD_SECONDS,
    });
  }
  await next();
};

/** A reader of Parquet requests many ranges of a part; a client that may not read it has the usual limit. */
async function readsPart(c: HttpContext): Promise<boolean> {
  if (!c.req.path.startsWith('/lake/') || !['GET', 'HEAD'].includes(c.req.method)) return false;
  const variable = neededToken(c, 'bulk');
  if (variable === null) return true;
  const given = bearerOf(c);
  return given !== undefined && (await c.get('tokens').holderOf(variable, given)) !== undefined;
}

/** If the limiter fails, requests pass: it protects the service and must not bring it down. */
async function isWithin(c: HttpContext, name: string | null): Promise<boolean> {
  try {
    // No address begins with this prefix.
    const key =
      name === null ? clientOf(c.req.header('CF-Connecting-IP') ?? 'unknown') : `read token ${name}`;
    return (await c.env.RATE_LIMITER?.limit({ key }))?.success ?? true;
  } catch (error) {
    c.get('deps').log.warn('limiter.failed', { message: error instanceof Error ? error.message : 'unknown' });
    return true;
  }
}

/**
 * The identity of a client: an IPv4 address, or the first half of an IPv6 address, because a household has 2⁶⁴ of
 * those.
 */
export function clientOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
  return `${all.slice(0, 4).join(':').toLowerCase()}::/64`;
}
