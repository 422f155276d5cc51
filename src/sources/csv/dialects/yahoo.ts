import type { Columns, Dialect, FoundHeader } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import type { CsvRecord } from '../record.ts';

/**
 * Yahoo Finance's historical data, from its page or from yfinance; rows of only `null` are days without figures.
 */
export const yahoo: Dialect = {
  id: 'yahoo',
  title: 'Yahoo Finance',
  convention:
    'Date is the day (UTC) on which a bar opens; Close, unadjusted, is stored at the instant the bar ends, for daily bars the midnight after.',
  kind: 'bar_close',
  bars: { names: 'open', period: null, venue: 'many' },
  columns: {
    instant: ['date', 'datetime'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    // For a pair such as BTC-USD in the quote currency, over all exchanges.
    volume_usd: ['volume'],
  },
  required: ['instant', 'price', 'open', 'high', 'low'],
  recognises: (names) =>
    ['open', 'high', 'low', 'close'].every((name) => names.has(name)) &&
    (names.has('adj_close') || (names.has('dividends') && names.has('stock_splits'))) &&
    (names.has('date') || names.has('datetime')),
  find: yfinanceHead,
  is_machine: true,
  zone: 'UTC',
  quote: { text: 'usd', named: /yahoo/i },
  zero_volume: 'unknown',
};

const FIGURES: Readonly<Record<string, keyof Columns>> = {
  close: 'price',
  open: 'open',
  high: 'high',
  low: 'low',
  volume: 'volume_usd',
};

/**
 * The three lines above the data in a file of yfinance's download(): for each column its contents, its ticker, and
 * nothing.
 */
function yfinanceHead([prices, tickers, dates]: CsvRecord[]): FoundHeader | null {
  const head = [prices, tickers, dates].map((record) => record?.cells.map((cell) => cell.trim()) ?? []);
  const [[first = '', ...held] = [], [second = '', ...named] = [], [third = '', ...rest] = []] = head;
  const isHead =
    first === 'Price' && second === 'Ticker' && /^Date(?:time)?$/.test(third) && rest.join('') === '';
  if (!isHead) return null;
  const [pair, ...others] = new Set(named);
  if (pair === undefined || others.length > 0)
    throw new CsvFault(
      'wide_table',
      `The file holds ${[...new Set(named)].join(', ')} side by side. Save one ticker in each file, or send columns= with the positions of one: columns=1:date,2:close, and symbol=.`,
    );
  const columns: Columns = { instant: 0 };
  for (const [at, name] of held.entries()) {
    const role = FIGURES[name.toLowerCase()];
    if (role !== undefined) columns[role] = at + 1;
  }
  return { header_records: 3, header: [third, ...held], columns, pair };
}
