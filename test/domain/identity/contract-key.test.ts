import { expect, it } from 'vitest';
import { contractKey, platformsOf } from '../../../src/domain/identity/contract-key.ts';

const EVM = '0xD26114cd6EE289AccF82350c8d8487fedB8A0C07';

it.each([
  ['coingecko', 'ethereum', EVM, { platform: 'ethereum', address: EVM.toLowerCase() }],
  ['coinpaprika', 'eth-ethereum', ` ${EVM} `, { platform: 'ethereum', address: EVM.toLowerCase() }],
  [
    'coingecko',
    'solana',
    'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
    { platform: 'solana', address: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v' },
  ],
  ['coinpaprika', 'ethereum', EVM, null], // the other vendor's word
  ['coingecko', 'somewhere', EVM, null],
  ['coingecko', '', '', null],
  ['coingecko', 'ethereum', '0x1', null],
  ['coingecko', 'ethereum', `0x${'0'.repeat(40)}`, null],
  ['coingecko', 'solana', 'x'.repeat(201), null],
] as const)('%s on %s: %s', (vendor, platform, address, key) => {
  expect(contractKey(vendor, platform, address)).toEqual(key);
});

it('asks about each platform once', () => {
  const platforms = platformsOf('coinpaprika');
  expect(new Set(platforms).size).toBe(platforms.length);
});
