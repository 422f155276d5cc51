import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { isPageFact } from '../../../src/domain/figures.ts';
import { FLAGS } from '../../../src/domain/observation.ts';
import { emptyDatabase } from '../../support/deps.ts';
import { ask } from '../../support/http.ts';
import { loadReadings, type Reading, takeBack } from '../../support/readings.ts';

// One id is one row: the newest rows agree with /data, flags and digits included.

afterAll(emptyDatabase);

const reading = fc.record({
  id: fc.constantFrom('a', 'b'),
  at: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z'),
  price: fc.constantFrom('1', '1.0', '1.00', '2', '2.50', '30', null),
  flags: fc.subarray(FLAGS.filter((flag) => flag !== 'anomaly')),
  rank: fc.option(fc.integer({ min: 1, max: 3 })),
});
const payload = fc.uniqueArray(reading, {
  minLength: 1,
  maxLength: 4,
  selector: ({ id, at }) => `${id} ${at}`,
});
const step = fc.oneof(
  { weight: 4, arbitrary: payload },
  // Which of the runs so far are withdrawn.
  { weight: 1, arbitrary: fc.nat(9) },
);

async function differences(): Promise<unknown[]> {
  const [newest, all] = await Promise.all([ask('/data?latest=true&limit=100'), ask('/data?limit=1000')]);
  const told = new Map(rowsOf(all.text).map((row) => [row.id, row]));
  const shown = rowsOf(newest.text).map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !isPageFact(name))),
  );
  return shown.flatMap((row) =>
    JSON.stringify(row) === JSON.stringify(told.get(String(row.id))) ? [] : [[row, told.get(String(row.id))]],
  );
}

/** Rows with all digits of their numbers. */
const rowsOf = (text: string): Record<string, unknown>[] =>
  JSON.parse(text.replaceAll(/":(-?\d[\d.]*)/g, '":"$1"')).data;

test('a reading that comes again with other digits, flags or page facts stays one row', async () => {
  await emptyDatabase();
  const at = '2026-01-01T00:00:00Z';
  const loads: Reading[] = [
    { at, price: '1.50', flags: ['stale'], rank: 1 },
    { at, price: '1.5', flags: ['zero_unknown'], rank: 2 },
    { at, price: '1.500', rank: 3 },
  ];
  for (const one of loads) await loadReadings([one]);
  const answer = await ask('/data?latest=true');
  expect(answer.text).toContain('"price_usd":1.50,');
  expect(answer.page.data).toMatchObject([{ flags: ['stale'], rank: 3 }]);
  expect(await differences()).toEqual([]);
});

test('after any loads and withdrawals, one id is one row', async () => {
  const histories = fc.array(step, { minLength: 4, maxLength: 9 });
  for (const steps of fc.sample(histories, { seed: 21, numRuns: 8 })) {
    await emptyDatabase();
    const runs: number[] = [];
    for (const each of steps) {
      if (typeof each !== 'number') runs.push(await loadReadings(each));
      else {
        const run = runs[each % Math.max(1, runs.length)];
        if (run !== undefined) await takeBack(run);
      }
      expect(await differences()).toEqual([]);
    }
  }
}, 120_000);
