import type { Endpoint } from './endpoint.ts';
import { asset } from './routes/asset.ts';
import { assets } from './routes/assets.ts';
import { backfills } from './routes/backfills.ts';
import { candles } from './routes/candles.ts';
import { compareRuns } from './routes/compare-runs.ts';
import { data } from './routes/data.ts';
import { decideMapping } from './routes/decisions.ts';
import { assetDivergence, divergence } from './routes/divergence.ts';
import { docs, openapiJson } from './routes/docs.ts';
import { drift } from './routes/drift.ts';
import { gaps } from './routes/gaps.ts';
import { global } from './routes/global.ts';
import { health } from './routes/health.ts';
import { livez } from './routes/livez.ts';
import { mappings } from './routes/mappings.ts';
import { metrics } from './routes/metrics.ts';
import { observation } from './routes/observations.ts';
import { prices } from './routes/prices.ts';
import { proof } from './routes/proof.ts';
import { raw } from './routes/raw.ts';
import { rebuildCandles } from './routes/rebuild-candles.ts';
import { promoteReplay, replay, replays } from './routes/replays.ts';
import { root } from './routes/root.ts';
import { run, runs } from './routes/runs.ts';
import { stats } from './routes/stats.ts';
import { triggerEtl } from './routes/trigger-etl.ts';
import { uploadFile } from './routes/upload-file.ts';
import { uploadRejects } from './routes/upload-rejects.ts';
import { upload, uploads } from './routes/uploads.ts';
import { withdrawRun, withdrawUpload } from './routes/withdraw.ts';

/** Every route, in the order of the document. */
export const ENDPOINTS: readonly Endpoint[] = [
  root(() => ENDPOINTS),
  data,
  prices,
  candles,
  rebuildCandles,
  assets,
  asset,
  assetDivergence,
  divergence,
  mappings,
  decideMapping,
  global,
  observation,
  proof,
  raw,
  replays,
  replay,
  promoteReplay,
  runs,
  compareRuns, // before the pattern that would take its path
  run,
  triggerEtl,
  gaps,
  backfills,
  withdrawRun,
  drift,
  uploadFile,
  uploads,
  upload,
  uploadRejects,
  withdrawUpload,
  stats,
  health,
  metrics,
  livez,
  openapiJson(() => ENDPOINTS),
  docs,
];
