import { AppError } from '../../errors.ts';
import type { HttpContext } from '../context.ts';

/**
 * Refuses pages that reach this service under a name that their owner may have pointed here (DNS rebinding), as the
 * MCP specification demands. Such a page has the same origin as its calls, over plain http, because nobody else has
 * a certificate for our names. Pages of other origins may read, here as everywhere: calls that need a token need it
 * from them too, and a browser does not send one by itself.
 */
export function demandOrigin(c: HttpContext): void {
  const origin = c.req.header('Origin');
  if (origin === undefined || origin === 'null') return;
  const page = URL.canParse(origin) ? new URL(origin) : null;
  if (page === null) throw refusal('The header Origin is not an origin.');
  const own = new URL(c.req.url);
  const isOwn = [own.host, c.req.header('Host')].includes(page.host);
  if (isOwn && page.protocol === 'http:' && isPublicName(page.hostname))
    throw refusal(`Pages of ${page.host} may not ask over http. Use https, or the address of this service.`);
}

/** Whether it may be a public DNS name: neither an address nor a name of the local network. */
const isPublicName = (host: string): boolean =>
  host.includes('.') && !/^[\d.]+$/.test(host) && !/\.(localhost|local|internal|home\.arpa|test)$/.test(host);

const refusal = (message: string): AppError => new AppError('foreign_origin', message);
