import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmStart } from '../node/start/npm-start.ts';

export interface Cointape {
  url: string;
  stop(): Promise<void>;
}

/** `npm start -- --sandbox` on a free port with its own data folder. */
export async function startCointape(...flags: string[]): Promise<Cointape> {
  const folder = mkdtempSync(join(tmpdir(), 'cointape-browser-'));
  process.env.BACKFILL_ASSETS ??= '3'; // needed for a chart
  const start = npmStart('--sandbox', '--port', '0', '--data-dir', folder, ...flags);
  const stop = async () => {
    start.signal('SIGINT');
    await start.ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { url: await start.ready, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
