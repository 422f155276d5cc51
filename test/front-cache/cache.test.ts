import { expect, it } from 'vitest';
import { FrontCache, type FrontOptions } from '../../scripts/front-cache/front.ts';

// The strict cache itself. The name of each test is documented at developers.cloudflare.com/workers/cache/, on the
// page that it names, or in RFC 9111.

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A one-tier cache in front of a Worker that gives the scripted answer, and 304 if the request has its tag. */
function standing(options: Partial<FrontOptions> = {}) {
  const clock = { ms: 0 };
  const front = new FrontCache({ now: () => clock.ms, places: 0, ...options });
  const state: { reply: Reply; asked: Request[]; version: string; gate: Promise<void> | null } = {
    reply: {},
    asked: [],
    version: 'v1',
    gate: null,
  };
  const worker = async (request: Request): Promise<Response> => {
    state.asked.push(request);
    const { status = 200, headers = {}, body = 'text' } = state.reply;
    await state.gate;
    if (status === 0) throw new Error('The Worker is out of order.');
    if (headers.ETag !== undefined && request.headers.get('If-None-Match') === headers.ETag)
      return new Response(null, { status: 304, headers });
    return new Response(status === 204 ? null : body, { status, headers });
  };
  const ask = async (path: string, init: RequestInit & { place?: number } = {}) => {
    const request = new Request(`https://tape.test${path}`, init);
    const reply = await front.fetch(request, { version: state.version, fetch: worker }, init.place);
    return {
      reply,
      status: reply.status,
      how: reply.headers.get('Cf-Cache-Status'),
      text: await reply.text(),
    };
  };
  const how = async (path: string, init: RequestInit & { place?: number } = {}) =>
    (await ask(path, init)).how;
  const after = (seconds: number) => {
    clock.ms += seconds * 1000;
  };
  return { front, state, ask, how, after, calls: front.contextOf('v1') };
}

const KEPT = { 'Cache-Control': 'public, max-age=60' };

it.each([
  ['max-age', { 'Cache-Control': 'max-age=60' }, ['HIT', 'EXPIRED']],
  [
    'cloudflare-cdn-cache-control first',
    {
      'Cloudflare-CDN-Cache-Control': 'max-age=60',
      'CDN-Cache-Control': 'no-store',
      'Cache-Control': 'no-store',
    },
    ['HIT', 'EXPIRED'],
  ],
  [
    'then cdn-cache-control',
    { 'CDN-Cache-Control': 'max-age=60', 'Cache-Control': 'private' },
    ['HIT', 'EXPIRED'],
  ],
  [
    'nothing of what is less precise',
    {
      'Cloudflare-CDN-Cache-Control': 'max-age=60',
      'Cache-Control': 'max-age=3600, stale-while-revalidate=600',
    },
    ['HIT', 'EXPIRED'],
  ],
  ['no-store', { 'Cache-Control': 'no-store' }, ['BYPASS', 'BYPASS']],
  ['private', { 'Cache-Control': 'private, max-age=60' }, ['BYPASS', 'BYPASS']],
  ['no-cache: stored, and stale at once', { 'Cache-Control': 'no-cache' }, ['EXPIRED', 'EXPIRED']],
  [
    'no-cache with stale-while-revalidate',
    { 'Cache-Control': 'no-cache, stale-while-revalidate=60' },
    ['UPDATING', 'UPDATING'],
  ],
  [
    'stale-while-revalidate',
    { 'Cache-Control': 'max-age=30, stale-while-revalidate=60' },
    ['HIT', 'UPDATING'],
  ],
  [
    's-maxage forbids to serve stale',
    { 'Cache-Control': 's-maxage=30, stale-while-revalidate=60' },
    ['HIT', 'EXPIRED'],
  ],
  [
    'must-revalidate forbids to serve stale',
    { 'Cache-Control': 'max-age=30, must-revalidate, stale-while-revalidate=60' },
    ['HIT', 'EXPIRED'],
  ],
  [
    'proxy-revalidate forbids to serve stale',
    { 'Cache-Control': 'max-age=30, proxy-revalidate, stale-while-revalidate=60' },
    ['HIT', 'EXPIRED'],
  ],
  ['words in any case', { 'Cache-Control': 'Max-Age=60' }, ['HIT', 'EXPIRED']],
  ['Vary: *', { ...KEPT, Vary: '*' }, ['BYPASS', 'BYPASS']],
  ['Set-Cookie', { ...KEPT, 'Set-Cookie': 'a=b' }, ['BYPASS', 'BYPASS']],
  ['Expires alone', { Expires: new Date(60_000).toUTCString() }, ['HIT', 'EXPIRED']],
])('configuration, headers: %s', async (_, headers, [soon, later]) => {
  const { state, how, after, front } = standing();
  state.reply = { headers };
  const first = await how('/a');
  after(20);
  expect([first === 'BYPASS' ? 'BYPASS' : 'MISS', await how('/a')]).toEqual([first, soon]);
  after(45);
  expect(await how('/a')).toBe(later);
  await front.settled();
});

it.each([
  [200, 7200],
  [203, 7200],
  [204, 7200],
  [300, 1200],
  [301, 1200],
  [404, 180],
  [405, 60],
  [410, 180],
  [414, 60],
  [501, 60],
])('configuration, defaults: %i without caching headers is kept for %i s', async (status, seconds) => {
  const { state, how, after } = standing();
  state.reply = { status };
  await how('/a');
  after(seconds - 1);
  expect(await how('/a')).toBe('HIT');
  after(1);
  expect(await how('/a')).not.toBe('HIT');
});

it.each([302, 400, 401, 500, 503])('configuration, defaults: %i is not kept', async (status) => {
  const { state, how } = standing();
  state.reply = { status };
  expect([await how('/a'), await how('/a')]).toEqual(['BYPASS', 'BYPASS']);
});

it.each([206, 520, 526])('limitations: %i is never kept', async (status) => {
  const { state, how } = standing();
  state.reply = { status, headers: KEPT };
  expect([await how('/a'), await how('/a')]).toEqual(['BYPASS', 'BYPASS']);
});

it('configuration: tags and the header for Cloudflare alone do not reach clients', async () => {
  const { state, ask } = standing();
  state.reply = {
    headers: {
      ...KEPT,
      'Cache-Tag': 'a',
      'Cloudflare-CDN-Cache-Control': 'max-age=9',
      'CDN-Cache-Control': 'max-age=8',
    },
  };
  for (const { reply } of [await ask('/a'), await ask('/a')])
    expect(
      ['cache-tag', 'cloudflare-cdn-cache-control', 'cdn-cache-control', 'cache-control'].map((name) =>
        reply.headers.get(name),
      ),
    ).toEqual([null, null, 'max-age=8', 'public, max-age=60']);
});

it.each([
  ['another order of parameters', '/a?x=1&y=2', '/a?y=2&x=1', {}, 'MISS'],
  ['a slash at the end', '/a', '/a/', {}, 'MISS'],
  ['another coding of a character', '/a?x=%41', '/a?x=A', {}, 'MISS'],
  ['a method override', '/a', '/a', { 'X-HTTP-Method-Override': 'PUT' }, 'MISS'],
  ['a forwarded host', '/a', '/a', { 'X-Forwarded-Host': 'other.test' }, 'MISS'],
  ['an odd forwarded scheme', '/a', '/a', { 'X-Forwarded-Scheme': 'ftp' }, 'MISS'],
  ['the usual forwarded scheme', '/a', '/a', { 'X-Forwarded-Scheme': 'https' }, 'HIT'],
  ['a cookie', '/a', '/a', { Cookie: 'a=b' }, 'HIT'],
  ['a token', '/a', '/a', { Authorization: 'Bearer x' }, 'HIT'],
])('cache keys: %s', async (_, first, second, headers, wanted) => {
  const { state, how } = standing();
  state.reply = { headers: KEPT };
  await how(first);
  expect(await how(second, { headers })).toBe(wanted);
});

it('cache keys: host names of the Worker share a cache, and versions do not', async () => {
  const { front, state, how } = standing();
  state.reply = { headers: KEPT };
  await how('/a');
  const worker = async () => new Response('never asked');
  const other = await front.fetch(new Request('http://elsewhere.test/a'), { version: 'v1', fetch: worker });
  expect(other.headers.get('Cf-Cache-Status')).toBe('HIT');
  state.version = 'v2';
  expect(await how('/a')).toBe('MISS');
});

it('cache keys: HEAD on a cold cache becomes GET, and both share the stored reply', async () => {
  const { state, ask, how } = standing();
  state.reply = { headers: KEPT };
  expect(await ask('/a', { method: 'HEAD' })).toMatchObject({ how: 'MISS', text: '' });
  expect(state.asked.map(({ method }) => method)).toEqual(['GET']);
  expect(await ask('/a')).toMatchObject({ how: 'HIT', text: 'text' });
  expect(await how('/a', { method: 'HEAD' })).toBe('HIT');
});

it('limitations: other methods always run the Worker, and do not change the stored reply', async () => {
  const { state, how } = standing();
  state.reply = { headers: KEPT };
  await how('/a');
  expect([await how('/a', { method: 'POST' }), await how('/a')]).toEqual(['BYPASS', 'HIT']);
});

it.each([
  ['max-age=60', 'BYPASS'],
  ['public, max-age=60', 'HIT'],
  ['s-maxage=60', 'HIT'],
  ['max-age=60, must-revalidate', 'HIT'],
])('RFC 9111, section 3.5: a reply to a token with %s', async (value, wanted) => {
  const { state, how } = standing();
  state.reply = { headers: { 'Cache-Control': value } };
  const headers = { Authorization: 'Bearer x' };
  await how('/a', { headers });
  expect(await how('/a', { headers })).toBe(wanted);
});

it('configuration, Vary: each exact value is a variant, which no other value gets', async () => {
  const { state, ask } = standing();
  const of = async (accept?: string) => {
    const { how, text } = await ask('/a', accept === undefined ? {} : { headers: { Accept: accept } });
    return [how, text];
  };
  state.reply = { headers: { ...KEPT, Vary: 'Accept' }, body: 'csv' };
  expect(await of('text/csv')).toEqual(['MISS', 'csv']);
  state.reply = { headers: { ...KEPT, Vary: 'Accept' }, body: 'json' };
  expect(await of()).toEqual(['MISS', 'json']);
  expect(await of('text/csv ')).toEqual(['HIT', 'csv']); // the platform trims spaces
  expect(await of('Text/CSV')).toEqual(['MISS', 'json']);
  expect(await of('text/csv')).toEqual(['HIT', 'csv']);
});

it('configuration, Vary: variants share a single purge identity', async () => {
  const { state, how, calls } = standing();
  state.reply = { headers: { ...KEPT, Vary: 'Accept', 'Cache-Tag': 'one' } };
  await how('/a', { headers: { Accept: 'a' } });
  state.reply = { headers: { ...KEPT, Vary: 'Accept', 'Cache-Tag': 'two' } };
  await how('/a', { headers: { Accept: 'b' } });
  await calls.purge({ tags: ['two'] });
  expect(await how('/a', { headers: { Accept: 'a' } })).toBe('MISS');
});

it('configuration, Range: the Worker sends the whole reply, and the cache slices', async () => {
  const { state, ask } = standing();
  state.reply = { headers: KEPT, body: '0123456789' };
  const of = async (range: string) => {
    const { reply, status, how, text } = await ask('/a', { headers: { Range: range } });
    return [status, how, text, reply.headers.get('Content-Range')];
  };
  expect(await of('bytes=2-4')).toEqual([206, 'MISS', '234', 'bytes 2-4/10']);
  expect(state.asked[0]?.headers.get('Range')).toBe(null);
  expect(await of('bytes=7-')).toEqual([206, 'HIT', '789', 'bytes 7-9/10']);
  expect(await of('bytes=-1')).toEqual([206, 'HIT', '9', 'bytes 9-9/10']);
  expect(await of('bytes=10-')).toEqual([416, 'HIT', '', 'bytes */10']);
});

it('RFC 9110, section 13.1.2: a condition is answered from the stored reply', async () => {
  const { state, ask } = standing();
  state.reply = { headers: { ...KEPT, ETag: 'W/"1"' } };
  const of = async (tag: string) => (await ask('/a', { headers: { 'If-None-Match': tag } })).status;
  expect([await of('"1"'), await of('"0", W/"1"'), await of('*'), await of('"2"')]).toEqual([
    304, 304, 304, 200,
  ]);
  expect(state.asked).toHaveLength(1);
});

it('RFC 9111, section 4.3.4: a 304 renews the stored headers and the lifetime', async () => {
  const { state, ask, after } = standing();
  state.reply = { headers: { ...KEPT, ETag: '"1"', Vary: 'Accept', 'X-Word': 'old' } };
  await ask('/a');
  after(70);
  state.reply.headers = { 'Cache-Control': 'max-age=100', ETag: '"1"', 'X-Word': 'new' };
  const confirmed = await ask('/a');
  expect([confirmed.how, confirmed.text, confirmed.reply.headers.get('X-Word')]).toEqual([
    'REVALIDATED',
    'text',
    'new',
  ]);
  expect(state.asked[1]?.headers.get('If-None-Match')).toBe('"1"');
  after(99);
  const { how, reply } = await ask('/a');
  expect([how, reply.headers.get('Age'), reply.headers.get('Vary')]).toEqual(['HIT', '99', 'Accept']);
});

it.each([
  [0, 'stale-if-error=100', 150, 'STALE'],
  [500, 'stale-if-error=100', 150, 'STALE'],
  [503, 'stale-if-error=100', 159, 'STALE'],
  [503, 'stale-if-error=100', 160, 'BYPASS'],
  [503, 'stale-if-error=0', 61, 'BYPASS'],
  [503, '', 30_000_000, 'STALE'],
  [503, 'must-revalidate', 61, 'BYPASS'],
  [404, '', 61, 'EXPIRED'],
])('configuration, stale-if-error: %i with "%s" after %i s', async (status, word, seconds, wanted) => {
  const { state, how, after } = standing();
  state.reply = { headers: { 'Cache-Control': `max-age=60, ${word}` } };
  await how('/a');
  after(seconds);
  state.reply = { status };
  expect(await how('/a')).toBe(wanted);
});

it('purge: a deleted reply is not served on an error either', async () => {
  const { state, ask, calls } = standing();
  state.reply = { headers: { ...KEPT, 'Cache-Tag': 'a' } };
  await ask('/a');
  await calls.purge({ tags: ['a'] });
  state.reply = { status: 503 };
  expect(await ask('/a')).toMatchObject({ status: 503, how: 'BYPASS' });
});

it.each([
  ['a tag in any case', { tags: ['TAPE'] }, 'MISS'],
  ['another tag', { tags: ['tap'] }, 'HIT'],
  ['an ill tag', { tags: ['with blank'] }, 'HIT'],
  ['a prefix', { pathPrefixes: ['/da'] }, 'MISS'],
  ['a prefix without its slash', { pathPrefixes: ['data'] }, 'MISS'],
  ['everything', { purgeEverything: true }, 'MISS'],
])('purge: %s', async (_, selection, wanted) => {
  const { state, how, calls } = standing();
  state.reply = { headers: { ...KEPT, 'Cache-Tag': 'Tape, with blank,ünicode' } };
  await how('/data?limit=1');
  expect(await calls.purge(selection)).toEqual({ success: true, errors: [] });
  expect(await how('/data?limit=1')).toBe(wanted);
});

it('invalidate: a marked reply is confirmed by its tag before it is served', async () => {
  const { state, ask, how, calls } = standing();
  state.reply = { headers: { ...KEPT, ETag: '"1"', 'Cache-Tag': 'a' } };
  await ask('/a');
  await calls.invalidate({ tags: ['a'] });
  expect(await how('/a')).toBe('REVALIDATED');
  expect(await how('/a')).toBe('HIT');
  await calls.invalidate({ tags: ['a'] });
  state.reply = { headers: { ...KEPT, ETag: '"2"', 'Cache-Tag': 'a' }, body: 'other' };
  expect(await ask('/a')).toMatchObject({ how: 'EXPIRED', text: 'other' });
});

// developers.cloudflare.com/cache/guides/invalidate-cache/, "Stale content during revalidation".
it('invalidate: the windows for stale replies begin with it, and an expired window does not begin again', async () => {
  const { front, state, ask, how, after, calls } = standing();
  state.reply = { headers: { 'Cache-Control': 'max-age=3600, stale-while-revalidate=30', 'Cache-Tag': 'a' } };
  await ask('/a');
  await ask('/b');
  await calls.invalidate({ tags: ['a'] });
  after(29);
  state.reply.body = 'new';
  expect(await ask('/a')).toMatchObject({ how: 'UPDATING', text: 'text' });
  await front.settled();
  expect(await ask('/a')).toMatchObject({ how: 'HIT', text: 'new' });
  after(1);
  expect(await how('/b')).toBe('EXPIRED');
  after(3700);
  await calls.invalidate({ tags: ['a'] });
  expect(await how('/a')).toBe('EXPIRED');
});

it('invalidate: a cache may also refuse to serve marked replies', async () => {
  const { state, how, calls } = standing({ serves_invalidated: false });
  state.reply = { headers: { 'Cache-Control': 'max-age=60, stale-while-revalidate=60', 'Cache-Tag': 'a' } };
  await how('/a');
  await calls.invalidate({ tags: ['a'] });
  state.reply.status = 503;
  expect(await how('/a')).toBe('BYPASS');
});

it('limitations: purges and invalidations share one bucket of 25, refilled with five a minute', async () => {
  const { calls, after } = standing();
  const call = async (place: number) =>
    (await (place % 2 === 0 ? calls.purge : calls.invalidate)({ tags: ['a'] })).success;
  const many = async (count: number) =>
    (await Promise.all(Array.from({ length: count }, (_, i) => call(i)))).filter(Boolean).length;
  expect(await many(30)).toBe(25);
  after(11);
  expect(await many(2)).toBe(0);
  after(1);
  expect(await many(2)).toBe(1);
  after(3600);
  expect(await many(30)).toBe(25);
});

it('limitations: a call accepts a hundred tags', async () => {
  const { calls } = standing();
  const tags = Array.from({ length: 101 }, (_, i) => `t${i}`);
  expect(await calls.purge({ tags: tags.slice(1) })).toEqual({ success: true, errors: [] });
  expect(await calls.purge({ tags })).toEqual({
    success: false,
    errors: [{ code: 1134, message: 'A call takes 100 tags and prefixes; it had 101.' }],
  });
});

it('a call may reach a tier late, or never', async () => {
  const delays = [5000, null];
  const { front, state, how, after, calls } = standing({
    places: 1,
    delay_ms: (_, tier) => delays[tier] ?? null,
  });
  state.reply = { headers: { ...KEPT, 'Cache-Tag': 'a' } };
  await how('/a');
  await calls.purge({ tags: ['a'] });
  after(5);
  expect(await how('/a')).toBe('HIT');
  expect([front.counts.calls, front.counts.lost, [...(front.tiers[0]?.entries() ?? [])].length]).toEqual([
    1, 1, 0,
  ]);
});

it('purge: a reply that was read before and stored after is still there', async () => {
  const { state, ask, how, calls } = standing();
  state.reply = { headers: { ...KEPT, 'Cache-Tag': 'a' }, body: 'old' };
  const gate = Promise.withResolvers<void>();
  state.gate = gate.promise;
  const reading = ask('/a');
  await calls.purge({ tags: ['a'] });
  gate.resolve();
  await reading;
  expect(await how('/a')).toBe('HIT');
  await calls.purge({ tags: ['a'] });
  expect(await how('/a')).toBe('MISS');
});

it('overview, tiers: a lower tier fills from the upper one, and ages add up', async () => {
  const { state, ask, how, after } = standing({ places: 2 });
  state.reply = { headers: { ...KEPT, ETag: '"1"' } };
  await how('/a', { place: 0 });
  after(40);
  const second = await ask('/a', { place: 1 });
  expect([second.how, second.reply.headers.get('Age'), state.asked.length]).toEqual(['MISS', '40', 1]);
  after(19);
  expect(await how('/a', { place: 1 })).toBe('HIT');
  after(1);
  expect([await how('/a', { place: 1 }), state.asked.length]).toEqual(['REVALIDATED', 2]);
  after(59);
  // The 304 came from an upper tier that had just been confirmed; this tier still has its own copy, an hour older.
  expect([await how('/a', { place: 0 }), state.asked.length]).toEqual(['REVALIDATED', 2]);
  const third = await ask('/a', { place: 0 });
  expect([third.how, third.reply.headers.get('Age')]).toEqual(['HIT', '59']);
  after(1);
  await how('/a', { place: 0 });
  expect(state.asked.length).toBe(3);
});

it('overview, tiers: a stale reply of an upper tier does not become young in a lower one', async () => {
  const { front, state, ask, after } = standing({ places: 1 });
  state.reply = { headers: { 'Cache-Control': 'max-age=60, stale-while-revalidate=30' } };
  await ask('/a');
  after(61);
  state.reply.body = 'new';
  expect(await ask('/a')).toMatchObject({ how: 'UPDATING', text: 'text' });
  await front.settled();
  const { how, text, reply } = await ask('/a');
  expect([how, text, reply.headers.get('Age')]).toEqual(['UPDATING', 'text', '61']);
  await front.settled();
  expect(await ask('/a')).toMatchObject({ how: 'HIT', text: 'new' });
});

it('overview, request collapsing: simultaneous requests get the same reply, unless the cache may not share it', async () => {
  const { state, ask } = standing();
  state.reply = { headers: KEPT };
  await Promise.all([ask('/a'), ask('/a'), ask('/a')]);
  expect(state.asked).toHaveLength(1);
  state.reply = { headers: { 'Cache-Control': 'no-store' } };
  await Promise.all([ask('/b'), ask('/b'), ask('/b')]);
  expect(state.asked).toHaveLength(4);
});
