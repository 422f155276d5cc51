import { contractOf } from './contracts.ts';
import { type Coin, DAY_MS, HOUR_MS, type Reading, readCoin, rounded } from './market.ts';
import { type Json, NumberText, rubyFloat } from './number-text.ts';

const MINUTE_MS = 60_000;
const PER_PAGE_MAX = 250;
const SPANS: Record<string, number> = {
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '14d': 14 * DAY_MS,
  '30d': 30 * DAY_MS,
  '200d': 200 * DAY_MS,
  '1y': 365 * DAY_MS,
};
const NINETEEN_DIGITS = new NumberText('1234567890123456789.0');

/** Why the query cannot be answered, in the upstream's words, or undefined. */
export function marketsFault(query: URLSearchParams): string | undefined {
  if (!query.get('vs_currency')) return 'Missing parameter vs_currency';
  return query.get('vs_currency') === 'usd' ? undefined : 'invalid vs_currency';
}

/** `/coins/markets`: one page by market cap, at most 250 coins; `[]` past the end. */
export function markets(coins: Coin[], now_ms: number, query: URLSearchParams): Json[] {
  const perPage = Math.min(PER_PAGE_MAX, Math.max(1, Number(query.get('per_page') ?? 100) || 100));
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1);
  const spans = (query.get('price_change_percentage') ?? '').split(',').filter((span) => span in SPANS);
  const full = query.get('precision') === 'full';
  return coins
    .filter((coin) => coin.coingecko_id !== null)
    .slice((page - 1) * perPage, page * perPage)
    .map((coin) => market(coin, readCoin(coin, 'coingecko', now_ms), spans, full));
}

/** `/coins/list`: every coin, with the addresses of its token if `include_platform` asks for them. */
export function list(coins: Coin[], query: URLSearchParams): Json[] {
  return coins
    .filter((coin) => coin.coingecko_id !== null)
    .map((coin) => {
      const labels = { id: coin.coingecko_id, symbol: coin.symbol.toLowerCase(), name: coin.name };
      if (query.get('include_platform') !== 'true') return labels;
      const contract = contractOf(coin);
      return { ...labels, platforms: contract ? { [contract.coingecko]: contract.address } : {} };
    });
}

function market(coin: Coin, reading: Reading, spans: string[], full: boolean): Json {
  const { quirks } = coin;
  const quiet = quirks.has('stale') || quirks.has('nulls') || quirks.has('blank');
  const orNull = (value: Json): Json => (quiet ? null : value);
  const price = full ? reading.price_usd : rounded(reading.price_usd, 6);
  const before = reading.price_usd / (1 + reading.changePercent(DAY_MS) / 100);
  const percent = percentText(quirks.has('moonshot') ? 48_203_117.5 : reading.changePercent(DAY_MS));
  const row: { [key: string]: Json | undefined } = {
    id: coin.coingecko_id,
    symbol: coin.symbol.toLowerCase(),
    name: coin.name,
    image: `https://coin-images.coingecko.com/coins/images/${coin.rank}/large/${coin.coingecko_id}.png?1696501400`,
    current_price: priceText(price),
    market_cap: quirks.has('zero_cap') ? 0 : reading.market_cap_usd,
    market_cap_rank: quirks.has('zero_cap') ? null : coin.rank,
    ...supplies(coin, reading, quiet),
    total_volume: quirks.has('zero_volume') ? 0 : Math.round(reading.volume_24h_usd),
    high_24h: orNull(priceText(Math.max(price, before) * 1.01)),
    low_24h: orNull(priceText(Math.min(price, before) * 0.99)),
    price_change_24h: orNull(rubyFloat(reading.price_usd - before)),
    price_change_percentage_24h: orNull(quirks.has('negative_zero') ? new NumberText('-0.0') : percent),
    market_cap_change_24h: orNull(rubyFloat(reading.market_cap_usd - before * coin.supply)),
    market_cap_change_percentage_24h: orNull(percent),
    ...records(coin, price),
    roi: coin.rank % 11 === 0 ? { times: 12.5, currency: 'usd', percentage: 1250.25 } : null,
    last_updated: quirks.has('no_source_time')
      ? null
      : new Date(reading.updated_at_ms + (coin.rank % 1000)).toISOString(),
  };
  for (const span of spans) {
    const change = orNull(rubyFloat(reading.changePercent(SPANS[span] ?? DAY_MS)));
    row[`price_change_percentage_${span}_in_currency`] = quirks.has('absent') ? undefined : change;
  }
  return row;
}

function supplies(coin: Coin, reading: Reading, quiet: boolean) {
  const { quirks } = coin;
  const supply = quirks.has('huge_supply') ? NINETEEN_DIGITS : rubyFloat(coin.supply);
  const max = coin.max_supply === null ? null : rubyFloat(coin.max_supply);
  return {
    fully_diluted_valuation: quiet || quirks.has('absent') ? null : Math.round(reading.market_cap_usd * 1.02),
    circulating_supply: quirks.has('zero_cap') ? rubyFloat(0) : supply,
    total_supply: quiet ? null : supply,
    max_supply: quirks.has('absent') ? undefined : quiet ? null : max,
  };
}

function records(coin: Coin, price: number) {
  const ath = rounded(price * (2 + coin.volatility), 6);
  const atl = rounded(price / (20 + coin.volatility), 6);
  return {
    ath: priceText(ath),
    ath_change_percentage: percentText((price / ath - 1) * 100),
    ath_date: new Date(coin.first_data_at_ms + 400 * DAY_MS + 333).toISOString(),
    atl: priceText(atl),
    atl_change_percentage: percentText((price / atl - 1) * 100),
    atl_date: new Date(coin.first_data_at_ms + 30 * DAY_MS).toISOString(),
  };
}

/** `/global`: wrapped in `data`, a map per currency, unix seconds. */
export function global(coins: Coin[], now_ms: number): Json {
  const minute = Math.floor(now_ms / MINUTE_MS) * MINUTE_MS;
  const listed = coins.filter((coin) => coin.coingecko_id !== null);
  const capsAt = (at: number) => listed.map((coin) => readCoin(coin, 'coingecko', at).market_cap_usd);
  const caps = capsAt(minute);
  const sum = (figures: number[]) => figures.reduce((total, figure) => total + figure, 0);
  const cap = sum(caps);
  const volume = sum(listed.map((coin) => readCoin(coin, 'coingecko', minute).volume_24h_usd));
  const bitcoin = listed[0] ? readCoin(listed[0], 'coingecko', minute).price_usd : 1;
  const share = listed
    .slice(0, 5)
    .map((coin, place) => [coin.symbol.toLowerCase(), rubyFloat(((caps[place] ?? 0) / cap) * 100)]);
  const inCurrencies = (usd: number): Json => ({
    btc: rubyFloat(usd / bitcoin),
    usd: rubyFloat(usd),
    idr: rubyFloat(usd * 15_873.25),
    vnd: rubyFloat(usd * 25_410.5),
  });
  return {
    data: {
      active_cryptocurrencies: listed.length,
      upcoming_icos: 0,
      ongoing_icos: 49,
      ended_icos: 3376,
      markets: 1310,
      total_market_cap: inCurrencies(cap),
      total_volume: inCurrencies(volume),
      market_cap_percentage: Object.fromEntries(share) as Json,
      market_cap_change_percentage_24h_usd: rubyFloat((cap / sum(capsAt(minute - DAY_MS)) - 1) * 100),
      updated_at: Math.floor(minute / 1000),
    },
  };
}

/** The units per dollar, and their daily movement. */
const CURRENCIES: readonly [
  code: string,
  name: string,
  unit: string,
  type: string,
  per_dollar: number,
  daily: number,
][] = [
  ['usd', 'US Dollar', '$', 'fiat', 1, 0],
  ['aud', 'Australian Dollar', 'A$', 'fiat', 1.52, 0.004],
  ['brl', 'Brazil Real', 'R$', 'fiat', 5.61, 0.006],
  ['chf', 'Swiss Franc', 'Fr.', 'fiat', 0.81, 0.003],
  ['eur', 'Euro', '€', 'fiat', 0.87, 0.003],
  ['gbp', 'British Pound Sterling', '£', 'fiat', 0.75, 0.003],
  ['idr', 'Indonesian Rupiah', 'Rp', 'fiat', 15_873.25, 0.004],
  ['inr', 'Indian Rupee', '₹', 'fiat', 86.4, 0.003],
  ['jpy', 'Japanese Yen', '¥', 'fiat', 151.3, 0.005],
  ['kwd', 'Kuwaiti Dinar', 'KD', 'fiat', 0.3055, 0.001],
  ['vnd', 'Vietnamese đồng', '₫', 'fiat', 25_410.5, 0.002],
  ['xag', 'Silver - Troy Ounce', 'XAG', 'commodity', 1 / 38.2, 0.01],
  ['xau', 'Gold - Troy Ounce', 'XAU', 'commodity', 1 / 3_350, 0.006],
];

/** `/exchange_rates`: the price of a bitcoin with three decimals, without a time. */
export function exchangeRates(coins: Coin[], now_ms: number): Json {
  const minute = Math.floor(now_ms / MINUTE_MS) * MINUTE_MS;
  const bitcoin = coins[0] ? readCoin(coins[0], 'coingecko', minute).price_usd : 1;
  const wave = (place: number) => Math.sin(minute / DAY_MS + place);
  const rates = CURRENCIES.map(([code, name, unit, type, per_dollar, daily], place) => {
    const value = rubyFloat(Math.round(bitcoin * per_dollar * (1 + daily * wave(place)) * 1_000) / 1_000);
    return [code, { name, unit, value, type }] as const;
  });
  const bitcoins = { name: 'Bitcoin', unit: 'BTC', value: rubyFloat(1), type: 'crypto' };
  return { rates: { btc: bitcoins, ...Object.fromEntries(rates) } };
}

/** Prices above a thousand dollars are sometimes whole numbers; small ones have an exponent. */
const priceText = (price: number): NumberText =>
  Number.isInteger(price) ? new NumberText(price.toString()) : rubyFloat(price);
const percentText = (percent: number): NumberText => rubyFloat(Math.round(percent * 1e5) / 1e5);
