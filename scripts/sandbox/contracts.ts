import type { Coin } from './market.ts';
import { hash } from './noise.ts';

export interface Platform {
  coinpaprika: string;
  coingecko: string;
  is_evm: boolean;
}

export const PLATFORMS: readonly Platform[] = [
  { coinpaprika: 'eth-ethereum', coingecko: 'ethereum', is_evm: true },
  { coinpaprika: 'bnb-binance-coin', coingecko: 'binance-smart-chain', is_evm: true },
  { coinpaprika: 'sol-solana', coingecko: 'solana', is_evm: false },
];

/** The coins above this rank are native, and so is one in four below it. */
const NATIVE_RANKS = 40;
const HEX = '0123456789abcdef';
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** The chain of the coin's token; undefined for a native coin. */
export function contractOf(coin: Coin): (Platform & { address: string }) | undefined {
  const platform = PLATFORMS[Math.floor(hash(coin.seed, 30) * 4)];
  if (coin.rank <= NATIVE_RANKS || platform === undefined) return undefined;
  const text = (letters: string, length: number) =>
    Array.from({ length }, (_, at) => letters[Math.floor(hash(coin.seed, 31 + at) * letters.length)]).join(
      '',
    );
  return { ...platform, address: platform.is_evm ? `0x${text(HEX, 40)}` : text(BASE58, 44) };
}
