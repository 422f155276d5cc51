import type { Endpoint } from './endpoint.ts';
import { data } from './routes/data.ts';
import { docs, openapiJson } from './routes/docs.ts';
import { global } from './routes/global.ts';
import { health } from './routes/health.ts';
import { livez } from './routes/livez.ts';
import { observation } from './routes/observations.ts';
import { prices } from './routes/prices.ts';
import { raw } from './routes/raw.ts';
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
  global,
  observation,
  raw,
  runs,
  run,
  triggerEtl,
  withdrawRun,
  uploadFile,
  uploads,
  upload,
  uploadRejects,
  withdrawUpload,
  stats,
  health,
  livez,
  openapiJson(() => ENDPOINTS),
  docs,
];
