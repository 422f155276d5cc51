import { expect, test } from 'vitest';
import { judgeCache } from '../../../scripts/bench/cache-figures.ts';
import { COINS, drawFrom, MIX, onceAsked } from '../../../scripts/bench/cache-mix.ts';
import { createRandom } from '../../chaos/random.ts';

const coins = Array.from({ length: COINS }, (_, i) => `coin-${i + 1}`);

test('the mix is complete, and the first coins have the most requests', () => {
  expect(MIX.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  const draw = drawFrom(coins, createRandom(1).next);
  const counts = new Map<string, number>();
  for (let i = 0; i < 20_000; i += 1) {
    const target = draw();
    counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  const of = (target: string) => counts.get(target) ?? 0;
  expect(of('/rates') / 20_000).toBeCloseTo(0.05, 2);
  expect(of('/assets?limit=100&offset=0') / of('/assets?limit=100&offset=100')).toBeCloseTo(2, 0);
  expect(of('/prices?asset=coin-1')).toBeGreaterThan(20 * of('/prices?asset=coin-100'));
  expect(of(`/prices?asset=${coins.slice(0, 20).join(',')}`)).toBeGreaterThan(1000);
});

test('a request for once is never repeated', () => {
  const { next } = createRandom(1);
  const targets = Array.from({ length: 3000 }, (_, i) =>
    onceAsked(coins, next, i, Math.floor(i / 500) * 1000),
  );
  expect(new Set(targets).size).toBe(3000);
});

test('bounds apply at the stated rate', () => {
  const run = { minutes: 5, requests: 10_000, reached: 300, polls: 1, calls: 2 };
  const { figures, tables } = judgeCache([
    { ...run, rate: 50, never_repeated: 0, statements: 3000 },
    { ...run, rate: 5000, never_repeated: 0, statements: 301 },
    { ...run, rate: 5000, never_repeated: 0.1, statements: 1300 },
  ]);
  expect(figures.map(({ name, value, wanted, met }) => [name, value, wanted, met])).toEqual([
    ['cache: 50 requests/s: statements per 1,000', 300, null, null],
    ['cache: 50 requests/s: requests that reach the Worker', 3, null, null],
    ['cache: 5000 requests/s: statements per 1,000', 30.1, '≤ 30', false],
    ['cache: 5000 requests/s: requests that reach the Worker', 3, null, null],
    ['cache: 5000 requests/s, a tenth never repeated: statements per 1,000', 130, '≤ 130', true],
    ['cache: 5000 requests/s, a tenth never repeated: requests that reach the Worker', 3, null, null],
  ]);
  expect(tables[0]?.rows[2]).toEqual({
    'requests/s': 5000,
    'never repeated': '10 %',
    minutes: 5,
    requests: 10_000,
    'reach the Worker': '3 %',
    'statements per 1,000': 130,
    polls: 1,
    calls: 2,
  });
});
