import { expect, it } from 'vitest';
import { oneAhead } from '../../../src/ingest/files/one-ahead.ts';

/** Items, and the end of their generator; `fails_at` makes it fail at that item. */
function source(count: number, fails_at = Number.POSITIVE_INFINITY) {
  const log: string[] = [];
  async function* items(): AsyncGenerator<number> {
    try {
      for (let item = 0; item < count; item += 1) {
        log.push(`made ${item}`);
        if (item === fails_at) throw new Error('broken');
        yield item;
      }
    } finally {
      log.push('closed');
    }
  }
  return { log, items: items() };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

it('makes one item while the previous one is used, and no more', async () => {
  const { log, items } = source(3);
  for await (const item of oneAhead(items)) {
    log.push(`got ${item}`);
    await settled();
    log.push(`used ${item}`);
  }
  expect(log).toEqual([
    ...['made 0', 'got 0', 'made 1', 'used 0', 'got 1', 'made 2', 'used 1', 'got 2', 'closed', 'used 2'],
  ]);
});

it('reports an error after the items before it', async () => {
  const { items } = source(3, 2);
  const got: number[] = [];
  const use = async () => {
    for await (const item of oneAhead(items)) {
      await settled();
      got.push(item);
    }
  };
  await expect(use()).rejects.toThrow('broken');
  expect(got).toEqual([0, 1]);
});

it('closes its source when no more is needed, even if the next item failed', async () => {
  for (const { log, items } of [source(9), source(9, 1)]) {
    for await (const item of oneAhead(items)) {
      await settled();
      expect(item).toBe(0);
      break;
    }
    expect(log.at(-1)).toBe('closed');
  }
});
