import { coingecko } from './coingecko/index.ts';
import { coinlore } from './coinlore/index.ts';
import { coinpaprika } from './coinpaprika/index.ts';

/** Every source that can be polled. A new one is a folder, a line here and a set of fixtures. */
export const LIST = [coinpaprika, coingecko, coinlore] as const;
