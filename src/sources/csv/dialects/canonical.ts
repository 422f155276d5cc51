import { FIGURES, type Figure, recordOf } from '../../../domain/figures.ts';
import type { Dialect, Role } from '../dialect.ts';

/** The role of each of our figures in a dialect. */
const ROLES: Record<Figure, Role> = {
  price_usd: 'price',
  market_cap_usd: 'cap',
  volume_24h_usd: 'volume_usd',
  percent_change_24h: 'change',
  open_usd: 'open',
  high_usd: 'high',
  low_usd: 'low',
};

/** Other spellings of their columns. */
const ALIASES: Partial<Record<Figure, string[]>> = {
  price_usd: ['price', 'current_price', 'current_price_usd', 'last_price'],
  market_cap_usd: ['market_cap', 'marketcap', 'marketcap_usd'],
  volume_24h_usd: ['volume_24h', 'volume_usd_24h', 'volume24h', '24h_volume', 'total_volume', 'volume_usd'],
  // price_change_24h is an amount of money, not a percentage.
  percent_change_24h: [
    'price_change_percentage_24h',
    'percentage_change_24h',
    'percent_change24h',
    'pct_change_24h',
  ],
};
const NAMES = recordOf(FIGURES, (figure) => [figure, ...(ALIASES[figure] ?? [])]);

/** Our own form (docs/csv.md): the columns of a /data row, and their names elsewhere. */
export const canonical: Dialect = {
  id: 'canonical',
  title: 'cointape CSV',
  convention:
    'created_at is the instant of a reading, a date alone its midnight in UTC; prices are in USD, volumes are those of the 24 hours before.',
  kind: 'spot',
  bars: null,
  columns: {
    external_id: ['external_id'],
    source: ['source'],
    id: ['coin_id', 'id', 'asset_id', 'asset', 'slug'],
    symbol: ['ticker', 'symbol', 'coin_symbol'],
    name: ['name', 'coin_name', 'coin'],
    quote: ['quote', 'quote_currency', 'vs_currency', 'currency'],
    kind: ['kind'],
    flags: ['flags'],
    superseded_at: ['superseded_at'],
    instant: [
      'created_at',
      'observed_at',
      'timestamp',
      'datetime',
      'date_time',
      'date_and_time',
      'last_updated',
      'last_updated_at',
      'source_updated_at',
      'updated_at',
      'date',
      'time',
      'unix',
      'unix_timestamp',
    ],
    ...Object.fromEntries(FIGURES.map((figure) => [ROLES[figure], NAMES[figure]])),
  },
  required: ['price'],
  // Columns of bars without a vendor may have instants with another meaning.
  recognises: (names) =>
    NAMES.price_usd.some((name) => names.has(name)) &&
    !['open', 'high', 'low', 'close', 'adj_close'].some((name) => names.has(name)),
  is_machine: false,
  zone: null,
  quote: null,
  zero_volume: 'zero',
};
