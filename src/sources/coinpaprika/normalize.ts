import type { SpotStatement } from '../observe.ts';
import type { TotalsStatement } from '../observe-totals.ts';
import type { CoinpaprikaGlobal, CoinpaprikaTicker } from './record.ts';

export function normalizeTicker(ticker: CoinpaprikaTicker): SpotStatement {
  const usd = ticker.quotes.USD;
  return {
    external_id: ticker.id,
    symbol: ticker.symbol,
    name: ticker.name,
    stated_at: ticker.last_updated,
    price_usd: usd.price,
    market_cap_usd: usd.market_cap,
    volume_24h_usd: usd.volume_24h,
    percent_change_24h: usd.percent_change_24h,
    page: {
      rank: ticker.rank,
      percent_change_1h: usd.percent_change_1h,
      percent_change_7d: usd.percent_change_7d,
      circulating_supply: ticker.circulating_supply,
      total_supply: ticker.total_supply,
      max_supply: ticker.max_supply,
      image_url: null,
      ath_usd: usd.ath_price,
      ath_at: usd.ath_date,
      fully_diluted_valuation_usd: null,
    },
  };
}

export function normalizeGlobal(global: CoinpaprikaGlobal): TotalsStatement {
  return {
    stated_at: global.last_updated,
    market_cap_usd: global.market_cap_usd,
    volume_24h_usd: global.volume_24h_usd,
    bitcoin_dominance_percent: global.bitcoin_dominance_percentage,
    market_cap_change_24h_percent: global.market_cap_change_24h,
    assets_count: global.cryptocurrencies_number,
  };
}
