import { contractOf, PLATFORMS } from './contracts.ts';
import { type Coin, DAY_MS, HOUR_MS, type Reading, readCoin } from './market.ts';
import { goNumber, type Json, NumberText } from './number-text.ts';

const MINUTE_MS = 60_000;
const NINETEEN_DIGITS = new NumberText('9107199254740993127');

/** `/tickers`: one flat array, not sorted by rank, `quotes` per asked currency (USD is the only one here). */
export function tickers(coins: Coin[], now_ms: number): Json[] {
  return coins
    .filter((coin) => coin.coinpaprika_id !== null)
    .sort((a, b) => a.first_data_at_ms - b.first_data_at_ms || a.rank - b.rank)
    .map((coin) => ticker(coin, readCoin(coin, 'coinpaprika', now_ms)));
}

/** `/contracts/{platform}`, or undefined for an unknown platform. */
export function contracts(coins: Coin[], platform: string): (() => Json) | undefined {
  const known = PLATFORMS.find(({ coinpaprika }) => coinpaprika === platform);
  if (known === undefined) return undefined;
  return () =>
    coins.flatMap((coin) => {
      const contract = coin.coinpaprika_id === null ? undefined : contractOf(coin);
      if (contract?.coinpaprika !== platform) return [];
      // Mixed case, like checksummed addresses.
      const address = known.is_evm ? contract.address.replaceAll('a', 'A') : contract.address;
      return [{ address, id: coin.coinpaprika_id, type: known.is_evm ? 'ERC20' : 'SPL' }];
    });
}

function ticker(coin: Coin, reading: Reading): Json {
  const { quirks } = coin;
  const huge = quirks.has('huge_supply');
  const unknown = quirks.has('blank') ? '' : quirks.has('nulls') ? null : undefined;
  const odd = quirks.has('blank') || quirks.has('nulls') || quirks.has('absent');
  return {
    id: coin.coinpaprika_id,
    name: coin.name,
    symbol: coin.symbol,
    rank: coin.rank,
    total_supply: huge ? NINETEEN_DIGITS : quirks.has('zero_cap') ? 0 : goNumber(coin.supply),
    max_supply: odd ? unknown : huge ? NINETEEN_DIGITS : goNumber(coin.max_supply ?? 0),
    beta_value: odd ? unknown : goNumber(Number((coin.volatility * 0.9).toFixed(6))),
    first_data_at: isoSeconds(coin.first_data_at_ms),
    last_updated: isoSeconds(reading.updated_at_ms),
    quotes: { USD: quote(coin, reading, odd, unknown) },
  };
}

function quote(coin: Coin, reading: Reading, odd: boolean, unknown: Json | undefined): Json {
  const { quirks } = coin;
  const change = (before_ms: number) => {
    if (quirks.has('stale')) return goNumber(0);
    if (quirks.has('negative_zero')) return new NumberText('-0');
    return float32(reading.changePercent(before_ms));
  };
  const ath = reading.price_usd * (2 + coin.volatility);
  return {
    price: goNumber(reading.price_usd),
    volume_24h: quirks.has('zero_volume') ? 0 : goNumber(reading.volume_24h_usd),
    volume_24h_change_24h: odd ? unknown : float32(Math.sin(coin.seed) * 30),
    market_cap: quirks.has('zero_cap') ? 0 : goNumber(reading.market_cap_usd),
    market_cap_change_24h: odd ? unknown : change(DAY_MS),
    percent_change_15m: odd ? unknown : change(15 * MINUTE_MS),
    percent_change_30m: odd ? unknown : change(30 * MINUTE_MS),
    percent_change_1h: change(HOUR_MS),
    percent_change_6h: change(6 * HOUR_MS),
    percent_change_12h: change(12 * HOUR_MS),
    percent_change_24h: quirks.has('moonshot') ? goNumber(48_203_117.5) : odd ? unknown : change(DAY_MS),
    percent_change_7d: change(7 * DAY_MS),
    // The free plan sends these two as 0.
    percent_change_30d: 0,
    percent_change_1y: 0,
    ath_price: odd ? unknown : goNumber(ath),
    ath_date: odd ? unknown : isoSeconds(coin.first_data_at_ms + 400 * DAY_MS),
    percent_from_price_ath: odd ? unknown : goNumber(Math.round((reading.price_usd / ath - 1) * 1e4) / 100),
  };
}

/** `/global`: flat, and its time is in unix seconds, unlike the tickers'. */
export function global(coins: Coin[], now_ms: number): Json {
  const minute = Math.floor(now_ms / MINUTE_MS) * MINUTE_MS;
  const listed = coins.filter((coin) => coin.coinpaprika_id !== null);
  const sum = (at: number, figure: 'market_cap_usd' | 'volume_24h_usd') =>
    listed.reduce((total, coin) => total + readCoin(coin, 'coinpaprika', at)[figure], 0);
  const cap = sum(minute, 'market_cap_usd');
  const volume = sum(minute, 'volume_24h_usd');
  const bitcoin = listed[0] ? readCoin(listed[0], 'coinpaprika', minute).market_cap_usd : 0;
  const percent = (value: number) => Math.round(value * 100) / 100;
  return {
    market_cap_usd: Math.round(cap),
    volume_24h_usd: Math.round(volume),
    bitcoin_dominance_percentage: percent((bitcoin / cap) * 100),
    cryptocurrencies_number: listed.length,
    market_cap_ath_value: 4_912_358_117_640,
    market_cap_ath_date: '2025-10-06T18:05:00Z',
    volume_24h_ath_value: 1_204_771_930_551,
    volume_24h_ath_date: '2024-12-05T09:40:00Z',
    volume_24h_percent_from_ath: percent((volume / 1_204_771_930_551 - 1) * 100),
    volume_24h_percent_to_ath: percent((1_204_771_930_551 / volume - 1) * 100),
    market_cap_change_24h: percent((cap / sum(minute - DAY_MS, 'market_cap_usd') - 1) * 100),
    volume_24h_change_24h: percent((volume / sum(minute - DAY_MS, 'volume_24h_usd') - 1) * 100),
    last_updated: Math.floor(minute / 1000),
  };
}

/** Percentages there are 32-bit floats widened to doubles: -0.23 is sent as -0.23000000417232513. */
function float32(percent: number): NumberText {
  return goNumber(Math.fround(Math.round(percent * 100) / 100) + 0);
}

const isoSeconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
