import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Files of each package, by their names here. Their licences are copied with them. */
const FILES: Record<string, Record<string, string>> = {
  'swagger-ui-dist': {
    'swagger-ui-bundle.js': 'swagger-ui/swagger-ui-bundle.js',
    'swagger-ui.css': 'swagger-ui/swagger-ui.css',
    'favicon-32x32.png': 'swagger-ui/favicon-32x32.png',
    LICENSE: 'swagger-ui/LICENSE',
    NOTICE: 'swagger-ui/NOTICE',
  },
  redoc: {
    'bundles/redoc.standalone.js': 'redoc/redoc.standalone.js',
    'bundles/redoc.standalone.js.LICENSE.txt': 'redoc/redoc.standalone.js.LICENSE.txt',
    LICENSE: 'redoc/LICENSE',
  },
  'lightweight-charts': {
    'dist/lightweight-charts.standalone.production.mjs': 'lightweight-charts/lightweight-charts.js',
    LICENSE: 'lightweight-charts/LICENSE',
  },
};
const TARGET = join(import.meta.dirname, '../public/vendor');

const EMPTY_IMAGE = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=';
/** Addresses from which a file would load other files, and their replacements. */
const FOREIGN: Record<string, [address: string, instead: string]> = {
  'redoc/redoc.standalone.js': ['https://cdn.redoc.ly/redoc/logo-mini.svg', EMPTY_IMAGE],
};

/**
 * Copies the libraries of our pages into our static assets: the pages need no CDN. A file that is there stays untouched:
 * `wrangler dev` of another start reloads when one is written, and loses the messages of its queue.
 */
export function copyVendorFiles(target = TARGET): void {
  for (const [name, files] of Object.entries(FILES)) {
    const source = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    for (const [file, copy] of Object.entries(files)) {
      const [from, to] = [join(source, file), join(target, copy)];
      mkdirSync(dirname(to), { recursive: true });
      const foreign = FOREIGN[copy];
      if (foreign === undefined) copyChanged(from, to);
      else writeChanged(to, readFileSync(from, 'utf8').replaceAll(...foreign));
    }
  }
}

function writeChanged(to: string, text: string): void {
  if (existsSync(to) && readFileSync(to, 'utf8') === text) return;
  writeFileSync(to, text);
}

function copyChanged(from: string, to: string): void {
  if (existsSync(to) && statSync(to).size === statSync(from).size) return;
  copyFileSync(from, to);
}
