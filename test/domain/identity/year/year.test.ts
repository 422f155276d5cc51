import { describe, expect, it } from 'vitest';
import { play } from './play.ts';

const DAYS = 365;
/** 3,000 coins take minutes: `YEAR_COINS=3000 YEAR_SEED=7 npx vitest run --project unit test/domain/identity/year`. */
const COINS = Number(process.env.YEAR_COINS);
const FIRST_SEED = Number(process.env.YEAR_SEED);

describe('a year of renames, swaps, delistings and late vendors', () => {
  it.each([FIRST_SEED, FIRST_SEED + 1])(
    'leaves each coin complete and separate (seed %i)',
    (seed) => {
      const { coin_days, right, joined_wrongly, assets, assets_right, wrong_at_end } = play(
        seed,
        COINS,
        DAYS,
      );
      expect(joined_wrongly).toEqual([]);
      expect(wrong_at_end).toEqual([]);
      expect(assets_right).toBe(assets);
      expect(right / coin_days).toBeGreaterThanOrEqual(0.999);
    },
    COINS * 2_000,
  );
});
