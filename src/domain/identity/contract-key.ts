/**
 * What each vendor calls a platform, by our name for it: [ours, CoinGecko's, CoinPaprika's, EVM or not].
 * Reviewed by hand; a platform that is not here is not compared.
 */
const PLATFORMS = [
  ['ethereum', 'ethereum', 'eth-ethereum', 'evm'],
  ['bsc', 'binance-smart-chain', 'bnb-binance-coin', 'evm'],
  ['polygon', 'polygon-pos', 'matic-polygon', 'evm'],
  ['avalanche', 'avalanche', 'avax-avalanche', 'evm'],
  ['fantom', 'fantom', 'ftm-fantom', 'evm'],
  ['arbitrum', 'arbitrum-one', 'arb-arbitrum', 'evm'],
  ['optimism', 'optimistic-ethereum', 'op-optimism', 'evm'],
  ['base', 'base', 'base-base', 'evm'],
  ['cronos', 'cronos', 'cro-cryptocom-chain', 'evm'],
  ['gnosis', 'xdai', 'xdai-xdai', 'evm'],
  ['solana', 'solana', 'sol-solana', 'exact'],
  ['tron', 'tron', 'trx-tron', 'exact'],
  ['ton', 'the-open-network', 'ton-toncoin', 'exact'],
  ['sui', 'sui', 'sui-sui', 'exact'],
] as const;

type Vendor = 'coingecko' | 'coinpaprika';
const COLUMN: Readonly<Record<Vendor, 1 | 2>> = { coingecko: 1, coinpaprika: 2 };

const BY_VENDOR: Readonly<Record<Vendor, ReadonlyMap<string, (typeof PLATFORMS)[number]>>> = {
  coingecko: new Map(PLATFORMS.map((row) => [row[COLUMN.coingecko], row])),
  coinpaprika: new Map(PLATFORMS.map((row) => [row[COLUMN.coinpaprika], row])),
};

/** The platforms a vendor can be asked about, in its own names. */
export const platformsOf = (vendor: Vendor): string[] => [...BY_VENDOR[vendor].keys()];

/**
 * Platform and address as they compare between vendors, or null when the platform is not one we compare, or
 * the address none. EVM addresses are lower case; the letters of others carry meaning.
 */
export function contractKey(
  vendor: Vendor,
  platform: string,
  address: string,
): { platform: string; address: string } | null {
  const row = BY_VENDOR[vendor].get(platform);
  const text = address.trim();
  if (row === undefined || text === '' || text.length > ADDRESS_CHARS_MAX) return null;
  const [ours, , , kind] = row;
  if (kind === 'exact') return { platform: ours, address: text };
  const lower = text.toLowerCase();
  // Vendors also write 0x0, or the zero address, for a native coin.
  return /^0x[0-9a-f]{40}$/.test(lower) && !/^0x0+$/.test(lower) ? { platform: ours, address: lower } : null;
}

const ADDRESS_CHARS_MAX = 200;
