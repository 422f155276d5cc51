import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { POLLED_SOURCES } from '../../src/sources/registry.ts';

// All knowledge about a vendor is in its folder. Elsewhere its name appears only in examples: the value of an
// `example`, and quotes in backticks in comments.
const EXAMPLES = [/\bexample: ('[^']*'|\{[^}]*\})/g, /(?<=^\s*(\/\/|\*|\/\*\*).*)`[^`]*`/gm];
const VENDORS = new RegExp(POLLED_SOURCES.flatMap(({ id, title }) => [id, title]).join('|'), 'i');

/** The sources themselves, packages of others, and pages made from docs/. */
const LEFT_OUT = ['src/sources/', 'public/vendor/', 'public/docs/'];

const files = [...globSync('src/**/*.ts'), ...globSync('public/**/*.{js,html,css}')].filter(
  (path) => !LEFT_OUT.some((folder) => path.startsWith(folder)),
);

test('finds the files', () => {
  expect(files.length).toBeGreaterThan(200);
});

test('outside src/sources a vendor is named in examples only', () => {
  const named = files.flatMap((path) => {
    const text = EXAMPLES.reduce((rest, example) => rest.replace(example, ''), readFileSync(path, 'utf8'));
    return text.split('\n').flatMap((line) => (VENDORS.test(line) ? [`${path}: ${line.trim()}`] : []));
  });
  expect(named).toEqual([]);
});
