import { expect, it } from 'vitest';
import chains from '../../../data/chains.json' with { type: 'json' };
import { CHAINS, chainsOf, contractKey } from '../../../src/domain/identity/chains.ts';
import { POLLED_SOURCES, SOURCE_IDS } from '../../../src/sources/registry.ts';

const [GECKO, PAPRIKA] = [chainsOf('coingecko'), chainsOf('coinpaprika')];

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
  [PAPRIKA, 'ethereum', EVM, null], // the other vendor's name
  [GECKO, 'somewhere', EVM, null],
  [GECKO, '', '', null],
  [GECKO, 'ethereum', '0x1', null],
  [GECKO, 'ethereum', `0x${'0'.repeat(40)}`, null],
  [GECKO, 'solana', 'x'.repeat(201), null],
] as const)('%o on %s: %s', (platforms, platform, address, key) => {
  expect(contractKey(platforms.get(platform), address)).toEqual(key);
});

it('is a list of chains with one name each, that no source has', () => {
  expect(new Set(CHAINS).size).toBe(chains.length);
  for (const { chain, address, names } of chains) {
    expect(chain).toMatch(/^[a-z][a-z0-9]*$/);
    expect(SOURCE_IDS).not.toContain(chain);
    expect(['evm', 'exact']).toContain(address);
    for (const source of Object.keys(names)) expect(POLLED_SOURCES.map(({ id }) => id)).toContain(source);
  }
});

it.each(['coingecko', 'coinpaprika'])('has the name of each of them at %s', (source) => {
  const names = chainsOf(source);
  expect([...names.values()].sort()).toEqual([...CHAINS].sort());
});
