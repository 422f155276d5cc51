/// <reference types="vite/client" />

import { poll } from '../../src/ingest/poll/run.ts';
import { POLLED_SOURCES, sourceSettings } from '../../src/sources/registry.ts';
import { testDeps } from './deps.ts';
import { readWhole } from './import-all.ts';
import { storeUpload } from './stored-upload.ts';
import { forgetScript, script } from './upstream.ts';

// Every fixture of the repository, loaded by the real ingestion.

const load = (files: Record<string, unknown>) => files as Record<string, string>;
const payloads = load(
  import.meta.glob(['../fixtures/*/*.json', '!**/*.expected.json'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);
const files = load(
  import.meta.glob('../fixtures/csv/*/*.csv', { query: '?raw', import: 'default', eager: true }),
);
const expectations = load(
  import.meta.glob('../fixtures/**/*.expected.json', { query: '?raw', import: 'default', eager: true }),
);

const expected = (path: string) =>
  JSON.parse(expectations[path.replace(/\.(json|csv)$/, '.expected.json')] ?? 'null');

/** Polls each payload of the fixtures and uploads each file, one after another. */
export async function ingestFixtures(): Promise<void> {
  for (const [path, body] of Object.entries(payloads)) await ingestPayload(path, body);
  for (const [path, text] of Object.entries(files)) {
    const { hints = {} } = expected(path);
    const { filename, uploaded_at: _, ...rest } = hints;
    const upload_id = await storeUpload(text, { filename, hints: rest });
    await readWhole(upload_id);
  }
}

async function ingestPayload(path: string, body: string): Promise<void> {
  const source = POLLED_SOURCES.find(({ id }) => path.startsWith(`../fixtures/${id}/`));
  if (source === undefined) throw new Error(`Nobody reads ${path}.`);
  const { endpoint, poll_top } = expected(path) as { endpoint: string; poll_top?: number };
  const now = () => new Date('2026-01-10T10:05:00Z');
  const deps = testDeps({ now }, poll_top === undefined ? {} : { POLL_TOP: String(poll_top) });
  await forgetScript();
  await script(`/${source.id}/fixture`, { body });
  const { base_url: base } = sourceSettings(deps.settings, source.id);
  await poll(deps, {
    source,
    requests: [{ endpoint, url: `${base}/fixture`, headers: {}, every_minutes: 1, may_be_empty: true }],
  });
}
