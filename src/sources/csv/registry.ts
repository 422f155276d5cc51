import type { Dialect } from './dialect.ts';
import { binance } from './dialects/binance.ts';
import { canonical } from './dialects/canonical.ts';
import { coincodex } from './dialects/coincodex.ts';
import { coindesk } from './dialects/coindesk.ts';
import { coingecko } from './dialects/coingecko.ts';
import { coinmarketcap } from './dialects/coinmarketcap.ts';
import { coinmetrics } from './dialects/coinmetrics.ts';
import { cryptodatadownload } from './dialects/cryptodatadownload.ts';
import { investing } from './dialects/investing.ts';
import { kaggle } from './dialects/kaggle.ts';
import { kraken } from './dialects/kraken.ts';
import { tradingview } from './dialects/tradingview.ts';
import { yahoo } from './dialects/yahoo.ts';

/** Every dialect. Each in turn examines a header, so the more specific ones come first. */
export const DIALECTS: readonly Dialect[] = [
  kraken,
  binance,
  tradingview,
  coinmetrics,
  coindesk,
  coincodex,
  coingecko,
  coinmarketcap,
  kaggle,
  cryptodatadownload,
  yahoo,
  investing,
  canonical,
];
