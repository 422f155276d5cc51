import { ASSUMPTIONS, estimate, type Pace, type Range } from './estimate.ts';
import { PRICES } from './prices.ts';

const MONTHS = [1, 12] as const;

/** What the deployment will cost, as lines for a person: in its first month and after a year. */
export function costReport(pace: Pace): string[] {
  const [first, twelfth] = [estimate(pace, MONTHS[0]), estimate(pace, MONTHS[1])];
  const items = first.items.map(({ name, usd }, index) =>
    row(name, range(usd), range(twelfth.items[index]?.usd ?? usd)),
  );
  return [
    paceText(pace),
    row('US dollars', 'month 1', 'month 12'),
    ...items,
    row('together', range(first.usd), range(twelfth.usd)),
    row('Postgres', gigabytes(first.postgres_gb), gigabytes(twelfth.postgres_gb)),
    row('bytes in R2', gigabytes(first.raw_gb), gigabytes(twelfth.raw_gb)),
    ...ASSUMPTIONS.map((assumption) => `assumed: ${assumption}`),
    `List prices of ${PRICES.as_of}; they change. docs/operations/costs.md explains the figures.`,
    'Workers Paid is required: a poll needs more CPU time than the free plan allows.',
  ];
}

function paceText(pace: Pace): string {
  const { poll_minutes, poll_top, keep_observations_days, keep_raw_days } = pace;
  const { rows_a_day } = estimate(pace, 1);
  const kept = (what: string, days: number | null) =>
    days === null ? `${what} kept for ever` : `${what} kept ${days} days`;
  return [
    `a poll every ${poll_minutes} minutes`,
    poll_top === null ? 'all coins' : `the ${poll_top} largest coins`,
    kept('every observation', keep_observations_days),
    kept('upstream bytes', keep_raw_days),
    `up to ${Math.round(rows_a_day).toLocaleString('en')} rows a day`,
  ].join(', ');
}

const row = (name: string, ...cells: string[]) =>
  name.padEnd(22) + cells.map((cell) => cell.padStart(14)).join('');

function range([least, most]: Range): string {
  const [low, high] = [Math.round(least), Math.round(most)];
  return low === high ? `${low}` : `${low} to ${high}`;
}

const gigabytes = (gb: number) => `${gb < 10 ? gb.toFixed(1) : Math.round(gb)} GB`;
