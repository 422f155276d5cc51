import { describe, expect, it } from 'vitest';
import { readFileName } from '../../../src/sources/csv/plan/file-name.ts';
import { readPair } from '../../../src/sources/csv/plan/pair.ts';

describe('a file name', () => {
  it.each<[string, string[], string | null, string | null, string | null]>([
    // name, coins, quote, venue, period
    ['btc-usd-max.csv', ['BTC'], 'usd', null, null],
    ['usdt-usd-max.csv', ['USDT'], 'usd', null, null],
    ['Uni-usd-max (1).csv', ['UNI'], 'usd', null, null],
    ['uniswap-usd-max.csv', ['name uniswap'], 'usd', null, null],
    ['bitcoin-cash-usd-max.csv', ['name bitcoin', 'CASH'], 'usd', null, null],
    ['eth-btc-max.csv', ['ETH'], 'btc', null, null],
    ['BTC-USD.csv', ['BTC'], 'usd', null, null],
    ['C:\\Downloads\\BTC-EUR.csv.gz', ['BTC'], 'eur', null, null],
    ['Bitstamp_BTCUSD_d.csv', ['BTC'], 'usd', 'bitstamp', '1d'],
    ['Gemini_ETHUSD_1h.csv', ['ETH'], 'usd', 'gemini', '1h'],
    ['Binance_BTCUSDT_2021_minute.csv', ['BTC'], 'usdt', 'binance', '1m'],
    ['Newdex_BTCUSD_4h.csv', ['BTC'], 'usd', 'newdex', '4h'],
    ['gemini_ARBUSD_d.csv', ['ARB', 'AR'], null, 'gemini', '1d'],
    ['cryptodatadownload-bitstamp-btcusd-d.csv', ['BTC'], 'usd', 'bitstamp', '1d'],
    ['coinmarketcap-btc-2025-08-09--2025-10-07.csv', ['BTC'], null, null, null],
    ['Bitcoin_08_08_2025-09_10_2025_historical_data_coinmarketcap.csv', ['name Bitcoin'], null, null, null],
    ['coin_Solana.csv', ['name Solana'], null, null, null],
    ['BTC_USD Bitfinex Historical Data.csv', ['BTC'], 'usd', 'bitfinex', null],
    ['doge.csv', ['DOGE'], null, null, null],
    ['data.csv', [], null, null, null],
    ['crypto_market_export_2024.csv', [], null, null, null],
    ['', [], null, null, null],
  ])('%s', (name, coins, quote, venue, period) => {
    const clues = readFileName(name);
    expect(clues.coins.map((coin) => coin.symbol ?? `name ${coin.name}`)).toEqual(coins);
    expect(clues).toMatchObject({ quote, venue, period });
  });

  it('may be missing', () => {
    expect(readFileName(null)).toEqual({ coins: [], quote: null, venue: null, period: null });
  });
});

describe('a pair', () => {
  it.each<[string, string[]]>([
    ['BTC/USD', ['btc in usd']],
    ['eth-usdt', ['eth in usdt']],
    ['BTCUSD', ['btc in usd']],
    ['BTCUSDT', ['btc in usdt']],
    ['USDTUSD', ['usdt in usd']],
    ['ETHBTC', ['eth in btc']],
    ['ARBUSD', ['arb in usd', 'ar in busd']],
    ['BTCBUSD', ['btcb in usd', 'btc in busd']],
    ['BTC/XYZ', []],
    ['Bitcoin', []],
    ['USD', []],
    ['', []],
  ])('%s', (text, readings) => {
    expect(readPair(text).map(({ base, quote }) => `${base} in ${quote}`)).toEqual(readings);
  });
});
