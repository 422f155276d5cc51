import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyVendorFiles } from '../../../scripts/vendor.ts';

test('a second start leaves the files of a running one untouched, and repairs a broken one', () => {
  const target = mkdtempSync(join(tmpdir(), 'cointape-vendor-'));
  onTestFinished(() => rmSync(target, { recursive: true }));
  const files = () =>
    readdirSync(target, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(target, name)).isFile())
      .map((name) => [name, statSync(join(target, name)).mtimeMs]);
  copyVendorFiles(target);
  const before = files();
  expect(before.map(([name]) => name)).toContain('redoc/redoc.standalone.js');
  copyVendorFiles(target);
  expect(files()).toEqual(before);
  const redoc = join(target, 'redoc/redoc.standalone.js');
  const text = readFileSync(redoc, 'utf8');
  expect(text).not.toContain('cdn.redoc.ly');
  writeFileSync(redoc, 'broken');
  copyVendorFiles(target);
  expect(readFileSync(redoc, 'utf8')).toBe(text);
});
