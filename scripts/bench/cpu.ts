import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_KIB_MAX, type Bundle, buildWorker } from './bundle.ts';
import { rounded, spread } from './numbers.ts';
import { figure, type Outcome } from './outcome.ts';
import { startupMs } from './startup.ts';

const STARTUP_MS_MOST = 60;

/** Size of the uploaded bundle, and the time its modules take to start. */
export async function benchSize({ bundle, folder }: { bundle: Bundle; folder: string }): Promise<Outcome> {
  const small = await buildWorker(join(folder, 'minified'), ['--minify']);
  const startup = spread(await startupMs(readFileSync(bundle.path, 'utf8')));
  const kib = (bytes: number) => rounded(bytes / 1024);
  return {
    figures: [
      figure('bundle, gzipped', 'KiB', kib(bundle.gzip_bytes), { at_most: BUNDLE_KIB_MAX }),
      figure('startup: modules of a cold isolate', 'ms', startup, { at_most: STARTUP_MS_MOST }),
    ],
    tables: [
      {
        title: 'Bundle',
        rows: [
          { bundle: 'as shipped', KiB: kib(bundle.bytes), 'gzip KiB': kib(bundle.gzip_bytes) },
          { bundle: 'minified', KiB: kib(small.bytes), 'gzip KiB': kib(small.gzip_bytes) },
        ],
      },
    ],
  };
}
