import fc from 'fast-check';
import { afterPeriods } from '../../../../src/domain/files/period.ts';
import { KNOWN_COINS, type KnownRow, type Made } from './world.ts';
import { writeFigure, writeTime } from './write.ts';

// Original files of vendors, and the same files saved by a spreadsheet: with other delimiters, decimals and dates.

interface Cells {
  /** Beginnings and ends of the bars, or the instants, as clocks in UTC show them. */
  open: number;
  close: number;
  row: KnownRow;
  base_volume: string;
  at: number;
}

interface Vendor {
  id: string;
  name: (symbol: string, period: string) => string;
  header: string[] | null;
  delimiter: string;
  periods: string[];
  kind: 'bars' | 'prices';
  /** The vendor's columns: a cap, a volume in dollars. */
  has: ('cap' | 'volume')[];
  cells: (cells: Cells, write: Writer) => string[];
  /** Whether a spreadsheet may have written it. */
  isResaved: boolean;
}

interface Writer {
  figure: (value: string | null) => string;
  date: (wall: number) => string;
  /** The last moment of a day, which spreadsheets truncate. */
  end: (wall: number) => string;
}

const ohlc = ({ row }: Cells, { figure }: Writer) => [row.open, row.high, row.low, row.price].map(figure);

const VENDORS: Vendor[] = [
  {
    id: 'coingecko',
    name: (symbol) => `${symbol.toLowerCase()}-usd-max.csv`,
    header: ['snapped_at', 'price', 'market_cap', 'total_volume'],
    delimiter: ',',
    periods: ['1d'],
    kind: 'prices',
    has: ['cap', 'volume'],
    cells: ({ open, row }, { figure, date }) => [
      date(open),
      figure(row.price),
      figure(row.cap),
      figure(row.volume_usd),
    ],
    isResaved: true,
  },
  {
    id: 'coinmarketcap',
    name: (symbol) =>
      `${KNOWN_COINS.find((coin) => coin.symbol === symbol)?.name}_1_1_2019-3_1_2019_historical_data_coinmarketcap.csv`,
    header: [
      'timeOpen',
      'timeClose',
      'timeHigh',
      'timeLow',
      'name',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'marketCap',
      'timestamp',
    ],
    delimiter: ';',
    periods: ['1d'],
    kind: 'bars',
    has: ['cap', 'volume'],
    cells: (cells, write) => [
      write.date(cells.open),
      write.end(cells.close),
      write.date(cells.open),
      write.date(cells.open),
      '2781',
      ...ohlc(cells, write),
      write.figure(cells.row.volume_usd),
      write.figure(cells.row.cap),
      write.end(cells.close),
    ],
    isResaved: true,
  },
  {
    id: 'kaggle',
    name: (symbol) => `coin_${KNOWN_COINS.find((coin) => coin.symbol === symbol)?.name}.csv`,
    header: ['SNo', 'Name', 'Symbol', 'Date', 'High', 'Low', 'Open', 'Close', 'Volume', 'Marketcap'],
    delimiter: ',',
    periods: ['1d'],
    kind: 'bars',
    has: ['cap', 'volume'],
    cells: ({ close, row, at }, { figure, end }) => [
      String(at + 1),
      row.coin.name,
      row.coin.symbol,
      end(close),
      ...[row.high, row.low, row.open, row.price, row.volume_usd, row.cap].map(figure),
    ],
    isResaved: true,
  },
  {
    id: 'cryptodatadownload',
    name: (symbol, period) => `Bitstamp_${symbol}USD_${{ '1d': 'd', '1h': '1h' }[period]}.csv`,
    header: ['unix', 'date', 'symbol', 'open', 'high', 'low', 'close', 'Volume BASE', 'Volume USD'],
    delimiter: ',',
    periods: ['1d', '1h'],
    kind: 'bars',
    has: ['volume'],
    cells: (cells, write) => [
      String(cells.open / 1000),
      write.date(cells.open),
      `${cells.row.coin.symbol}/USD`,
      ...ohlc(cells, write),
      write.figure(cells.base_volume),
      write.figure(cells.row.volume_usd),
    ],
    isResaved: true,
  },
  {
    id: 'yahoo',
    name: (symbol) => `${symbol}-USD.csv`,
    header: ['Date', 'Open', 'High', 'Low', 'Close', 'Adj Close', 'Volume'],
    delimiter: ',',
    periods: ['1d', '1w', '1mo'],
    kind: 'bars',
    has: ['volume'],
    cells: (cells, write) => [
      write.date(cells.open),
      ...ohlc(cells, write),
      write.figure(cells.row.price),
      write.figure(cells.row.volume_usd),
    ],
    isResaved: true,
  },
  {
    id: 'investing',
    name: (symbol) => `${symbol}_USD Binance Historical Data.csv`,
    header: ['Date', 'Price', 'Open', 'High', 'Low', 'Vol.', 'Change %'],
    delimiter: ',',
    periods: ['1d', '1w', '1mo'],
    kind: 'bars',
    has: [],
    cells: ({ open, row }, { figure, date }) => [
      date(open),
      ...[row.price, row.open, row.high, row.low].map(figure),
      '40.10K',
      '',
    ],
    isResaved: true,
  },
  {
    id: 'coincodex',
    name: (symbol) =>
      `${KNOWN_COINS.find((coin) => coin.symbol === symbol)?.name.toLowerCase()}_2019-01-01_2019-03-01.csv`,
    header: ['Start', 'End', 'Open', 'High', 'Low', 'Close', 'Volume', 'Market Cap'],
    delimiter: ',',
    periods: ['1d'],
    kind: 'bars',
    has: ['cap', 'volume'],
    cells: (cells, write) => [
      write.date(cells.open),
      write.date(cells.close),
      ...ohlc(cells, write),
      write.figure(cells.row.volume_usd),
      write.figure(cells.row.cap),
    ],
    isResaved: true,
  },
  {
    id: 'coinmetrics',
    name: (symbol) => `${symbol.toLowerCase()}.csv`,
    header: ['time', 'AdrActCnt', 'CapMrktCurUSD', 'PriceBTC', 'PriceUSD', 'SplyCur'],
    delimiter: ',',
    periods: ['1d'],
    kind: 'prices',
    has: ['cap'],
    cells: ({ open, row }, { figure, date }) => [
      date(open),
      '30000',
      figure(row.cap),
      figure('0.5'),
      figure(row.price),
      '21000000',
    ],
    isResaved: true,
  },
  {
    id: 'kraken',
    name: (symbol, period) => `${symbol}USD_${{ '1d': 1440, '1h': 60, '15m': 15 }[period]}.csv`,
    header: null,
    delimiter: ',',
    periods: ['1d', '1h', '15m'],
    kind: 'bars',
    has: [],
    cells: (cells, write) => [String(cells.open / 1000), ...ohlc(cells, write), cells.base_volume, '900'],
    isResaved: false,
  },
  {
    id: 'tradingview',
    name: (symbol, period) => `KRAKEN_${symbol}USD, ${{ '1d': '1D', '1h': '60', '1w': '1W' }[period]}.csv`,
    header: ['time', 'open', 'high', 'low', 'close', 'Volume', 'RSI'],
    delimiter: ',',
    periods: ['1d', '1h', '1w'],
    kind: 'bars',
    has: [],
    cells: (cells, write) => [String(cells.open / 1000), ...ohlc(cells, write), cells.base_volume, '51.2'],
    isResaved: false,
  },
];

const chance = (percent: number) => fc.integer({ min: 0, max: 99 }).map((n) => n < percent);

const saved = fc.record({
  vendor: fc.constantFrom(...VENDORS),
  coin: fc.constantFrom(...KNOWN_COINS.filter(({ symbol }) => symbol !== 'ARB')),
  pick: fc.nat(10),
  start: fc.integer({ min: Date.UTC(2013, 0, 1), max: Date.UTC(2019, 0, 1) }),
  steps: fc
    .array(fc.constantFrom(1, 1, 1, 1, 2), { minLength: 1, maxLength: 40 })
    .map((steps) => (steps.filter((step) => step === 1).length > 1 ? steps : [1, 1, ...steps])),
  isNewestFirst: fc.boolean(),
  whole: fc.constantFrom(0, 1, 52, 1019, 62_440),
  decimals: fc.constantFrom(1, 2, 3, 5),
  digits: fc.infiniteStream(fc.integer({ min: 0, max: 999_999 })),
  isResaved: chance(60),
  delimiter: fc.constantFrom(',', ';', '\t'),
  mark: fc.constantFrom('point' as const, 'comma' as const),
  group: fc.constantFrom('' as const, '' as const, 'other' as const, ' ' as const),
  date: fc.constantFrom(
    'day',
    'blank',
    'mdy',
    'dmy',
    'mdy short',
    'dmy short',
    'excel',
    'dots',
    'minutes',
    'named',
  ),
  isPadded: fc.boolean(),
});
type Saved = typeof saved extends fc.Arbitrary<infer T> ? T : never;

const DAYS = ['day', 'mdy', 'dmy', 'mdy short', 'dmy short', 'dots', 'named'];
const OWN_DATES: Record<string, string> = {
  coingecko: 'utc',
  cryptodatadownload: 'blank',
  investing: 'named',
};

/** A vendor's file of known rows. */
export const vendorFile: fc.Arbitrary<Made> = saved.map(make);

function make(given: Saved): Made {
  const { vendor, coin } = given;
  const period = vendor.periods[given.pick % vendor.periods.length] ?? '1d';
  const isResaved = given.isResaved && vendor.isResaved;
  const rows = rowsOf(given, period);
  const header = vendor.header?.map((name) => name.replace('BASE', coin.symbol)) ?? null;
  const asIs = { mark: 'point', group: vendor.id === 'investing' ? 'other' : '' } as const;
  const how: Pick<Saved, 'mark' | 'group'> = isResaved ? given : asIs;
  const delimiter = isResaved ? given.delimiter : vendor.delimiter;
  const isHours = period.endsWith('h') || period.endsWith('m');
  // A spreadsheet that shows only dates would lose the hours.
  const resaved = isHours && DAYS.includes(given.date) ? 'excel' : given.date;
  const form = isResaved ? resaved : (OWN_DATES[vendor.id] ?? 'day');
  const write: Writer = {
    figure: (value) =>
      value === null ? '' : writeFigure(value, { mark: how.mark, group: how.group, suffix: false }),
    date: (wall) =>
      form === 'utc' ? `${writeTime(wall, 'blank', 'UTC', given)} UTC` : writeTime(wall, form, 'UTC', given),
    end: (wall) => endOf(wall, { form, isResaved, given }),
  };
  const quoted = (cell: string) => (cell.includes(delimiter) || cell.includes('"') ? `"${cell}"` : cell);
  const lines = rows.map((cells) => vendor.cells(cells, write).map(quoted).join(delimiter));
  if (header !== null) lines.unshift(header.map(quoted).join(delimiter));
  const order = ['mdy', 'mdy short', 'excel'].includes(form) ? 'mdy' : 'dmy';
  return {
    filename: vendor.name(coin.symbol, period),
    text: `${lines.join('\n')}\n`,
    rows: rows.map(({ row }) => row),
    quote: 'usd',
    answers: {
      symbol: coin.symbol,
      quote: 'usd',
      decimal: how.mark,
      date_order: order,
      zone: 'UTC',
      period,
      delimiter,
    },
    told: [],
  };
}

/** The last moment of a bar: in the vendor's form, or as a spreadsheet truncates it, on the same day. */
function endOf(
  wall: number,
  { form, isResaved, given }: { form: string; isResaved: boolean; given: Saved },
): string {
  const last = wall - 1000;
  if (!isResaved)
    return given.vendor.id === 'kaggle'
      ? writeTime(last, 'blank', 'UTC', given)
      : `${writeTime(last, 'T', 'UTC', given)}.999Z`;
  return writeTime(last, form, 'UTC', given);
}

function rowsOf(given: Saved, period: string): Cells[] {
  const { vendor, coin } = given;
  const day = Math.floor(given.start / 86_400_000) * 86_400_000;
  const date = new Date(day);
  const monday = day - ((date.getUTCDay() + 6) % 7) * 86_400_000;
  let open =
    period === '1mo'
      ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
      : period === '1w'
        ? monday
        : day;
  const digits = given.digits[Symbol.iterator]();
  const figure = () => {
    const noise = `1${String(digits.next().value).padStart(6, '0')}`;
    const whole =
      given.whole === 0
        ? '0'
        : String(given.whole + (Number(noise) % Math.max(1, Math.floor(given.whole / 20))));
    return `${whole}.${noise.slice(0, given.decimals)}`;
  };
  const made = [0, ...given.steps].map((step, at): Cells => {
    open = step === 0 ? open : afterPeriods(open, period, step);
    const close = afterPeriods(open, period);
    const [low = '', first = '', last = '', high = ''] = [0, 0, 0, 0]
      .map(figure)
      .sort((a, b) => Number(a) - Number(b));
    const big = () => String(1_000_000_000 + 7 * Number(digits.next().value));
    const isBars = vendor.kind === 'bars';
    // CoinGecko's midnight opens the day; Coin Metrics names a day by its end.
    const at_ms = vendor.id === 'coingecko' ? open : close;
    const row: KnownRow = {
      coin,
      created_at: new Date(at_ms).toISOString().replace('.000Z', 'Z'),
      price: last,
      open: isBars ? first : null,
      high: isBars ? high : null,
      low: isBars ? low : null,
      cap: vendor.has.includes('cap') ? big() : null,
      volume_usd: vendor.has.includes('volume') ? big() : null,
    };
    return { open, close, row, base_volume: '31.5', at };
  });
  return given.isNewestFirst ? made.reverse() : made;
}
