/// <reference types="vite/client" />
import { expect, it } from 'vitest';

// Who may import whom: pure in the middle, IO at the rim. `folder/file` narrows to that file. CONTRIBUTING.md explains the table.
const MAY_IMPORT: Record<string, string[]> = {
  domain: ['domain'],
  sources: ['domain', 'sources'],
  reading: ['reading', 'domain', 'sources', 'db/observations/batch-rows'],
  db: ['db', 'domain', 'errors'],
  raw: ['raw', 'domain', 'errors'],
  ingest: ['ingest', 'domain', 'sources', 'reading', 'db', 'raw', 'deps', 'env', 'errors', 'log', 'data'],
  proof: ['proof', 'domain', 'sources', 'reading', 'db', 'raw', 'errors'],
  http: [
    'http',
    'domain',
    'db',
    'raw',
    'proof',
    'deps',
    'env',
    'errors',
    'log',
    'ingest/queue/messages',
    'sources/registry',
    'package.json',
  ],
  deps: ['env', 'db', 'raw', 'log'],
  env: ['errors', 'log'],
  errors: [],
  log: [],
  index: ['http', 'ingest', 'deps', 'env'],
};

const files = import.meta.glob('../src/**/*.ts', { query: '?raw', import: 'default', eager: true }) as Record<
  string,
  string
>;

const imports = Object.entries(files).flatMap(([path, text]) => {
  const from = path.replace('../src/', '');
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target = '']) => {
    const to = new URL(target, `file:///${from}`).pathname.slice(1).replace(/\.ts$/, '');
    return { from, to };
  });
});

const roomOf = (path: string) => (path.split('/')[0] ?? '').replace(/\.ts$/, '');

it('finds the sources', () => {
  expect(Object.keys(files).length).toBeGreaterThan(20);
  expect(imports.length).toBeGreaterThan(50);
});

it('holds the import table', () => {
  const broken = imports.filter(({ from, to }) => {
    const allowed = MAY_IMPORT[roomOf(from)] ?? [];
    if (to.startsWith('node_modules/')) return false;
    return !allowed.some((room) => to === room || to.startsWith(`${room}/`));
  });
  expect(broken.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

it('keeps SQL inside src/db', () => {
  const outside = Object.entries(files).filter(
    ([path, text]) => !path.startsWith('../src/db/') && /from 'drizzle-orm|sql`/.test(text),
  );
  expect(outside.map(([path]) => path)).toEqual([]);
});

it('has no file without a name of its own', () => {
  const nameless = Object.keys(files).filter((path) => /(utils?|helpers?|common|service)\.ts$/.test(path));
  expect(nameless).toEqual([]);
});
