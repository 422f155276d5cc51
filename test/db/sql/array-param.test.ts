import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrayParam } from '../../../src/db/sql/array-param.ts';
import { isStorable } from '../../../src/domain/text.ts';
import { rows } from '../../support/deps.ts';

async function back(values: readonly (string | number | null)[], type: string): Promise<unknown[]> {
  const found = await rows<{ value: unknown }>(sql`
    select i.value::text as value from unnest(${arrayParam(values, type)}) with ordinality as i (value, position)
    order by i.position`);
  return found.map(({ value }) => value);
}

it('keeps every text unchanged', async () => {
  const texts = [
    '',
    ' ',
    'NULL',
    'null',
    '"',
    '\\',
    '\\"',
    '{}',
    '{a,b}',
    'a,b',
    "'; drop table runs;--",
    'ÄÖ €',
    '\n',
  ];
  expect(await back([...texts, null], 'text')).toEqual([...texts, null]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.string({ unit: 'binary' }).filter(isStorable))),
      async (values) => {
        expect(await back(values, 'text')).toEqual(values);
      },
    ),
    { numRuns: 30 },
  );
});

it('keeps every digit of a number, and unknown values', async () => {
  const long = `0.${'0'.repeat(30)}12345678901234567890`;
  expect(await back(['1.50', '-0.1', long, null], 'numeric')).toEqual(['1.50', '-0.1', long, null]);
  expect(await back([1, 2_147_483_647, null], 'int')).toEqual(['1', '2147483647', null]);
});
