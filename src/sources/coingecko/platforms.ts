import type { Platform } from '../../domain/identity/contract-key.ts';

/** What CoinGecko calls the platforms whose contracts are compared. */
export const PLATFORMS: ReadonlyMap<string, Platform> = new Map([
  ['ethereum', 'ethereum'],
  ['binance-smart-chain', 'bsc'],
  ['polygon-pos', 'polygon'],
  ['avalanche', 'avalanche'],
  ['fantom', 'fantom'],
  ['arbitrum-one', 'arbitrum'],
  ['optimistic-ethereum', 'optimism'],
  ['base', 'base'],
  ['cronos', 'cronos'],
  ['xdai', 'gnosis'],
  ['solana', 'solana'],
  ['tron', 'tron'],
  ['the-open-network', 'ton'],
  ['sui', 'sui'],
]);
