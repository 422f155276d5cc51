// Replies of two upstreams in real shapes and sizes: 3,795 tickers of CoinPaprika (2.7 MB), pages of 250 markets of
// CoinGecko. Each epoch is one minute later and has new prices.

export const TICKERS = 3795;
const PER_PAGE = 250;
const MINUTE_MS = 60_000;

interface Reading {
  rank: number;
  price: number;
  at: Date;
  change: (span: number) => number;
}

function readingOf(rank: number, epoch: number, start_ms: number): Reading {
  const price = (90_000 / rank ** 1.4) * (1 + 0.01 * Math.sin(epoch + rank));
  const change = (span: number) => Number((8 * Math.sin(epoch * 0.3 + rank * 1.7 + span)).toFixed(2));
  return { rank, price, at: new Date(start_ms + epoch * MINUTE_MS), change };
}

const name = (rank: number) => `Synthetic Coin ${rank}`;
const symbol = (rank: number) => `SC${rank}`;
const seconds = (at: Date) => at.toISOString().replace(/\.\d+Z$/, 'Z');
const ranks = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

/** `/tickers?quotes=USD` of CoinPaprika. */
export function tickers(epoch: number, start_ms: number): string {
  return JSON.stringify(ranks(1, TICKERS).map((rank) => ticker(readingOf(rank, epoch, start_ms))));
}

function ticker({ rank, price, at, change }: Reading) {
  return {
    id: `sc${rank}-synthetic-coin-${rank}`,
    name: name(rank),
    symbol: symbol(rank),
    rank,
    total_supply: 21_000_000 + rank,
    max_supply: 21_000_000 + rank * 2,
    beta_value: 1.065461,
    first_data_at: '2017-07-17T00:00:00Z',
    last_updated: seconds(at),
    quotes: {
      USD: {
        price,
        volume_24h: price * 312_345.678,
        volume_24h_change_24h: change(1),
        market_cap: Math.round(price * 19_876_543),
        market_cap_change_24h: change(2),
        percent_change_15m: change(3),
        percent_change_30m: change(4),
        percent_change_1h: change(5),
        percent_change_6h: change(6),
        percent_change_12h: change(7),
        percent_change_24h: change(8),
        percent_change_7d: change(9),
        percent_change_30d: 0,
        percent_change_1y: 0,
        ath_price: price * 3.2109876,
        ath_date: '2021-11-10T16:40:00Z',
        percent_from_price_ath: -68.86,
      },
    },
  };
}

/** `/coins/markets` of CoinGecko, one page. */
export function markets(page: number, epoch: number, start_ms: number): string {
  const coins = ranks((page - 1) * PER_PAGE + 1, PER_PAGE);
  return JSON.stringify(coins.map((rank) => market(readingOf(rank, epoch, start_ms))));
}

function market({ rank, price, at, change }: Reading) {
  return {
    id: `synthetic-coin-${rank}`,
    symbol: symbol(rank).toLowerCase(),
    name: name(rank),
    image: `https://coin-images.example/coins/images/${rank}/large/synthetic-coin.png?1696501400`,
    current_price: price,
    market_cap: Math.round(price * 19_876_543),
    market_cap_rank: rank,
    fully_diluted_valuation: Math.round(price * 21_000_000),
    total_volume: Math.round(price * 312_345),
    high_24h: price * 1.02,
    low_24h: price * 0.98,
    price_change_24h: price * 0.0123456789,
    price_change_percentage_24h: change(8),
    market_cap_change_24h: price * 123_456.789,
    market_cap_change_percentage_24h: change(2),
    circulating_supply: 19_876_543,
    total_supply: 21_000_000,
    max_supply: 21_000_000,
    ath: price * 3.2,
    ath_change_percentage: -68.86123,
    ath_date: '2021-11-10T14:24:11.849Z',
    atl: price / 50,
    atl_change_percentage: 4900.12345,
    atl_date: '2015-01-14T00:00:00.000Z',
    roi: null,
    last_updated: at.toISOString(),
    price_change_percentage_1h_in_currency: change(5),
    price_change_percentage_24h_in_currency: change(8),
    price_change_percentage_7d_in_currency: change(9),
  };
}

/** `/global` of CoinPaprika. */
export function coinpaprikaGlobal(epoch: number, start_ms: number): string {
  return JSON.stringify({
    market_cap_usd: 2_412_358_117_640 + epoch,
    volume_24h_usd: 104_771_930_551 + epoch,
    bitcoin_dominance_percentage: 56.12,
    cryptocurrencies_number: TICKERS,
    market_cap_change_24h: 1.23,
    last_updated: Math.floor((start_ms + epoch * MINUTE_MS) / 1000),
  });
}

/** `/global` of CoinGecko. */
export function coingeckoGlobal(epoch: number, start_ms: number): string {
  const updated_at = Math.floor((start_ms + epoch * MINUTE_MS) / 1000);
  const [total_market_cap, total_volume] = [
    { usd: 2_512_358_117_640.5 + epoch },
    { usd: 98_771_930_551.25 + epoch },
  ];
  return JSON.stringify({
    data: {
      active_cryptocurrencies: 17_000,
      total_market_cap,
      total_volume,
      market_cap_percentage: { btc: 55.98765 },
      market_cap_change_percentage_24h_usd: 1.2345,
      updated_at,
    },
  });
}
