import { coingecko } from './coingecko/index.ts';
import { coinpaprika } from './coinpaprika/index.ts';

/** Every source that is polled. A new one is a folder, a line here and a set of fixtures. */
export const LIST = [coinpaprika, coingecko] as const;
