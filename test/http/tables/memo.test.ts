import { expect, test, vi } from 'vitest';
import { queryMemo } from '../../../src/http/tables/memo.ts';

const schema = {};

test('a query is parsed once, and its cached value cannot be changed', () => {
  const memo = queryMemo<{ symbol: string[] }>();
  const read = vi.fn(() => ({ symbol: ['BTC'] }));
  const first = memo(schema, '?symbol=btc', read);
  expect(memo(schema, '?symbol=btc', read)).toBe(first);
  expect(read).toHaveBeenCalledTimes(1);
  expect(() => first.symbol.push('ETH')).toThrow(TypeError);
});

test('schemas do not share parsed queries', () => {
  const memo = queryMemo<{ of: string }>();
  memo(schema, '?limit=5', () => ({ of: 'data' }));
  expect(memo({}, '?limit=5', () => ({ of: 'runs' }))).toEqual({ of: 'runs' });
});

test('a faulty query is parsed again', () => {
  const memo = queryMemo<object>();
  const refuse = () => {
    throw new Error('no');
  };
  expect(() => memo(schema, '?x', refuse)).toThrow('no');
  expect(memo(schema, '?x', () => ({ ok: true }))).toEqual({ ok: true });
});

test('the hundred most recent queries are cached, but no long one', () => {
  const memo = queryMemo<{ read: number }>();
  let reads = 0;
  const ask = (query: string) => memo(schema, query, () => ({ read: ++reads }));
  ask('?a');
  for (let n = 0; n < 99; n += 1) ask(`?${n}`);
  ask('?a'); // requested again, so the oldest is ?0
  ask('?new');
  expect(ask('?a')).toEqual({ read: 1 });
  expect(ask('?0')).toEqual({ read: 102 });
  const long = `?${'x'.repeat(1500)}`;
  expect(ask(long)).not.toEqual(ask(long));
});
