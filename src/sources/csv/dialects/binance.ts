import type { Dialect, FoundHeader } from '../dialect.ts';
import { baseName, pairOn } from './exchange-name.ts';
import { headerless, isBar } from './headerless.ts';

/** Milliseconds, and microseconds in the spot archives since 2025. */
const UNIX = /^(?:\d{13}|\d{16})$/;

/** Binance's archives of spot klines, which have no header, and the same columns under the names of its API. */
export const binance: Dialect = {
  id: 'binance',
  title: 'Binance klines',
  convention:
    'Open time and Close time are the first and the last moment of a bar (UTC); the close is stored at the instant the bar ends. Quote asset volume is the volume.',
  kind: 'bar_close',
  bars: { names: 'close', period: null, venue: 'one' },
  columns: {
    instant: ['close_time'],
    bar_open: ['open_time'],
    price: ['close'],
    open: ['open'],
    high: ['high'],
    low: ['low'],
    volume_usd: ['quote_asset_volume'],
    volume_base: ['volume'],
  },
  required: ['instant', 'bar_open', 'price', 'open', 'high', 'low'],
  // The archives of futures also have a header, with other names: a perpetual contract is not the coin.
  recognises: (names) =>
    ['open_time', 'close_time', 'quote_asset_volume', 'taker_buy_base_asset_volume'].every((name) =>
      names.has(name),
    ),
  find: (records, filename) => {
    const head = headerless(records, ARCHIVE, (cells) => isKline(cells) && isBar(cells, [1, 2, 3, 4]));
    return head === null ? null : { ...head, ...named(filename) };
  },
  is_machine: true,
  zone: 'UTC',
  venue: 'binance',
  quote: null,
  zero_volume: 'zero',
};

const ARCHIVE = {
  cells: 12,
  columns: { bar_open: 0, open: 1, high: 2, low: 3, price: 4, volume_base: 5, instant: 6, volume_usd: 7 },
};

/** Whether the times of a record are the ends of a bar of a minute or more: the later one is its last moment. */
function isKline(cells: string[]): boolean {
  const [open = '', close = ''] = [cells[0], cells[6]];
  if (!UNIX.test(open) || close.length !== open.length || !UNIX.test(close)) return false;
  const unitsOfMinute = open.length === 13 ? 60_000n : 60_000_000n;
  const length = BigInt(close) - BigInt(open) + 1n;
  return length > 0n && length % unitsOfMinute === 0n;
}

/** It has no market in US dollars. */
const QUOTES =
  'USDT USDC BUSD TUSD FDUSD USDP USD1 DAI BTC ETH BNB TRX XRP DOGE SOL EUR GBP AUD TRY BRL RUB UAH NGN PLN RON ARS ZAR IDRT BIDR JPY MXN CZK COP'.split(
    ' ',
  );

/** The pair in a name such as `BTCUSDT-1d-2025-01.csv`. */
function named(filename: string | null): Pick<FoundHeader, 'pair'> {
  const [, market = ''] =
    /^([A-Z\d]+)-\d+[a-zA-Z]+-\d{4}-\d\d(?:-\d\d)?\.csv$/.exec(baseName(filename)) ?? [];
  const pair = pairOn(market, QUOTES);
  return pair === undefined ? {} : { pair };
}
