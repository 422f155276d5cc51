import { describe, expect, it } from 'vitest';
import { RAW_RECORD_CHARS_MAX } from '../../src/domain/reject.ts';
import { readJson } from '../../src/reading/json.ts';
import { normalizeBatch, resolvePointer } from '../../src/reading/normalize-batch.ts';
import { coinpaprika } from '../../src/sources/coinpaprika/index.ts';

const context = {
  endpoint: 'tickers',
  fetched_at: '2026-01-10T10:05:00Z',
  first_fetched_at: '2026-01-10T10:04:00Z',
  poll_top: null,
  sandbox: false,
};
const read = (text: string) => normalizeBatch(coinpaprika, readJson(new TextEncoder().encode(text)), context);
const record = (price: string, more = '') => `{"id":"ion","quotes":{"USD":{"price":${price}}}${more}}`;

describe('a rejected record', () => {
  it('is stored unchanged, numbers to the digit', () => {
    const text = record('-1.500e3', ',"rank":1.0');
    expect(read(`[${text}]`).rejects[0]?.raw).toBe(text);
  });

  it('is stored unchanged if it contradicts an earlier one', () => {
    const { observations, rejects } = read(`[${record('1.0')},${record('1.00')},${record('1.10')}]`);
    expect(observations.map(({ price_usd }) => price_usd)).toEqual(['1.0']);
    expect(rejects).toEqual([
      {
        code: 'conflicting_record',
        message: 'ion at 2026-01-10T10:04:00Z has other values than the same at /0.',
        pointer: '/2',
        raw: record('1.10'),
        external_id: 'ion',
      },
    ]);
  });

  it('is truncated if it is long, and never contains anything that Postgres cannot store', () => {
    const [reject] = read(`[{"id":"a\\u0000","junk":"\\ud83d${'🚀'.repeat(5_000)}"}]`).rejects;
    expect(reject?.raw).toMatch(/🚀…$/);
    expect(reject?.raw.length).toBe(RAW_RECORD_CHARS_MAX - 1); // one more would be half a rocket
    expect(reject?.raw.startsWith('{"id":"a\\u0000","junk":"\\ud83d🚀')).toBe(true);
    expect(reject?.raw.isWellFormed()).toBe(true);
    expect(reject?.external_id).toBeNull();
  });
});

it('does not change its input', () => {
  const body = readJson(new TextEncoder().encode(`[${record('1')}]`));
  const before = JSON.stringify(body);
  normalizeBatch(coinpaprika, body, { ...context, sandbox: true });
  expect(JSON.stringify(body)).toBe(before);
});

it.each([
  ['', { 'a/b': [{ '~': 1 }] }],
  ['/a~1b', [{ '~': 1 }]],
  ['/a~1b/0/~0', 1],
  ['/a~1b/1', undefined],
  ['/toString', undefined],
  ['/a~1b/0/~0/x', undefined],
])('the pointer %j names %j', (pointer, expected) => {
  expect(resolvePointer({ 'a/b': [{ '~': 1 }] }, pointer)).toEqual(expected);
});
