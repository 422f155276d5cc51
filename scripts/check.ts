import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Validator } from '@seriousme/openapi-schema-validator';
import { BUNDLE_KIB_MAX } from './bench/bundle.ts';
import { writeGuides } from './guides.ts';
import { reasonOf } from './reason.ts';
import { runTool } from './tool.ts';
import { copyVendorFiles } from './vendor.ts';

/** The fault, or undefined. */
type Check = () => Promise<string | undefined>;

const CODE: Record<string, Check> = {
  'types of the Worker and its tests': () => types('.', 'worker'),
  'types of the scripts and their tests': () => types('scripts', 'scripts'),
  'types of the dashboard and its tests': () => types('test/browser', 'browser'),
  'types of the client and its example': () => types('docs/client', 'client'),
  'lint and format': () => tool('biome', 'ci', '--colors=off', '.'),
};

/** The checks that `npm run verify` adds, for frequent use. */
const QUICK: Record<string, Check> = {
  'tests of the Worker that need no database': () => unitTests('unit'),
  'tests of the scripts that need no database': () => unitTests('node-unit'),
};

/** The checks that `npm run check` adds, for use before a release. */
const WHOLE: Record<string, Check> = {
  'migrations match the schema': inFolder(migrationsMatch),
  'OpenAPI document is valid': openApiIsValid,
  'types of the client agree with it': () => tool('node', 'docs/client/generate.ts', '--check'),
  'wrangler deploy --dry-run builds a small bundle': inFolder(bundleIsSmall),
};

/** Incremental: unchanged files are not checked again. */
const types = (project: string, name: string) =>
  tool(
    'tsc',
    '-p',
    project,
    '--incremental',
    '--tsBuildInfoFile',
    `node_modules/.cache/cointape/${name}.tsbuildinfo`,
  );

/** One worker each, because they run beside all other checks. */
const unitTests = (project: string) =>
  tool('vitest', 'run', '--project', project, '--maxWorkers=1', '--reporter=dot');

async function tool(name: string, ...args: string[]): Promise<string | undefined> {
  const { code, output } = await runTool(name, args);
  return code === 0 ? undefined : output;
}

/** Gives the check a separate folder: no check touches the tree. */
function inFolder(check: (folder: string) => Promise<string | undefined>): Check {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cointape-check-'));
    try {
      return await check(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** Runs drizzle-kit on a copy of migrations/; it must find nothing to write. */
async function migrationsMatch(folder: string): Promise<string | undefined> {
  cpSync('migrations', folder, { recursive: true });
  const before = listing(folder);
  // drizzle-kit reads `out` as relative to the working folder even if it begins with a slash.
  const out = relative('.', folder);
  const { code, output } = await runTool('drizzle-kit', [
    'generate',
    '--dialect=postgresql',
    '--schema=./src/db/schema.ts',
    `--out=${out}`,
  ]);
  if (code !== 0) return output;
  const added = listing(folder).filter((file) => !before.includes(file) && file.endsWith('.sql'));
  if (added.length === 0) return undefined;
  const statements = added.map((file) => readFileSync(join(folder, file), 'utf8'));
  return `src/db/schema.ts has moved on; run npm run db:generate. Missing:\n${statements.join('\n')}`;
}

const listing = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' });

/** A bundle above the limit usually contains a complete library: look at esbuild's metafile. */
async function bundleIsSmall(folder: string): Promise<string | undefined> {
  const { code, output } = await runTool('wrangler', ['deploy', '--dry-run', '--outdir', folder]);
  if (code !== 0) return output;
  const size = /gzip: ([\d.]+) KiB/.exec(output)?.[1];
  if (size === undefined) return `wrangler did not say how large the bundle is:\n${output}`;
  if (Number(size) <= BUNDLE_KIB_MAX) return undefined;
  return `The bundle has ${size} KiB gzipped; ${BUNDLE_KIB_MAX} KiB are the limit.`;
}

async function openApiIsValid(): Promise<string | undefined> {
  // By URL, because the Worker's modules are of another TypeScript project.
  const load = (path: string) => import(new URL(`../src/http/${path}`, import.meta.url).href);
  const [{ buildDocument }, { ENDPOINTS }] = await Promise.all([load('document.ts'), load('endpoints.ts')]);
  const validator = new Validator();
  const result = await validator.validate(structuredClone(buildDocument(ENDPOINTS)));
  if (!result.valid) return JSON.stringify(result.errors, null, 2);
  validator.resolveRefs(); // It throws for a reference to nothing.
  return undefined;
}

async function run(name: string, check: Check): Promise<boolean> {
  const fault = await check().catch(reasonOf);
  console.log(`${fault === undefined ? 'ok    ' : 'FAILED'}  ${name}`);
  if (fault !== undefined) console.log(fault.trimEnd().replace(/^/gm, '        '));
  return fault === undefined;
}

copyVendorFiles();
writeGuides();
const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const checks = { ...CODE, ...(values.quick ? QUICK : WHOLE) };
const results = await Promise.all(Object.entries(checks).map(([name, check]) => run(name, check)));
process.exitCode = results.every(Boolean) ? 0 : 1;
