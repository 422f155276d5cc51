import { expect, test } from 'vitest';
import { costReport } from '../../../scripts/deploy/cost-report.ts';
import { estimate, type Pace } from '../../../scripts/deploy/estimate.ts';

const FULL: Pace = {
  poll_minutes: 5,
  poll_top: null,
  keep_observations_days: null,
  keep_raw_days: null,
  coingecko_plan: 'demo',
  coingecko_pages: 4,
};
const FRUGAL: Pace = {
  ...FULL,
  poll_minutes: 30,
  poll_top: 500,
  keep_observations_days: 90,
  keep_raw_days: 30,
};

test('the profiles, in their first month and after a year', () => {
  expect(costReport(FULL)).toEqual(
    expect.arrayContaining([
      'US dollars                   month 1      month 12',
      'together                    30 to 88     80 to 138',
      'Postgres                       13 GB        153 GB',
    ]),
  );
  expect(costReport(FRUGAL)).toEqual(
    expect.arrayContaining([
      'together                     9 to 25      11 to 26',
      'Postgres                      0.6 GB        5.5 GB',
    ]),
  );
});

test('rows: CoinPaprika every 5 minutes, CoinGecko’s first page every 10 and later ones every 30', () => {
  expect(estimate(FULL, 1).rows_a_day).toBe(3795 * 288 + 250 * 144 + 750 * 48);
  expect(estimate({ ...FULL, coingecko_plan: 'pro' }, 1).rows_a_day).toBe((3795 + 1000) * 288);
  expect(estimate({ ...FULL, poll_top: 300 }, 1).rows_a_day).toBe(300 * 288 + 250 * 144 + 50 * 48);
});

test('10,000 coins every five minutes for a year cost what docs/performance.md says', () => {
  const pace: Pace = { ...FULL, coingecko_plan: 'pro', coingecko_pages: 25 }; // 3,795 + 6,250 coins
  const { postgres_gb, usd } = estimate(pace, 12);
  expect(postgres_gb).toBeGreaterThan(370);
  expect(postgres_gb).toBeLessThan(380);
  expect(usd.map(Math.round)).toEqual([162, 220]);
});

test('what retention gives up is no longer counted', () => {
  const year = (pace: Pace) => estimate(pace, 12);
  const thinned = { ...FULL, keep_observations_days: 90 };
  expect(year(thinned).postgres_gb).toBeLessThan(year(FULL).postgres_gb / 2);
  expect(year({ ...FULL, keep_raw_days: 30.4 }).raw_gb).toBeCloseTo(estimate(FULL, 1).raw_gb);
});
