import { bars, broken, series } from './files.ts';
import type { Phase } from './play.ts';

/**
 * The events of a play, with or without faults. Jobs of one phase may run in any order with the same result; jobs
 * whose order matters are in separate phases.
 */
export function phases(size: 'short' | 'long'): Phase[] {
  const records = size === 'long' ? 12_000 : 700;
  return [
    {
      round: 0,
      jobs: [
        (play) => play.tick(2),
        ({ clients }) => clients.upload({ name: 'abc.csv', text: series('ABC', records, 400) }),
        ({ clients }) => clients.upload({ name: 'bars.csv', text: bars(50), gzipped: true }),
        ({ clients }) => clients.trigger(),
      ],
    },
    {
      round: 1,
      jobs: [
        (play) => play.tick(2),
        ({ clients }) => clients.upload({ name: 'abc-2.csv', text: series('ABC', records, 500, 2) }),
        ({ clients }) =>
          clients.upload({ name: 'try.csv', text: series('TRY', 300, 200), query: '&dry_run=true' }),
        ({ clients }) => clients.history('btc-bitcoin'),
        ({ clients }) => clients.upload({ name: 'broken.csv', text: broken() }),
        ({ clients }) => clients.trigger(),
      ],
    },
    {
      // Withdraws whichever run loaded the newest readings, and reads them again.
      round: 1,
      rereads: true,
      jobs: [(play) => play.withdrawPolls()],
    },
    {
      round: 2,
      jobs: [
        ({ clients }) => clients.withdraw('abc-2.csv'),
        ({ clients }) => clients.withdraw('bars.csv'),
        ({ clients }) => clients.replay('{"source":"coinpaprika"}'),
        ({ clients }) => clients.rebuildCandles(),
        (play) => play.tick(),
        ({ clients }) => clients.trigger(),
      ],
    },
    {
      // By then old readings and bytes are given up while new ones arrive.
      round: 3,
      days_later: 40,
      keep_days: 30,
      jobs: [
        (play) => play.tick(2),
        ({ clients }) => clients.trigger(),
        ({ clients }) => clients.pin({ source: 'coingecko', external_id: 'another' }, 'abc-abc-coin'),
      ],
    },
  ];
}
