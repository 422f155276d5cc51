import type { Endpoint } from './endpoint.ts';
import { data } from './routes/data.ts';
import { health } from './routes/health.ts';
import { run, runs } from './routes/runs.ts';
import { triggerEtl } from './routes/trigger-etl.ts';

/** Every route but /livez, in the order of the document. */
export const ENDPOINTS: readonly Endpoint[] = [health, data, triggerEtl, runs, run];
