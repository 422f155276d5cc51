import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Files of each package, by the name they get here. Their licences go with them. */
const FILES: Record<string, Record<string, string>> = {
  'swagger-ui-dist': {
    'swagger-ui-bundle.js': 'swagger-ui/swagger-ui-bundle.js',
    'swagger-ui.css': 'swagger-ui/swagger-ui.css',
    'favicon-32x32.png': 'swagger-ui/favicon-32x32.png',
    LICENSE: 'swagger-ui/LICENSE',
    NOTICE: 'swagger-ui/NOTICE',
  },
  'lightweight-charts': {
    'dist/lightweight-charts.standalone.production.mjs': 'lightweight-charts/lightweight-charts.js',
    LICENSE: 'lightweight-charts/LICENSE',
  },
};
const TARGET = join(import.meta.dirname, '../public/vendor');

/** Puts the libraries of our pages beside our own static assets, so that they need no CDN. Copies what changed. */
export function copyVendorFiles(): void {
  for (const [name, files] of Object.entries(FILES)) {
    const source = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    for (const [file, copy] of Object.entries(files)) copyChanged(join(source, file), join(TARGET, copy));
  }
}

function copyChanged(from: string, to: string): void {
  if (existsSync(to) && statSync(to).size === statSync(from).size) return;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
