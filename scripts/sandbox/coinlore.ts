import { type Coin, DAY_MS, HOUR_MS, readCoin } from './market.ts';
import { goNumber, type Json } from './number-text.ts';

const MINUTE_MS = 60_000;
const PER_PAGE_MAX = 100;

/** `/tickers/`: at most 100 coins from `start` on, by market cap, with one time for all; no coins past the end. */
export function tickers(coins: Coin[], now_ms: number, query: URLSearchParams): Json {
  const listed = coins.filter((coin) => coin.coinlore_id !== null);
  const start = wholeNumber(query.get('start'), 0);
  const limit = Math.min(PER_PAGE_MAX, wholeNumber(query.get('limit'), PER_PAGE_MAX));
  return {
    data: listed.slice(start, start + limit).map((coin, at) => ticker(coin, start + at + 1, now_ms)),
    info: { coins_num: listed.length, time: Math.floor(now_ms / MINUTE_MS) * 60 },
  };
}

function ticker(coin: Coin, rank: number, now_ms: number): Json {
  const { quirks } = coin;
  const reading = readCoin(coin, 'coinlore', now_ms);
  const isUnknown = quirks.has('blank') || quirks.has('nulls');
  const change = (before_ms: number) => (isUnknown ? '?' : reading.changePercent(before_ms).toFixed(2));
  return {
    id: coin.coinlore_id,
    symbol: coin.symbol,
    name: coin.name,
    nameid: coin.coingecko_id ?? coin.coinpaprika_id,
    rank,
    price_usd: reading.price_usd >= 1 ? reading.price_usd.toFixed(2) : reading.price_usd.toFixed(18),
    percent_change_24h: quirks.has('moonshot') ? '48203117.50' : change(DAY_MS),
    percent_change_1h: change(HOUR_MS),
    percent_change_7d: change(7 * DAY_MS),
    market_cap_usd: quirks.has('zero_cap') ? '0.00' : `${reading.market_cap_usd}.00`,
    volume24: quirks.has('zero_volume') ? 0 : goNumber(reading.volume_24h_usd),
    volume24a: quirks.has('zero_volume') ? 0 : goNumber(reading.volume_24h_usd * 0.9),
    csupply: quirks.has('zero_cap') ? '0.00' : `${coin.supply}.00`,
    tsupply: quirks.has('absent') ? undefined : String(coin.supply),
    msupply: coin.max_supply === null ? '' : String(coin.max_supply),
  };
}

function wholeNumber(text: string | null, otherwise: number): number {
  return text !== null && /^\d+$/.test(text) ? Number(text) : otherwise;
}
