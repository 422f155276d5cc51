/**
 * The platforms whose contracts are compared between sources, and how their addresses compare: EVM addresses are
 * the same in any case, the letters of the others carry meaning. Reviewed by hand; each source says what it calls
 * them, and a platform that is not here is not compared.
 */
const PLATFORMS = {
  ethereum: 'evm',
  bsc: 'evm',
  polygon: 'evm',
  avalanche: 'evm',
  fantom: 'evm',
  arbitrum: 'evm',
  optimism: 'evm',
  base: 'evm',
  cronos: 'evm',
  gnosis: 'evm',
  solana: 'exact',
  tron: 'exact',
  ton: 'exact',
  sui: 'exact',
} as const;
export type Platform = keyof typeof PLATFORMS;

/**
 * Platform and address as they compare between sources, or null when the platform is none that we compare, or
 * the address none.
 */
export function contractKey(
  platform: Platform | undefined,
  address: string,
): { platform: Platform; address: string } | null {
  const text = address.trim();
  if (platform === undefined || text === '' || text.length > ADDRESS_CHARS_MAX) return null;
  if (PLATFORMS[platform] === 'exact') return { platform, address: text };
  const lower = text.toLowerCase();
  // Vendors also write 0x0, or the zero address, for a native coin.
  return /^0x[0-9a-f]{40}$/.test(lower) && !/^0x0+$/.test(lower) ? { platform, address: lower } : null;
}

const ADDRESS_CHARS_MAX = 200;
