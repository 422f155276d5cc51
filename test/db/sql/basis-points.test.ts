import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { basisPoints } from '../../../src/db/sql/basis-points.ts';
import { rows } from '../../support/deps.ts';

async function inDatabase(pairs: [difference: string, base: string][]): Promise<string[]> {
  const found = await rows<{ bps: string }>(sql`
    select ${basisPoints('difference', 'base')}::text as bps
    from unnest(${sql.param(pairs.map(([difference]) => difference))}::text[]::numeric[],
      ${sql.param(pairs.map(([, base]) => base))}::text[]::numeric[]) with ordinality as i (difference, base, position)
    order by position`);
  return found.map(({ bps }) => bps);
}

test('half a hundredth rounds away from zero, at any size', async () => {
  const cases: [difference: string, base: string, bps: string][] = [
    ['1', '100', '100.00'],
    ['0', '7', '0.00'],
    ['1', '2000000', '0.01'],
    ['-1', '2000000', '-0.01'],
    ['0.999999999999999999999999999999', '2000000', '0.00'],
    ['1', '3', '3333.33'],
    ['-2', '3', '-6666.67'],
    ['0.000000000000000000000000000000000000001', '0.000000000000000000000000000000000000003', '3333.33'],
    ['123456789012345678901234567890', '0.0000000001', '12345678901234567890123456789000000000000000.00'],
  ];
  expect(await inDatabase(cases.map(([difference, base]) => [difference, base]))).toEqual(
    cases.map(([, , bps]) => bps),
  );
});

test('equals the quotient of whole numbers, rounded once', async () => {
  const whole = fc.bigInt({ min: 0n, max: 10n ** 40n });
  const pairs = fc.sample(fc.tuple(whole, fc.boolean(), fc.bigInt({ min: 1n, max: 10n ** 40n })), 300);
  const expected = pairs.map(([difference, isNegative, base]) => {
    const hundredths = (2_000_000n * difference + base) / (2n * base);
    const text = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
    return isNegative && hundredths > 0n ? `-${text}` : text;
  });
  const scaled = pairs.map(([difference, isNegative, base]): [string, string] => [
    `${isNegative ? '-' : ''}${difference}e-20`,
    `${base}e-20`,
  ]);
  expect(await inDatabase(scaled)).toEqual(expected);
});
