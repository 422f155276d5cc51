import type { Deps } from '../../src/deps.ts';
import { emptyDatabase, testDeps } from './deps.ts';
import { type Answer, ask, bearer, type Question, testEnv } from './http.ts';
import { readWhole } from './import-all.ts';

/** One reading of Bitcoin, as CoinGecko exports it. */
export const FILE =
  'snapped_at,price,market_cap,total_volume\n2025-01-10 00:00:00 UTC,45000.50000000,880000000000.0,25000000000.0\n';

/** An id that no upload has. */
export const NOBODY = '00000000-0000-4000-8000-000000000000';

/** The messages sent since forgetUploads, except those for later checks. */
export const sent: unknown[] = [];
/** The same, with their options. */
export const sweeps: unknown[] = [];
const queue = {
  async send(message: { type: string }, options?: QueueSendOptions) {
    if (message.type === 'sweep') sweeps.push(options);
    else sent.push(message);
  },
} as unknown as Queue;
export const brokenQueue = { send: () => Promise.reject(new Error('queue is full')) } as unknown as Queue;

/** Empties the database, the bucket and the queue. */
export async function forgetUploads(): Promise<void> {
  sent.length = 0;
  sweeps.length = 0;
  await emptyDatabase();
  await testEnv.UPLOADS.delete(await storedKeys());
}

export const storedKeys = async () =>
  (await testEnv.UPLOADS.list({ prefix: 'uploads/' })).objects.map(({ key }) => key);

export interface Sending extends Omit<Question, 'body'> {
  body?: string | Uint8Array | ReadableStream<Uint8Array>;
  /** Content-Length, if it differs from the length of the body; null omits it. */
  length?: string | null;
  query?: string;
}

/** Sends a file like curl -T. */
export async function send({
  body = FILE,
  query = '',
  length,
  headers = {},
  deps = {},
  ...rest
}: Sending = {}): Promise<Answer> {
  const all = new Headers({ ...bearer('dev'), 'Content-Type': 'text/csv' });
  if (length !== null) all.set('Content-Length', length ?? String(sizeOf(body)));
  for (const [name, value] of new Headers(headers)) all.set(name, value);
  return ask(`/uploads${query}`, { method: 'POST', body, headers: all, deps: { queue, ...deps }, ...rest });
}

function sizeOf(body: string | Uint8Array | ReadableStream<Uint8Array>): number {
  if (body instanceof ReadableStream) return 0;
  return typeof body === 'string' ? new TextEncoder().encode(body).byteLength : body.byteLength;
}

export const post = (path: string, body: string, question: Question = {}) =>
  ask(path, { method: 'POST', body, headers: bearer('dev'), ...question, deps: { queue, ...question.deps } });

export const get = (path: string, question: Question = {}) =>
  ask(path, { headers: bearer('dev'), ...question });

export interface Sent {
  id: string;
  status: string;
  links: Record<string, string>;
  meta: { warnings?: string[] };
}
export const idOf = (answer: Answer) => (answer.json as Sent).id;

/** Status and code of a problem. */
export const codeOf = (answer: Answer) => [answer.status, (answer.json as { code?: string }).code];

export interface ShownUpload {
  status: string;
  rows: unknown;
  error: unknown;
  data: Record<string, unknown>;
}
export const uploadOf = async (id: string) => (await get(`/uploads/${id}`)).json as ShownUpload;

/** Reads the upload to its end, like the queue. */
export async function ingest(id: string, replaced: Partial<Deps> = {}): Promise<void> {
  await readWhole(id, testDeps(replaced));
}

export const gzip = async (text: string) =>
  new Uint8Array(
    await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
  );
