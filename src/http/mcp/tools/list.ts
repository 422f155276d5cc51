import type { Register } from '../tool.ts';
import { compareSources } from './compare-sources.ts';
import { explainObservation } from './explain-observation.ts';
import { getCandles } from './get-candles.ts';
import { getObservations } from './get-observations.ts';
import { getPrices } from './get-prices.ts';
import { searchAssets } from './search-assets.ts';
import { tapeStatus } from './tape-status.ts';

/** Every tool, in the order of the list. */
export const TOOLS: readonly Register[] = [
  searchAssets,
  getPrices,
  getCandles,
  getObservations,
  explainObservation,
  compareSources,
  tapeStatus,
];
