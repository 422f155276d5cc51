import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FILES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'favicon-32x32.png'];
const TARGET = join(import.meta.dirname, '../public/vendor/swagger-ui');

/** Puts Swagger UI's files beside our own static assets, so that /docs needs no CDN. Copies only what changed. */
export function copyVendorFiles(): void {
  const source = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  mkdirSync(TARGET, { recursive: true });
  for (const name of FILES) {
    const from = join(source, name);
    const to = join(TARGET, name);
    if (!existsSync(to) || statSync(to).size !== statSync(from).size) copyFileSync(from, to);
  }
}
