import { expect, it } from 'vitest';
import reviewed from '../../data/reviewed-assets.json' with { type: 'json' };
import { POLLED_IDS } from '../../src/sources/registry.ts';

const names = reviewed.flatMap(({ ids }) => Object.entries(ids));

it('names sources that can be polled, at least two in each entry', () => {
  expect(names.filter(([source]) => !POLLED_IDS.some((id) => id === source))).toEqual([]);
  for (const { ids } of reviewed) expect(Object.keys(ids).length).toBeGreaterThanOrEqual(2);
});

it('contains each symbol and each id once', () => {
  const keys = names.map(([source, id]) => `${source}:${id}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(reviewed.map(({ symbol }) => symbol)).size).toBe(reviewed.length);
});
