import type { Platform } from '../../domain/identity/contract-key.ts';

/** What CoinPaprika calls the platforms whose contracts are compared. */
export const PLATFORMS: ReadonlyMap<string, Platform> = new Map([
  ['eth-ethereum', 'ethereum'],
  ['bnb-binance-coin', 'bsc'],
  ['matic-polygon', 'polygon'],
  ['avax-avalanche', 'avalanche'],
  ['ftm-fantom', 'fantom'],
  ['arb-arbitrum', 'arbitrum'],
  ['op-optimism', 'optimism'],
  ['base-base', 'base'],
  ['cro-cryptocom-chain', 'cronos'],
  ['xdai-xdai', 'gnosis'],
  ['sol-solana', 'solana'],
  ['trx-tron', 'tron'],
  ['ton-toncoin', 'ton'],
  ['sui-sui', 'sui'],
]);
