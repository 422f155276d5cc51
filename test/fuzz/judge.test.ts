import { expect, it } from 'vitest';
import { Answer } from '../support/http.ts';
import { faultsOf } from './judge.ts';

const SAFE = {
  'X-Request-Id': 'trace-12345678',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'",
  'X-Content-Type-Options': 'nosniff',
};
const reply = (status: number, type: string, body: unknown, headers: Record<string, string> = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new Answer(
    new Response(null, { status, headers: { ...SAFE, 'Content-Type': type, ...headers } }),
    text,
  );
};
const get = (target: string) => ({ method: 'GET', target });
const JSON_TYPE = 'application/json; charset=utf-8';
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
const PROBLEM = {
  type: 'urn:cointape:problem:invalid_request',
  title: 'The request is not valid',
  status: 400,
  detail: 'limit must be a number.',
  instance: '/data',
  code: 'invalid_request',
  request_id: 'trace-12345678',
};

it.each<[string, Answer, string, string[]]>([
  ['what is declared', reply(200, JSON_TYPE, { status: 'ok' }), '/livez', []],
  ['a problem', reply(400, PROBLEM_TYPE, PROBLEM), '/data', []],
  [
    'a member too many',
    reply(200, JSON_TYPE, { status: 'ok', secret: 1 }),
    '/livez',
    [' must NOT have additional properties {"additionalProperty":"secret"}'],
  ],
  [
    'a member too few',
    reply(200, JSON_TYPE, {}),
    '/livez',
    [` must have required property 'status' {"missingProperty":"status"}`],
  ],
  ['text', reply(200, JSON_TYPE, 'ok'), '/livez', ['not JSON']],
  ['another type', reply(200, 'text/html', ''), '/livez', ['content type text/html is not declared for 200']],
  ['another status', reply(204, JSON_TYPE, ''), '/livez', ['status 204 is not declared: ']],
  ['a failure', reply(500, PROBLEM_TYPE, 'oh'), '/data', ['500 oh']],
  [
    'a problem of another status',
    reply(401, PROBLEM_TYPE, PROBLEM, { 'WWW-Authenticate': 'Bearer' }),
    '/data',
    ['invalid_request with status 401', 'invalid_request is not documented here'],
  ],
  [
    'a formula in a cell',
    reply(200, 'text/csv', 'name\r\n=1+1\r\n', { 'X-Complete-Through': 'x' }),
    '/data',
    ['line 1: a spreadsheet would run "=1+1"'],
  ],
  ['a row of another width', reply(200, 'text/csv', 'a,b\n1\n'), '/data', ['line 1: 1 cells, not 2']],
  [
    'something where nothing is',
    reply(200, JSON_TYPE, {}),
    '/a/b/c',
    ['200 for what is not in the document'],
  ],
  [
    'a redirect',
    reply(302, JSON_TYPE, '', { Location: '//evil' }),
    '/a/b/c',
    ['redirects to //evil', '302 for what is not in the document'],
  ],
])('sees %s', (_, answer, target, faults) => {
  expect(faultsOf(get(target), answer)).toEqual(faults);
});

it('reports a missing header', () => {
  const bare = new Answer(new Response(null, { headers: { 'Content-Type': JSON_TYPE } }), '{"status":"ok"}');
  expect(faultsOf(get('/livez'), bare)).toContain('X-Request-Id is missing');
});
