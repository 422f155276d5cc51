/// <reference types="vite/client" />
import { expect, it } from 'vitest';

// Which folder may import which: pure in the middle, IO at the rim. `folder/file` narrows to that file.
// CONTRIBUTING.md explains the table.
const MAY_IMPORT: Record<string, string[]> = {
  domain: ['domain', 'data'],
  sources: ['domain', 'sources'],
  reading: ['reading', 'domain', 'sources'],
  db: ['db', 'domain', 'errors'],
  raw: ['raw', 'domain', 'errors'],
  lake: ['lake', 'domain', 'db', 'raw', 'deps', 'errors', 'log'],
  ingest: [
    'ingest',
    'domain',
    'sources',
    'reading',
    'lake',
    'db',
    'raw',
    'deps',
    'env',
    'errors',
    'log',
    'data',
  ],
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
    'front-cache',
    'kept-replies',
    'log',
    'ingest/queue/messages',
    'sources/registry',
    'package.json',
  ],
  deps: ['env', 'db', 'raw', 'front-cache', 'kept-replies', 'log'],
  'front-cache': ['domain', 'log'],
  'kept-replies': [],
  env: ['domain', 'errors', 'log', 'sources/registry'],
  errors: [],
  log: [],
  index: ['http', 'ingest', 'deps', 'env', 'front-cache'],
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

it('has no two files that import each other, directly or through others', () => {
  const of = Map.groupBy(imports, ({ from }) => from.replace(/\.ts$/, ''));
  const reaches = (from: string, target: string, seen = new Set<string>()): boolean =>
    (of.get(from) ?? []).some(({ to }) => {
      if (to === target) return true;
      if (seen.has(to)) return false;
      seen.add(to);
      return reaches(to, target, seen);
    });
  expect([...of.keys()].filter((file) => reaches(file, file))).toEqual([]);
});

it('has no folder with more files than a reader can know', () => {
  const sizes = Map.groupBy(Object.keys(files), (path) => path.slice(0, path.lastIndexOf('/')));
  expect([...sizes].filter(([, own]) => own.length > 22).map(([folder]) => folder)).toEqual([]);
});

it('keeps SQL inside src/db', () => {
  const outside = Object.entries(files).filter(
    ([path, text]) => !path.startsWith('../src/db/') && /from 'drizzle-orm|sql`/.test(text),
  );
  expect(outside.map(([path]) => path)).toEqual([]);
});

it('has no file named utils, helpers, common or service', () => {
  const nameless = Object.keys(files).filter((path) => /(utils?|helpers?|common|service)\.ts$/.test(path));
  expect(nameless).toEqual([]);
});
