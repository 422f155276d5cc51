import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { reasonOf } from '../reason.ts';
import { StartError } from './start-error.ts';
import { OWN_REQUEST } from './worker-output.ts';

const Accepted = z.object({ runs: z.array(z.object({ id: z.coerce.string(), source: z.string() })) });
const Run = z.object({
  data: z.object({
    source: z.string(),
    status: z.string(),
    rows: z.object({ read: z.int(), inserted: z.int(), duplicate: z.int(), rejected: z.int() }),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
});
type Run = z.infer<typeof Run>['data'];
const Problem = z.object({ detail: z.string() });

const POLL_MS = 400;
const PROGRESS_MS = 5_000;
/** On a slow machine, one load may occupy the embedded database for longer than a read waits. */
const BUSY_TRIES_MAX = 30;
const BUSY_MS = 2_000;
const WAIT_MS_MAX = 15 * 60_000;
const OPEN = new Set(['queued', 'running']);

export interface Ingestion {
  /** Where this machine reaches the Worker. */
  url: string;
  token: string;
  /** Only if reads need a token. */
  read_token?: string;
  print: (line: string) => void;
  signal: AbortSignal;
  fetch?: typeof fetch;
}

/** Requests one run of every polled source and reports the progress until all have ended, with any status. */
export async function runFirstIngestion(ingestion: Ingestion): Promise<void> {
  await followRuns(ingestion, await triggerRuns(ingestion));
}

export type AcceptedRun = z.infer<typeof Accepted>['runs'][number];

/** Requests one run of every polled source. Throws StartError if they are not accepted. */
export async function triggerRuns(ingestion: Ingestion): Promise<AcceptedRun[]> {
  const answer = await request(ingestion, '/trigger-etl', { method: 'POST', token: ingestion.token });
  return Accepted.parse(answer).runs;
}

/** Reports the progress of each run until all have ended, with any status. */
export async function followRuns(ingestion: Ingestion, runs: AcceptedRun[]): Promise<void> {
  await Promise.all(runs.map(({ id, source }) => follow(ingestion, id, source)));
}

async function follow(ingestion: Ingestion, id: string, source: string): Promise<void> {
  const started = Date.now();
  let told = started;
  ingestion.print(`ingest  ${source}  queued (run ${id})`);
  while (Date.now() - started < WAIT_MS_MAX) {
    const run = Run.parse(await readPatiently(ingestion, `/runs/${id}`)).data;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (!OPEN.has(run.status)) return ingestion.print(`ingest  ${source}  ${summary(run, seconds)}`);
    if (Date.now() - told >= PROGRESS_MS) {
      told = Date.now();
      ingestion.print(`ingest  ${source}  ${summary(run, seconds)}`);
    }
    await sleep(POLL_MS, undefined, { signal: ingestion.signal });
  }
  ingestion.print(`ingest  ${source}  still running; continuing without it. See ${ingestion.url}/runs/${id}`);
}

function summary({ status, rows, error }: Run, seconds: string): string {
  const counts = `${rows.read} read, ${rows.inserted} inserted, ${rows.duplicate} duplicate, ${rows.rejected} rejected`;
  return `${status} after ${seconds} s: ${counts}${error ? `: ${error.message} (${error.code})` : ''}`;
}

async function readPatiently(ingestion: Ingestion, path: string): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      return await request(ingestion, path);
    } catch (error) {
      if (!(error instanceof Unavailable) || tries === BUSY_TRIES_MAX) throw error;
      await sleep(BUSY_MS, undefined, { signal: ingestion.signal });
    }
  }
}

class Unavailable extends StartError {}

async function request(
  { url, signal, read_token, fetch: ask = fetch }: Ingestion,
  path: string,
  { method = 'GET', token = read_token }: { method?: string; token?: string | undefined } = {},
): Promise<unknown> {
  const headers = {
    'x-request-id': `${OWN_REQUEST}${randomUUID()}`,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const { response, text } = await answerOf(ask, `${url}${path}`, { method, headers, signal }).catch(
    (error) => {
      signal.throwIfAborted();
      throw new Unavailable(`${path} was not answered: ${reasonOf(error)}`); // wrangler dev may be reloading
    },
  );
  if (response.ok) return JSON.parse(text);
  const message = `${path} answered ${response.status}: ${detailOf(text)}`;
  throw response.status === 503 ? new Unavailable(message) : new StartError(message);
}

async function answerOf(
  ask: typeof fetch,
  url: string,
  init: RequestInit,
): Promise<{ response: Response; text: string }> {
  const response = await ask(url, init);
  return { response, text: await response.text() };
}

function detailOf(text: string): string {
  try {
    return Problem.parse(JSON.parse(text)).detail;
  } catch {
    return text.slice(0, 500);
  }
}
