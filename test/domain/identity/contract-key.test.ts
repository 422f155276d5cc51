import { expect, it } from 'vitest';
import { contractKey } from '../../../src/domain/identity/contract-key.ts';
import { PLATFORMS as GECKO } from '../../../src/sources/coingecko/platforms.ts';
import { PLATFORMS as PAPRIKA } from '../../../src/sources/coinpaprika/platforms.ts';

const EVM = '0xD26114cd6EE289AccF82350c8d8487fedB8A0C07';

it.each([
  [GECKO, 'ethereum', EVM, { platform: 'ethereum', address: EVM.toLowerCase() }],
  [PAPRIKA, 'eth-ethereum', ` ${EVM} `, { platform: 'ethereum', address: EVM.toLowerCase() }],
  [
    GECKO,
    'solana',
    'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
    { platform: 'solana', address: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v' },
  ],
  [PAPRIKA, 'ethereum', EVM, null], // the other vendor's word
  [GECKO, 'somewhere', EVM, null],
  [GECKO, '', '', null],
  [GECKO, 'ethereum', '0x1', null],
  [GECKO, 'ethereum', `0x${'0'.repeat(40)}`, null],
  [GECKO, 'solana', 'x'.repeat(201), null],
] as const)('%o on %s: %s', (platforms, platform, address, key) => {
  expect(contractKey(platforms.get(platform), address)).toEqual(key);
});

it.each([
  ['coingecko', GECKO],
  ['coinpaprika', PAPRIKA],
] as const)('%s has one name for each platform', (_source, platforms) => {
  expect(new Set(platforms.values()).size).toBe(platforms.size);
});
