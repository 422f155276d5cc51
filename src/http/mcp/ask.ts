import { Hono } from 'hono';
import { assetDivergence } from '../assets/divergence.ts';
import { assets } from '../assets/list.ts';
import { candles } from '../candles/list.ts';
import type { HttpContext, HttpEnv } from '../context.ts';
import { data } from '../data/list.ts';
import { mount } from '../mount.ts';
import { prices } from '../prices/list.ts';
import { proof } from '../proof/fact.ts';
import { invalid } from '../query.ts';
import { health } from '../service/health.ts';

/** How tools send requests. */
const ROUTES = [assets, prices, candles, data, proof, assetDivergence, health];

export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/** The answer of a route to this caller. Throws the problem of the route. */
export type Ask = <Reply>(path: string, query?: Query) => Promise<Reply>;

/** The routes behind the tools, called inside this request: they alone check, permit and answer. */
export function routesFor(c: HttpContext): Ask {
  const app = new Hono<HttpEnv>();
  app.onError((error) => {
    throw error;
  });
  app.use(async (inner, next) => {
    inner.set('request_id', c.get('request_id'));
    inner.set('started_ms', c.get('started_ms'));
    inner.set('deps', c.get('deps'));
    inner.set('tokens', c.get('tokens'));
    inner.set('reader', c.get('reader'));
    await next();
  });
  for (const endpoint of ROUTES) mount(app, endpoint);
  const sent = c.req.header('Authorization');
  const headers: HeadersInit = sent === undefined ? {} : { Authorization: sent };
  return async <Reply>(path: string, query: Query = {}) => {
    const url = new URL(`${path}${queryText(query)}`, c.req.url);
    const reply = await app.fetch(new Request(url, { headers }), c.env);
    return reply.json<Reply>();
  };
}

/** A text in a URL. Throws `invalid_request` for half a character, which no URL can hold. */
export function encodedText(text: string): string {
  if (!text.isWellFormed())
    throw invalid([{ path: 'arguments', message: 'hold half a character (a lone surrogate)' }]);
  return encodeURIComponent(text);
}

/** Each item of a list is encoded separately: a comma inside an item is not a separator. */
function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const texts = typeof value === 'object' ? value : [String(value)];
    return [`${name}=${texts.map(encodedText).join(',')}`];
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
