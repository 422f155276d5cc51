import { describe, expect, it } from 'vitest';
import { readFileName } from '../../../src/sources/csv/plan/whose/file-name.ts';
import { KnownCoins } from '../../../src/sources/csv/plan/whose/known-coins.ts';

const COINS = new KnownCoins(
  [
    ['btc', 'Bitcoin'],
    ['doge', 'Dogecoin'],
    ['sol', 'Solana'],
    ['waves', 'Waves'],
    ['ht', 'Huobi Token'],
  ].flatMap(([symbol = '', name = '']) => [
    { word: symbol, by: 'symbol' as const, symbol: symbol.toUpperCase(), name, asset: null },
    { word: name.toLowerCase(), by: 'name' as const, symbol: symbol.toUpperCase(), name, asset: null },
  ]),
);

describe('a file name', () => {
  it.each<[string, string[], string | null, string | null, string | null]>([
    // name, coins, quote, venue, period
    ['btc-usd-max.csv', ['BTC'], 'usd', null, null],
    ['usdt-usd-max.csv', ['USDT'], 'usd', null, null],
    ['day-usd-max.csv', [], 'usd', null, '1d'],
    ['MAX-EUR.csv', [], 'eur', null, null],
    ['Uni-usd-max (1).csv', ['UNI'], 'usd', null, null],
    ['uniswap-usd-max.csv', ['name uniswap'], 'usd', null, null],
    ['bitcoin-cash-usd-max.csv', ['BTC', 'CASH'], 'usd', null, null],
    ['eth-btc-max.csv', ['ETH'], 'btc', null, null],
    ['BTC-USD.csv', ['BTC'], 'usd', null, null],
    ['C:\\Downloads\\BTC-EUR.csv.gz', ['BTC'], 'eur', null, null],
    ['Bitstamp_BTCUSD_d.csv', ['BTC'], 'usd', 'bitstamp', '1d'],
    ['Gemini_ETHUSD_1h.csv', ['ETH'], 'usd', 'gemini', '1h'],
    ['Binance_BTCUSDT_2021_minute.csv', ['BTC'], 'usdt', 'binance', '1m'],
    ['Newdex_BTCUSD_4h.csv', ['BTC'], 'usd', 'newdex', '4h'],
    ['gemini_ARBUSD_d.csv', ['AR', 'ARB'], null, 'gemini', '1d'],
    ['cryptodatadownload-bitstamp-btcusd-d.csv', ['BTC'], 'usd', 'bitstamp', '1d'],
    ['coinmarketcap-btc-2025-08-09--2025-10-07.csv', ['BTC'], null, null, null],
    ['Bitcoin_08_08_2025-09_10_2025_historical_data_coinmarketcap.csv', ['BTC'], null, null, null],
    ['coin_Solana.csv', ['SOL'], null, null, null],
    ['BTC_USD Bitfinex Historical Data.csv', ['BTC'], 'usd', 'bitfinex', null],
    ['doge.csv', ['DOGE'], null, null, null],
    ['Huobi Token_3_1_2024-3_6_2024_historical_data_coinmarketcap.csv', ['HT'], null, null, null],
    ['waves.csv', ['WAVES'], null, null, null],
    ['table.csv', [], null, null, null],
    ['Bitcoin Cash.csv', [], null, null, null],
    ['my BTC prices.csv', ['BTC'], null, null, null],
    ['BTC_IDR Indodax Historical Data.csv', ['BTC'], 'idr', 'indodax', null],
    ['Exmo_BTCPLN_d.csv', ['BTC'], 'pln', 'exmo', '1d'],
    ['Bitstamp_BTCUSD_1M.csv', ['BTC'], 'usd', 'bitstamp', '1mo'],
    ['Bitstamp_LTCUSD_24h.csv', ['LTC'], 'usd', 'bitstamp', '1d'],
    ['btc all.csv', ['BTC'], null, null, null],
    ['data.csv', [], null, null, null],
    ['crypto_market_export_2024.csv', [], null, null, null],
    ['', [], null, null, null],
  ])('%s', (name, coins, quote, venue, period) => {
    const clues = readFileName(name, COINS);
    expect(clues.coins.map((coin) => coin.symbol ?? `name ${coin.name}`)).toEqual(coins);
    expect(clues).toMatchObject({ quote, venue, period });
  });

  it('may be missing', () => {
    expect(readFileName(null)).toEqual({ coins: [], quote: null, venue: null, period: null, unknown: [] });
  });
});
