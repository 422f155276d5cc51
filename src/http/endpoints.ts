import { decideMapping, undoMapping } from './assets/decisions.ts';
import { assetDivergence, divergence } from './assets/divergence.ts';
import { asset } from './assets/find.ts';
import { assets } from './assets/list.ts';
import { mappings } from './assets/mappings.ts';
import { candles } from './candles/list.ts';
import { rebuildCandles } from './candles/rebuild.ts';
import { changes } from './changes/list.ts';
import { global } from './data/global.ts';
import { data } from './data/list.ts';
import { observation } from './data/revisions.ts';
import type { Endpoint } from './endpoint.ts';
import { lake } from './lake/list.ts';
import { lakePart } from './lake/part.ts';
import { writeLake } from './lake/write.ts';
import { mcp } from './mcp/endpoint.ts';
import { prices } from './prices/list.ts';
import { pricesQuery } from './prices/query.ts';
import { proof } from './proof/fact.ts';
import { raw } from './proof/raw.ts';
import { promoteReplay, replay, replays } from './proof/replays.ts';
import { rates } from './rates/list.ts';
import { rateProof } from './rates/proof.ts';
import { backfills } from './runs/backfills.ts';
import { compareRuns } from './runs/compare.ts';
import { gaps } from './runs/gaps.ts';
import { run, runs } from './runs/list.ts';
import { triggerEtl } from './runs/trigger-etl.ts';
import { withdrawRun, withdrawUpload } from './runs/withdraw.ts';
import { acceptance } from './service/accept-drift.ts';
import { docs, openapiJson } from './service/docs.ts';
import { drift } from './service/drift.ts';
import { health } from './service/health.ts';
import { livez } from './service/livez.ts';
import { metrics } from './service/metrics.ts';
import { ops, root } from './service/root.ts';
import { stats } from './service/stats.ts';
import { uploadFile } from './uploads/file.ts';
import { upload, uploads } from './uploads/list.ts';
import { readUploadAgain } from './uploads/read-again.ts';
import { uploadRejects } from './uploads/rejects.ts';

/** Every route, in the order of the document. */
export const ENDPOINTS: readonly Endpoint[] = [
  root(() => ENDPOINTS),
  data,
  prices,
  pricesQuery,
  candles,
  rebuildCandles,
  changes,
  assets,
  asset,
  assetDivergence,
  divergence,
  mappings,
  decideMapping,
  undoMapping,
  global,
  lake,
  lakePart,
  writeLake,
  rates,
  rateProof,
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
  acceptance,
  uploadFile,
  uploads,
  upload,
  uploadRejects,
  readUploadAgain,
  withdrawUpload,
  mcp,
  stats,
  health,
  metrics,
  livez,
  openapiJson(() => ENDPOINTS),
  docs,
  ops,
];
