import type { SpotStatement } from '../observe.ts';
import type { CoinloreTicker } from './record.ts';

/** Everything except the time, which is beside the records. */
export function normalizeTicker(ticker: CoinloreTicker): Omit<SpotStatement, 'stated_at'> {
  return {
    external_id: ticker.id,
    symbol: ticker.symbol,
    name: ticker.name,
    price_usd: ticker.price_usd,
    market_cap_usd: ticker.market_cap_usd,
    volume_24h_usd: ticker.volume24,
    percent_change_24h: ticker.percent_change_24h,
    page: {
      rank: ticker.rank,
      percent_change_1h: ticker.percent_change_1h,
      percent_change_7d: ticker.percent_change_7d,
      circulating_supply: ticker.csupply,
      total_supply: ticker.tsupply,
      max_supply: ticker.msupply,
      image_url: null,
      ath_usd: null,
      ath_at: null,
      fully_diluted_valuation_usd: null,
    },
  };
}
