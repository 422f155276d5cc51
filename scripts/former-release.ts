import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from './reason.ts';
import { runTool } from './tool.ts';

// Builds the Worker of a tagged release, as `wrangler deploy` would upload it, and stores it beside the tests.

const TARGET = join(import.meta.dirname, '../test/former-release/worker.mjs');

async function keep(tag: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cointape-release-'));
  try {
    const packed = execFileSync('git', ['archive', tag], { maxBuffer: 2 ** 30 });
    execFileSync('tar', ['x', '-C', folder], { input: packed });
    symlinkSync(join(import.meta.dirname, '../node_modules'), join(folder, 'node_modules'));
    const { code, output } = await runTool('wrangler', [
      'deploy',
      '--dry-run',
      ...['--config', join(folder, 'wrangler.toml')],
      ...['--outdir', join(folder, 'out')],
    ]);
    if (code !== 0) throw new Error(`The Worker of ${tag} does not build:\n${output}`);
    const built = readFileSync(join(folder, 'out/index.js'), 'utf8').replace(
      /\n\/\/# sourceMappingURL=.*/,
      '',
    );
    const head = `// The Worker of ${tag}, minified. Made by: node scripts/former-release.ts ${tag}\n`;
    writeFileSync(TARGET, head + built);
    console.log(`${TARGET} is the Worker of ${tag}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [tag] = process.argv.slice(2);
try {
  if (tag === undefined) throw new Error('Name the tag of a release: node scripts/former-release.ts v0.2.0');
  await keep(tag);
} catch (error) {
  console.error(`error: ${reasonOf(error)}`);
  process.exitCode = 1;
}
