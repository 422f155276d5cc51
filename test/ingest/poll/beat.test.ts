import { expect, it } from 'vitest';
import { requestBeatSeconds } from '../../../src/domain/beat.ts';
import { periodAt } from '../../../src/domain/upstream/quota.ts';
import { planPoll } from '../../../src/ingest/poll/plan.ts';
import { coingecko } from '../../../src/sources/coingecko/index.ts';
import { coinpaprika } from '../../../src/sources/coinpaprika/index.ts';
import { sourceSettings } from '../../../src/sources/registry.ts';
import { testDeps } from '../../support/deps.ts';

const NOW = Date.parse('2026-01-10T12:00:00Z');

it('is the planned pace, however slowly an endpoint is polled to save calls', () => {
  const deps = testDeps({}, { COINPAPRIKA_BASE_URL: 'https://api.coinpaprika.com/v1' });
  const limit = coinpaprika
    .limits(sourceSettings(deps.settings, 'coinpaprika'))
    .find(({ calls_max }) => calls_max !== null);
  if (limit === undefined) throw new Error('The plan has no limit.');
  const starts_ms = String(periodAt(limit, new Date(NOW)).starts_at.getTime());
  const calls = String((limit.calls_max ?? 0) - 20);
  const facts = {
    checkpoints: [],
    upstreams: [],
    failures: [],
    ledger: [{ source: 'coinpaprika', period: limit.period, starts_ms, calls, spare_calls: '0' }],
  };
  const { requests } = planPoll(deps, coinpaprika, facts, NOW);
  const tickers = requests.find(({ endpoint }) => endpoint === 'tickers');
  expect(tickers?.every_minutes).toBeGreaterThan(60);
  expect(tickers && requestBeatSeconds(tickers)).toBe(300);
});

it.each([
  [1, 3_600],
  [2, 3_600],
  [90, 3_600],
  [91, 86_400],
])('is the spacing of a chart of %i days', (days, expected) => {
  const request = coingecko.history?.request(
    sourceSettings(testDeps().settings, 'coingecko'),
    'bitcoin',
    days,
  );
  expect(request && requestBeatSeconds(request)).toBe(expected);
});
