import { expect, it } from 'vitest';
import type { Deed, WorkerReply } from './facts.ts';
import { faultOf, faultOfHeaders, type Held, type Served } from './oracle.ts';

// Whether a play would notice the fault. Times are in seconds of its clock.

const JSON_TYPE = 'application/json; charset=utf-8';
const page = (
  rows: string,
  told = '"request_id":"one","answered_at":"2026-01-10T10:00:00Z","api_latency_ms":3',
): Held => ({
  status: 200,
  type: JSON_TYPE,
  text: `{"data":[${rows}],"meta":{${told}}}`,
});
const OLD = page('{"price_usd":1}');
const NEW = page(
  '{"price_usd":2}',
  '"request_id":"two","answered_at":"2026-01-10T10:00:09Z","api_latency_ms":12.5',
);

const reply = (at_s: number): WorkerReply => ({
  target: '/data',
  began_ms: at_s * 1000,
  made_ms: at_s * 1000,
  deeds_before: 0,
  headers: new Headers(),
  text: null,
  is_copy: false,
});
const deed = (at_s: number, more: Partial<Deed> = {}): Deed => ({
  name: 'a poll',
  ended_ms: at_s * 1000,
  arrives_ms: at_s * 1000,
  is_lost: false,
  ...more,
});

const judge = (served: Partial<Served>, now_s = 50) =>
  faultOf({
    question: { route: '/data', target: '/data' },
    now_ms: now_s * 1000,
    held: OLD,
    seen: reply(0),
    allowed_s: 60,
    is_beyond_calls: false,
    truth: NEW,
    by_its_clock: async () => NEW,
    deeds: [deed(10)],
    ...served,
  });

it("the Worker's present answer is right, whatever distinguishes two answers", async () => {
  const same = page(
    '{"price_usd":1}',
    '"request_id":"x","answered_at":"2027-01-01T00:00:00Z","api_latency_ms":0',
  );
  expect(await judge({ truth: same, deeds: [deed(-100)] })).toBe(null);
});

it.each<[string, Partial<Served>, string | null]>([
  ['every call had arrived', {}, 'It is older than a poll, of which every call had arrived.'],
  ['the second call is not due', { deeds: [deed(10), deed(20)] }, null],
  ['a call was lost', { deeds: [deed(10, { is_lost: true })] }, null],
  ['a call is on its way', { deeds: [deed(10, { arrives_ms: 51_000 })] }, null],
  [
    'nothing was done',
    { deeds: [] },
    'Nothing was done since the Worker said so, and it would say something else.',
  ],
  ['only the clock went on', { deeds: [], by_its_clock: async () => OLD }, null],
  ['no call reaches a browser', { is_beyond_calls: true }, null],
])('a commit: %s', async (_, served, fault) => {
  expect(await judge(served)).toBe(fault);
});

it('no reply is older than its headers and its transport allow', async () => {
  const lost = { deeds: [deed(10, { is_lost: true })] };
  expect(await judge(lost, 70)).toBe(null);
  expect(await judge(lost, 71)).toBe(
    'It is 71 s old and not what the Worker would say; its headers allow 60 s.',
  );
  expect(await judge({ ...lost, is_beyond_calls: true }, 71)).toMatch('It is 71 s old');
});

it('no row is marked as fresh if the same reading makes it stale', async () => {
  const row = (stale: boolean, at = '10:00') => page(`{"id":"a","created_at":"${at}","stale":${stale}}`);
  const fault = '/data/0 says that it is fresh, and it is stale by now.';
  expect(await judge({ held: row(false), truth: row(true), deeds: [] })).toBe(fault);
  expect(await judge({ held: row(false), truth: row(true), is_beyond_calls: true })).toBe(fault);
  expect(await judge({ held: row(true), truth: row(false), is_beyond_calls: true })).toBe(null);
  expect(await judge({ held: row(false), truth: row(true, '09:00'), is_beyond_calls: true })).toBe(null);
});

it('no reply for one token or format reaches another', async () => {
  const refused = { status: 401, type: 'application/problem+json', text: '{}' };
  expect(await judge({ truth: refused, is_beyond_calls: true })).toBe(
    'Who has no token got the reply of one who has.',
  );
  expect(await judge({ held: { ...OLD, type: 'text/csv' }, is_beyond_calls: true })).toBe(
    `It is text/csv, asked was ${JSON_TYPE}.`,
  );
});

it.each([
  ['/data', '/data?limit=5', 'max-age=60, stale-while-revalidate=0, stale-if-error=0', null],
  ['/data', '/data?limit=5', 'max-age=60, stale-if-error=0', null],
  ['/data', '/data?limit=5', 'max-age=61, stale-if-error=0', 61],
  ['/data', '/data?limit=5', 'max-age=60, stale-while-revalidate=1, stale-if-error=0', 61],
  ['/data', '/data?limit=5', 'max-age=1', Number.POSITIVE_INFINITY],
  ['/data', '/data?as_of=2026-01-10', 'max-age=3600, stale-if-error=0', null],
  ['/prices', '/prices?asset=a', 'max-age=15, stale-if-error=0', null],
  ['/prices', '/prices?asset=a', 'max-age=16, stale-if-error=0', 16],
  ['/data', '/data?latest=true&max_age=60', 'max-age=16, stale-if-error=0', 16],
  ['/raw/{sha256}', '/raw/00', 'max-age=31536000', null],
])('headers of %s (%s): %s', (route, target, value, allowed) => {
  const headers = new Headers({ 'Cloudflare-CDN-Cache-Control': value, 'Cache-Control': 'max-age=9999' });
  expect(faultOfHeaders({ route, target }, headers)).toBe(
    allowed === null
      ? null
      : `A cache may serve it for ${allowed} s; at most ${route === '/data' && !target.includes('max_age') ? 60 : 15} are right.`,
  );
});
