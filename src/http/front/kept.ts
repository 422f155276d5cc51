import type { KeptReply } from '../../kept-replies.ts';
import type { HttpContext } from '../context.ts';
import { META, metaHead } from '../reply.ts';

// A reply that this isolate keeps is used like the copy of a client: its version is part of the statement, and
// without a change the database returns no rows. Replies with ages are not kept, because they change with the clock;
// proofs are not kept either, because each reads the stored bytes again.

/** The reply that this isolate keeps for the request, if it keeps such replies; or null. */
export function keptFor(c: HttpContext): KeptReply | null {
  const { kept } = c.get('deps');
  if (kept === null || c.req.method !== 'GET') return null;
  c.set('is_kept', true);
  return kept.get(keyOf(c), nowMs(c));
}

/** The kept reply if the database has confirmed it; or the given one, which is kept for the next request. */
export function answeredFromKept(c: HttpContext, response: Response): Response {
  if (response.status === 200) keep(c, response);
  const confirmed = c.get('confirmed');
  return response.status === 304 && confirmed !== undefined ? written(c, confirmed, response) : response;
}

function keep(c: HttpContext, response: Response): void {
  const text = c.get('written');
  const tag = response.headers.get('ETag');
  if (text === undefined || tag === null) return;
  // The last member of a reply is meta, and it begins with what belongs to the request.
  const head = `${META}${JSON.stringify({ request_id: c.get('request_id') }).slice(0, -1)}`;
  const from = text.lastIndexOf(head);
  const to = text.indexOf(',"attribution":', from + head.length);
  if (from === -1 || to === -1) return;
  const reply = { tag, headers: [...response.headers], kept_ms: nowMs(c) };
  const [before, after] = [text.slice(0, from), text.slice(to)];
  c.get('deps').kept?.set(keyOf(c), { ...reply, before, after });
}

/** A kept reply for this request. `unchanged` has the headers that depend on the present instant. */
function written(c: HttpContext, { headers: own, before, after }: KeptReply, unchanged: Response): Response {
  const headers = new Headers(unchanged.headers);
  for (const [name, value] of own) if (!headers.has(name)) headers.set(name, value);
  const head = `${META}${JSON.stringify(metaHead(c)).slice(0, -1)}`;
  return new Response(`${before}${head}${after}`, { headers });
}

/** Path and query as written. The reply depends on nothing else: only JSON is kept, and host names are not in it. */
const keyOf = ({ req: { url } }: HttpContext): string => url.slice(url.indexOf('/', url.indexOf('//') + 2));

const nowMs = (c: HttpContext): number => c.get('deps').now().getTime();
