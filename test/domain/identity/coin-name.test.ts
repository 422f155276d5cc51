import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areSimilarNames, nameKey, slug } from '../../../src/domain/identity/coin-name.ts';

describe('nameKey', () => {
  it.each([
    ['Pancake Swap', 'pancakeswap'],
    ['  PancakeSwap!', 'pancakeswap'],
    ['Ñandú', 'nandu'],
    ['\u200b\u200bStable', 'stable'],
    ['柚子幣', '柚子幣'],
    ['🚀', ''],
    [null, ''],
  ])('reads %s', (name, key) => {
    expect(nameKey(name)).toBe(key);
  });

  it('is stable when applied twice', () => {
    fc.assert(fc.property(fc.string(), (name) => nameKey(nameKey(name)) === nameKey(name)));
  });
});

describe('slug', () => {
  it.each([
    ['Ñandú (old)', 'nandu-old'],
    ['cryptodatadownload:btc:-:usd:1d', 'cryptodatadownload-btc-usd-1d'],
    ['$ROPE', 'rope'],
    ['柚子', ''],
  ])('makes of %s', (text, made) => {
    expect(slug(text)).toBe(made);
  });

  it('fits into a path', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => /^([a-z0-9]+(-[a-z0-9]+)*)?$/.test(slug(text))),
    );
  });
});

describe('areSimilarNames', () => {
  it.each([
    ['Cosmos', 'Cosmos Hub', true],
    ['Hedera', 'Hedera Hashgraph', true],
    ['Reserve Rights', 'Reserve Rights Token', true],
    ['Near', 'Near Protocol', true],
    ['XDC', 'XDC Network', true],
    ['Bitcoin', 'Wrapped Bitcoin', false],
    ['USD Coin', 'Bridged USD Coin (Base)', false],
    ['Ethereum', 'Ethereum Classic', false],
    ['SafeMoon', 'SafeMoon V2', false],
    ['Terra', 'Terra 2.0', false],
    ['Immutable X', 'Impermax', false],
    ['Sky', 'Skycoin', false],
    ['Token', 'Coin', false],
    ['Anything', null, false],
  ])('%s and %s: %s', (a, b, similar) => {
    expect(areSimilarNames(a, b)).toBe(similar);
    expect(areSimilarNames(b, a)).toBe(similar);
  });
});
