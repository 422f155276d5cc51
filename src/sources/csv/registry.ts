import type { Dialect } from './dialect.ts';
import { canonical } from './dialects/canonical.ts';
import { coingecko } from './dialects/coingecko.ts';
import { coinmarketcap } from './dialects/coinmarketcap.ts';
import { cryptodatadownload } from './dialects/cryptodatadownload.ts';
import { investing } from './dialects/investing.ts';
import { kaggle } from './dialects/kaggle.ts';
import { yahoo } from './dialects/yahoo.ts';

/** Every dialect. A header is offered to each in turn, so those that leave less open stand first. */
export const DIALECTS: readonly Dialect[] = [
  coingecko,
  coinmarketcap,
  kaggle,
  cryptodatadownload,
  yahoo,
  investing,
  canonical,
];
