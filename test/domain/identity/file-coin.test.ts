import { expect, it } from 'vitest';
import { fileCoin } from '../../../src/domain/identity/file-coin.ts';

it.each([
  ['coingecko:btc', 'btc'],
  ['cryptodatadownload:btc:bitstamp:usd:1d', 'btc'],
  ['yahoo:btc:-:usdt:-', 'btc'],
  ['canonical:coingecko:bitcoin', 'coingecko:bitcoin'],
  ['yahoo:coingecko:bitcoin:-:usd:1mo', 'coingecko:bitcoin'],
  ['nothing', 'nothing'],
])('%s is the coin %s', (external_id, coin) => {
  expect(fileCoin(external_id)).toBe(coin);
});
