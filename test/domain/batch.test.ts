import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areDistinct, sayTheSame, settleBatch } from '../../src/domain/batch.ts';
import { FIGURES, recordOf } from '../../src/domain/figures.ts';
import type { Observation } from '../../src/domain/observation.ts';

const observation = (changed: Partial<Observation> = {}): Observation => ({
  external_id: 'ion',
  symbol: 'ION',
  name: 'Ion',
  kind: 'spot',
  observed_at: '2026-01-10T10:00:00Z',
  ...recordOf(FIGURES, () => null),
  price_usd: '1.0',
  flags: [],
  page: null,
  pointer: '/0',
  ...changed,
});

describe('settleBatch', () => {
  it('keeps the first of a key, counts equal ones, reports different ones', () => {
    const first = observation();
    const equal = observation({ price_usd: '1.00', pointer: '/1' });
    const other = observation({ price_usd: '2', pointer: '/2' });
    const backAgain = observation({ pointer: '/3' });
    expect(settleBatch([first, equal, other, backAgain])).toEqual({
      kept: [first],
      duplicates: 2,
      conflicts: [{ observation: other, kept: first }],
    });
  });

  it.each([
    ['external id', { external_id: 'ion2' }],
    ['kind', { kind: 'bar_close' as const }],
    ['instant', { observed_at: '2026-01-10T10:00:00.000001Z' }],
  ])('distinguishes keys by %s', (_part, changed) => {
    expect(settleBatch([observation(), observation(changed)]).kept).toHaveLength(2);
  });

  it('gives the same result however the payload is cut', () => {
    const rows = fc.array(
      fc
        .record({ external_id: fc.constantFrom('a', 'b'), price_usd: fc.constantFrom('1', '1.0', '2', null) })
        .map(observation),
    );
    fc.assert(
      fc.property(rows, (all) => {
        const { kept, duplicates, conflicts } = settleBatch(all);
        expect(kept.length + duplicates + conflicts.length).toBe(all.length);
        const again = settleBatch([...kept, ...all]);
        expect(again.kept).toEqual(kept);
        expect(again.duplicates).toBe(duplicates + kept.length);
        expect(again.conflicts).toEqual(conflicts);
      }),
    );
  });
});

describe('sayTheSame', () => {
  it.each([
    [{ price_usd: '1.000' }, true],
    [{ price_usd: '1.0000000000000000000000000001' }, false],
    [{ price_usd: null }, false],
    [{ volume_24h_usd: '0' }, false],
    [{ low_usd: '1' }, false],
    [{ name: 'Other', symbol: 'OTHER', flags: ['stale' as const], pointer: '/9' }, true],
  ])('%j: %s', (changed, expected) => {
    expect(sayTheSame(observation(), observation(changed))).toBe(expected);
    expect(sayTheSame(observation(changed), observation())).toBe(expected);
  });

  it('treats zero and minus zero as equal', () => {
    expect(sayTheSame(observation({ price_usd: '-0.0' }), observation({ price_usd: '0' }))).toBe(true);
  });
});

describe('areDistinct', () => {
  const at = (external_id: string, hour: number, kind: 'spot' | 'bar_close' = 'spot') =>
    observation({ external_id, kind, observed_at: `2026-01-10T0${hour}:00:00Z` });

  it('is sure about series that rise or fall', () => {
    expect(areDistinct([])).toBe(true);
    expect(areDistinct([at('a', 1), at('b', 3), at('a', 2), at('b', 2), at('a', 3)])).toBe(true);
  });

  it('is not sure about a series that turns, repeats or has two kinds', () => {
    expect(areDistinct([at('a', 1), at('a', 3), at('a', 2)])).toBe(false);
    expect(areDistinct([at('a', 1), at('a', 1)])).toBe(false);
    expect(areDistinct([at('a', 1), at('a', 2, 'bar_close')])).toBe(false);
  });

  it('is never wrong when it is sure', () => {
    const instant = fc.constantFrom('2026-01-10T10:00:00Z', '2026-01-10T10:00:00.5Z', '2026-01-10T10:00:01Z');
    const kind = fc.constantFrom('spot' as const, 'bar_close' as const);
    const row = fc
      .record({ external_id: fc.constantFrom('a', 'b'), observed_at: instant, kind })
      .map(observation);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        if (areDistinct(rows)) expect(settleBatch(rows).kept).toHaveLength(rows.length);
      }),
      { numRuns: 1_000 },
    );
  });
});
