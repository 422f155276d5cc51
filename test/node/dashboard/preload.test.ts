import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

// What a page imports is told in its head, so that the browser asks for all of it at once, not import by import.

const PUBLIC = join(import.meta.dirname, '../../../public');
const page = readFileSync(join(PUBLIC, 'index.html'), 'utf8');
const IMPORT = /^(?:import|export)\b[^;]*?\bfrom '(\.[^']+)';|^import '(\.[^']+)';/gm;

/** The modules that one imports from the start, itself among them. */
function imported(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, from, alone] of readFileSync(join(PUBLIC, path), 'utf8').matchAll(IMPORT))
    imported(new URL(from ?? alone ?? '', `file://${path}`).pathname, found);
  return found;
}

test('the head names every module that the page begins with, and the library of the chart', () => {
  const named = [...page.matchAll(/<link rel="modulepreload" href="([^"]+)" \/>/g)].map(([, href]) => href);
  const modules = imported('/dashboard/main.js');
  modules.delete('/dashboard/main.js');
  expect(named).toEqual([...modules].sort().concat('/vendor/lightweight-charts/lightweight-charts.js'));
});
