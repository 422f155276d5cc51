import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currenciesOf,
  currencyInHeader,
  isCurrency,
  readPairs,
} from '../../../../src/sources/csv/forms/currency.ts';

const shown = (text: string) =>
  readPairs(text).map(({ base, quote, is_known, venue }) =>
    `${venue ?? ''} ${base}/${quote}${is_known ? '' : '?'}`.trim(),
  );

describe('every reading of a pair', () => {
  it.each([
    ['BTC/PLN', ['btc/pln']],
    ['BTC-USD', ['btc/usd']],
    ['btc_usdt', ['btc/usdt']],
    ['BTC:USD', ['btc/usd']],
    ['BTC/XYZ', ['btc/xyz?']],
    ['BTCUSDT', ['btc/usdt']],
    ['BTCIDR', ['btc/idr']],
    ['ETHBTC', ['eth/btc']],
    ['USDBTC', ['usd/btc']],
    ['ARBUSD', ['ar/busd', 'arb/usd']],
    ['tBTCUSD', ['tbtc/usd', 'btc/usd']],
    ['tDOGE:USD', ['tdoge/usd', 'doge/usd']],
    ['XXBTZUSD', ['xxbtz/usd', 'xbt/usd']],
    ['XETHXXBT', ['xethx/xbt', 'eth/xbt']],
    ['COINBASE:BTCUSD', ['coinbase btc/usd']],
    ['BINANCE:BTC/USDT', ['binance btc/usdt']],
    ['1INCHUSD', ['1inch/usd']],
    ['Bitcoin', []],
    ['BTC', []],
    ['USDT', []],
    ['FDUSD', []],
    ['avalanche', []],
    ['BTC-USD-PERP', []],
    ['', []],
  ])('%s', (text, pairs) => expect(shown(text).sort()).toEqual([...pairs].sort()));

  it('contains the written pair, and no pair that would not be written so', () => {
    const coins = fc.stringMatching(/^[A-Z][A-Z0-9]{1,5}$/);
    const quotes = fc.constantFrom('USD', 'EUR', 'PLN', 'THB', 'USDT', 'BTC', 'USDC');
    fc.assert(
      fc.property(coins, quotes, fc.constantFrom('', '/', '-', '_'), (coin, quote, mark) => {
        const text = `${coin}${mark}${quote}`;
        const pairs = readPairs(text).filter(({ style }) => style === 'split' || style === 'glued');
        if (mark !== '' || !isCurrency(text))
          expect(pairs).toContainEqual(
            expect.objectContaining({ base: coin.toLowerCase(), quote: quote.toLowerCase() }),
          );
        for (const pair of pairs) expect(`${pair.base}${mark}${pair.quote}`).toBe(text.toLowerCase());
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('currencies', () => {
  it('are those of states and the coins in which others are priced', () => {
    const codes = [
      'usd',
      'EUR',
      'idr',
      'PLN',
      'thb',
      'uah',
      'ngn',
      'vnd',
      'sek',
      'hkd',
      'ars',
      'krw',
      'usdt',
      'btc',
      'xbt',
      'eth',
    ];
    expect(codes.filter((code) => !isCurrency(code))).toEqual([]);
    expect(['ada', 'ltc', 'foo', '', 'bitcoin'].filter(isCurrency)).toEqual([]);
  });

  it.each([
    ['€', ['eur']],
    ['zł', ['pln']],
    ['US$', ['usd']],
    ['usd', ['usd']],
    ['₿', ['btc']],
    ['?', []],
  ])('%s is %j', (sign, codes) => expect(currenciesOf(sign)).toEqual(codes));

  it('may be ambiguous for one sign', () => {
    expect(currenciesOf('$')).toEqual(expect.arrayContaining(['usd', 'cad', 'aud', 'hkd']));
    expect(currenciesOf('¥')).toEqual(expect.arrayContaining(['jpy', 'cny']));
  });

  it.each([
    ['Volume EUR', ['eur']],
    ['Volume_BTC', ['btc']],
    ['Price (PLN)', ['pln']],
    ['Price in EUR', ['eur']],
    ['Close [USD]', ['usd']],
    ['Volume(USDT)', ['usdt']],
    ['price (in €)', ['eur']],
    ['close_usd', ['usd']],
    ['PriceUSD', ['usd']],
    ['priceUsd', ['usd']],
    ['CapMrktCurUSD', ['usd']],
    ['Volume MA', null],
    ['price', null],
    ['usd', null],
    ['Change (%)', null],
    ['Vol.', null],
  ])('%s in a header: %j', (header, codes) => expect(currencyInHeader(header)?.codes ?? null).toEqual(codes));

  it('in brackets may be unknown', () =>
    expect(currencyInHeader('Price (QQQ)')).toEqual({ codes: ['qqq'], is_known: false }));
});
