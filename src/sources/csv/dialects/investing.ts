import type { Dialect } from '../dialect.ts';
import { columnName } from '../plan/head/column-name.ts';
import { INVESTING_HEADERS } from './investing-names.ts';

const HEADERS = INVESTING_HEADERS.map(({ names, order }) => ({ names: names.map(columnName), order }));

/** The names of a column in all languages. The sign `+/- %` has no plain name, and neither has its column. */
const namesAt = (at: number): string[] => [...new Set(HEADERS.flatMap(({ names }) => names[at] || []))];

/** The possible languages of a header: from its date and prices, and from its volume or change. */
const headersIn = (found: ReadonlySet<string>) =>
  HEADERS.filter(
    ({ names: [date = '', price = '', open = '', high = '', low = '', volume = '', change = ''] }) =>
      [date, price, open, high, low].every((name) => found.has(name)) &&
      (found.has(volume) || found.has(change)),
  );

/**
 * Investing.com's historical data in the languages of its site. Its `Vol.` counts coins, so it is not a volume in
 * USD.
 */
export const investing: Dialect = {
  id: 'investing',
  title: 'Investing.com',
  convention:
    'Date is the day (UTC) on which a bar opens; Price, its close, is stored at the instant the bar ends, for daily bars the midnight after.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'one' },
  columns: {
    instant: namesAt(0),
    price: namesAt(1),
    open: namesAt(2),
    high: namesAt(3),
    low: namesAt(4),
    volume_base: namesAt(5),
    change: [...namesAt(6), 'change_percent'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) => headersIn(names).length > 0,
  date_order: (names) => {
    const [order, ...others] = new Set(headersIn(names).map((header) => header.order));
    return others.length === 0 ? (order ?? null) : null;
  },
  is_machine: false,
  zone: 'UTC',
  // The page of a coin without a pair is in US dollars, and its files have the coin's name.
  quote: { text: 'usd', named: /historical[ _-]?data|investing/i },
  zero_volume: 'zero',
};
