import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runTool } from '../tool.ts';

/** Of the bundle as `wrangler deploy` ships it; docs/performance.md says what it consists of. */
export const BUNDLE_KIB_MAX = 440;

export interface Bundle {
  path: string;
  bytes: number;
  gzip_bytes: number;
}

/** Builds the Worker into `folder`, as `wrangler deploy` would upload it. */
export async function buildWorker(folder: string, flags: string[] = []): Promise<Bundle> {
  const { code, output } = await runTool('wrangler', ['deploy', '--dry-run', '--outdir', folder, ...flags]);
  if (code !== 0) throw new Error(`The Worker does not build:\n${output}`);
  const path = join(folder, 'index.js');
  const text = readFileSync(path);
  return { path, bytes: text.length, gzip_bytes: gzipSync(text).length };
}
