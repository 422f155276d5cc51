import { afterAll, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { ENDPOINTS } from '../../src/http/endpoints.ts';
import { knownValues } from '../fuzz/known.ts';
import { emptyDatabase } from '../support/deps.ts';
import { Play } from './play.ts';
import { ROUTES } from './questions.ts';
import { installWires } from './wire.ts';

const { seed: first, seeds, steps } = inject('front_cache');

let removeWires = () => {};
beforeAll(() => {
  removeWires = installWires();
});
afterAll(() => removeWires());
beforeEach(emptyDatabase);

it('requests every read-only route', () => {
  const read = ENDPOINTS.filter(({ method, spec }) => method === 'get' && spec !== undefined);
  expect(ROUTES.map(({ path }) => path).sort()).toEqual(read.map(({ path }) => path).sort());
});

it.each(Array.from({ length: seeds }, (_, i) => first + i))(
  'a cache in front never serves a wrong reply: seed %i',
  { timeout: 600_000 },
  async (seed) => {
    const play = new Play({ seed });
    vi.stubGlobal('caches', play.copies);
    try {
      await play.begin(knownValues);
      await play.run(steps);
    } catch (error) {
      throw new Error(
        `Again: FRONT_CACHE_SEED=${seed} FRONT_CACHE_SEEDS=1 FRONT_CACHE_STEPS=${steps}\n${error}`,
      );
    } finally {
      vi.unstubAllGlobals();
      console.info(summary(seed, play));
    }
  },
);

function summary(seed: number, { counts, memory, directs, front }: Play): string {
  const all = {
    ...counts,
    ...memory.counts,
    ...directs,
    worker: front.counts.worker,
    ...front.counts.statuses,
    calls: front.counts.calls,
    refused: front.counts.refused,
    lost: front.counts.lost,
  };
  return `front cache, seed ${seed}: ${Object.entries(all)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')}`;
}
