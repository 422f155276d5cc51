import { periodOfMinutes } from '../../../domain/files/period.ts';
import type { Dialect, FoundHeader } from '../dialect.ts';
import { baseName, pairOn } from './exchange-name.ts';
import { headerless, isBar } from './headerless.ts';

const QUOTES = 'USD EUR GBP CAD AUD JPY CHF USDT USDC USDG PYUSD DAI XBT ETH DOT'.split(' ');
/** Coins for which Kraken has its own names. */
const COINS: Readonly<Record<string, string>> = { XBT: 'BTC', XDG: 'DOGE' };

/** The facts in a name such as `XBTUSD_1440.csv`: the pair, and the minutes of a bar. */
function named(filename: string | null): Pick<FoundHeader, 'pair' | 'period'> {
  const [, market = '', minutes = ''] = /^([A-Z\d]+)_(\d+)\.csv$/.exec(baseName(filename)) ?? [];
  const [base = '', quote] = pairOn(market, QUOTES)?.split('/') ?? [];
  if (quote === undefined) return {};
  return { pair: `${COINS[base] ?? base}/${quote}`, period: periodOfMinutes(minutes) };
}

const UNIX_SECONDS = /^\d{9,10}$/;

/** Kraken's downloadable OHLCVT files, which have no header: time, open, high, low, close, volume, trades. */
export const kraken: Dialect = {
  id: 'kraken',
  title: 'Kraken OHLCVT',
  convention:
    'The first column is the unix time at which a bar opens; the close is stored at the instant the bar ends, one period later. Intervals without a trade have no row.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'one' },
  columns: {},
  required: [],
  recognises: () => false,
  find: (records, filename) => {
    const head = headerless(
      records,
      { cells: 7, columns: { instant: 0, open: 1, high: 2, low: 3, price: 4, volume_base: 5 } },
      (cells) =>
        UNIX_SECONDS.test(cells[0] ?? '') && /^\d+$/.test(cells[6] ?? '') && isBar(cells, [1, 2, 3, 4]),
    );
    return head === null ? null : { ...head, ...named(filename) };
  },
  is_machine: true,
  zone: 'UTC',
  venue: 'kraken',
  quote: null,
  zero_volume: 'zero',
};
