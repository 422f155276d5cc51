import type { SpotStatement } from '../observe.ts';
import type { TotalsStatement } from '../observe-totals.ts';
import type { CoingeckoGlobal, CoingeckoMarket } from './record.ts';

export function normalizeMarket(market: CoingeckoMarket): SpotStatement {
  return {
    external_id: market.id,
    symbol: market.symbol,
    name: market.name,
    stated_at: market.last_updated,
    price_usd: market.current_price,
    market_cap_usd: market.market_cap,
    volume_24h_usd: market.total_volume,
    percent_change_24h: market.price_change_percentage_24h,
    page: {
      rank: market.market_cap_rank,
      percent_change_1h: market.price_change_percentage_1h_in_currency,
      percent_change_7d: market.price_change_percentage_7d_in_currency,
      circulating_supply: market.circulating_supply,
      total_supply: market.total_supply,
      max_supply: market.max_supply,
      image_url: market.image,
      ath_usd: market.ath,
      ath_at: market.ath_date,
      fully_diluted_valuation_usd: market.fully_diluted_valuation,
    },
  };
}

export function normalizeGlobal(global: CoingeckoGlobal): TotalsStatement {
  return {
    stated_at: global.updated_at,
    market_cap_usd: global.total_market_cap?.usd ?? null,
    volume_24h_usd: global.total_volume?.usd ?? null,
    bitcoin_dominance_percent: global.market_cap_percentage?.btc ?? null,
    market_cap_change_24h_percent: global.market_cap_change_percentage_24h_usd,
    assets_count: global.active_cryptocurrencies,
  };
}
