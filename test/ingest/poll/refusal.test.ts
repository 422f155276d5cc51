import { expect, it } from 'vitest';
import { refusalCode, refusalInside } from '../../../src/ingest/poll/refusal.ts';
import { coingecko } from '../../../src/sources/coingecko/index.ts';
import { coinpaprika } from '../../../src/sources/coinpaprika/index.ts';

const NONE = {};
const PAPRIKA_KEY = { authorization: 'k' };
const DEMO_KEY = { 'x-cg-demo-api-key': 'k' };
const HTML = '\n<!DOCTYPE html><title>Attention Required!</title>';
const gecko = (code: number) => `{"status":{"error_code":${code},"error_message":"No."}}`;
const nested = (code: number) =>
  `{"error":{"status":{"timestamp":"x","error_code": ${code},"error_message":"No."}}}`;

it.each([
  ['a good reply', coinpaprika, 200, NONE, '[]', null],
  ['an error object in a good reply', coingecko, 200, NONE, gecko(10002), null],
  ['too many', coinpaprika, 429, NONE, '{"error":"too many requests"}', 'upstream_rate_limited'],
  ['too many, as plain text', coingecko, 429, DEMO_KEY, 'Throttled', 'upstream_rate_limited'],
  ['the wall in front, too many', coingecko, 429, NONE, HTML, 'upstream_rate_limited'],
  ['a wrong key', coinpaprika, 403, PAPRIKA_KEY, '{"error":"invalid api key"}', 'upstream_key_refused'],
  ['a wrong key', coingecko, 401, DEMO_KEY, '{"error":"unauthorized"}', 'upstream_key_refused'],
  ['no key where one is needed', coingecko, 401, NONE, gecko(10002), 'upstream_key_refused'],
  ['a pro key at the demo root', coingecko, 400, DEMO_KEY, gecko(10010), 'upstream_key_refused'],
  ['a demo key at the pro root', coingecko, 400, DEMO_KEY, nested(10011), 'upstream_key_refused'],
  ['a key that may not', coingecko, 403, DEMO_KEY, '{"error":"forbidden"}', 'upstream_key_refused'],
  ['a larger plan needed', coinpaprika, 402, NONE, '{"error":"payment required"}', 'upstream_plan_limit'],
  ['a time too far back', coingecko, 401, NONE, nested(10012), 'upstream_plan_limit'],
  ['an endpoint of paid plans', coingecko, 401, DEMO_KEY, gecko(10005), 'upstream_plan_limit'],
  ['a blocked address', coingecko, 403, NONE, '{"error":"forbidden"}', 'upstream_banned'],
  ['the wall in front, with a key', coingecko, 403, DEMO_KEY, HTML, 'upstream_banned'],
  ['a blocked country', coinpaprika, 451, PAPRIKA_KEY, '', 'upstream_banned'],
  ['nothing there', coinpaprika, 404, NONE, '{"error":"id not found"}', 'upstream_refused'],
  ['a redirect', coinpaprika, 302, NONE, '', 'upstream_refused'],
  ['a bad query', coingecko, 422, DEMO_KEY, '{"error":"invalid vs_currency"}', 'upstream_refused'],
  ['a fault of theirs', coingecko, 503, DEMO_KEY, gecko(10002), 'upstream_failed'],
  ['a timeout of theirs', coinpaprika, 408, NONE, '', 'upstream_failed'],
] as const)('%s of %o', (_name, source, status, headers, body, expected) => {
  const bytes = new TextEncoder().encode(body);
  expect(refusalCode(source, { headers }, { status, bytes })).toBe(expected);
});

it.each([
  ['a rate limit as its own code', coingecko, gecko(429), 'upstream_rate_limited'],
  ['the code nested', coinpaprika, nested(429), 'upstream_rate_limited'],
  ['a status', coinpaprika, '{"status":429,"title":"x"}', 'upstream_rate_limited'],
  ['one word', coingecko, 'Throttled', 'upstream_rate_limited'],
  ['one word as JSON', coingecko, '"Throttled"', 'upstream_rate_limited'],
  ['a sentence', coinpaprika, '{"error":"Too Many Requests"}', 'upstream_rate_limited'],
  ['another', coinpaprika, '{"message":"API rate limit exceeded"}', 'upstream_rate_limited'],
  ['a page', coingecko, `${HTML}<h1>429 Too Many Requests</h1>`, 'upstream_rate_limited'],
  ['a wrong key', coingecko, gecko(10002), 'upstream_key_refused'],
  ['a small plan', coingecko, nested(10012), 'upstream_plan_limit'],
  ['something else', coinpaprika, '{"error":"maintenance"}', null],
  ['another number', coingecko, '{"error_code":4290,"price":429}', null],
  ['another page', coingecko, HTML, null],
  ['nothing', coingecko, '', null],
] as const)('%s inside a good reply of %o', (_name, source, body, expected) => {
  expect(refusalInside(source, { bytes: new TextEncoder().encode(body) })).toBe(expected);
});
