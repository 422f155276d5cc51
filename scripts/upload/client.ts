import { openAsBlob } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { reasonOf } from '../reason.ts';
import type { Part } from './pack-parts.ts';
import { UploadError } from './upload-error.ts';

/** A Worker to send requests to. */
export interface Target {
  url: string;
  token: string;
  /** More headers for every request. */
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const Accepted = z.object({
  id: z.string(),
  status: z.string(),
  meta: z.object({ warnings: z.array(z.string()).optional() }),
});
export type Accepted = z.infer<typeof Accepted>;

export const RowCounts = z.object({
  read: z.int(),
  inserted: z.int(),
  duplicate: z.int(),
  rejected: z.int(),
});
export type RowCounts = z.infer<typeof RowCounts>;

const Upload = z.object({
  id: z.string(),
  status: z.string(),
  size_bytes: z.int(),
  done_bytes: z.int(),
  dialect: z.string().nullable(),
  rows: RowCounts,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  dry_run: z.boolean(),
  plan: z
    .object({
      reader: z.string(),
      why: z.string(),
      convention: z.string(),
      warnings: z.array(z.string()),
      columns: z.array(
        z.object({
          column: z.string(),
          role: z.string(),
          as: z.string(),
          example: z.object({ text: z.string(), value: z.string().nullable() }).nullable(),
        }),
      ),
    })
    .nullable(),
  preview: z
    .array(
      z.object({
        line: z.int(),
        raw: z.string(),
        row: z.record(z.string(), z.union([z.string(), z.array(z.string())]).nullable()).nullable(),
      }),
    )
    .nullable(),
});
/** `warnings` are from the reply. */
export type Upload = z.infer<typeof Upload> & { warnings?: string[] };

const Reject = z.object({ line: z.int(), code: z.string(), message: z.string(), raw: z.string() });
export type Reject = z.infer<typeof Reject>;

const Problem = z.object({ detail: z.string(), code: z.string() });

const ATTEMPTS_MAX = 5;
const POLL_MS = 400;

/** Checks, before a large upload, that the Worker is reachable and accepts the token. */
export async function knock(target: Target): Promise<void> {
  await ask(target, '/uploads?limit=1');
}

/** Sends a part. Repeating it is harmless: the same bytes are the same upload. */
export async function sendPart(target: Target, part: Part, query: Record<string, string>): Promise<Accepted> {
  const body = await openAsBlob(part.path);
  const headers = { 'content-encoding': 'gzip', 'content-type': 'text/csv' };
  const path = `/uploads?${new URLSearchParams(query)}`;
  return Accepted.parse(await ask(target, path, { method: 'POST', headers, body }));
}

/** Waits until an upload has ended, with any status, and reports its progress now and then. */
export async function untilEnded(
  target: Target,
  id: string,
  told: (upload: Upload) => void,
): Promise<Upload> {
  const Reply = z.object({ data: Upload, meta: z.object({ warnings: z.array(z.string()).optional() }) });
  for (;;) {
    const { data, meta } = Reply.parse(await ask(target, `/uploads/${id}?decimals=string`));
    if (data.status !== 'queued' && data.status !== 'processing')
      return { ...data, warnings: meta.warnings ?? [] };
    told(data);
    await sleep(POLL_MS, undefined, target.signal && { signal: target.signal });
  }
}

/** The first `limit` rejects. */
export async function firstRejects(target: Target, id: string, limit: number): Promise<Reject[]> {
  return z.object({ data: z.array(Reject) }).parse(await ask(target, `/uploads/${id}/rejects?limit=${limit}`))
    .data;
}

interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: Blob;
}

/** One request, repeated while the Worker is unreachable or asks to wait. Throws UploadError. */
async function ask(target: Target, path: string, question: Question = {}): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryOnce(target, path, question, attempt);
    if ('reply' in outcome) return outcome.reply;
    if (attempt === ATTEMPTS_MAX || outcome.wait_s === null) throw new UploadError(outcome.reason);
    await sleep(outcome.wait_s * 1000, undefined, target.signal && { signal: target.signal });
  }
}

/** `wait_s` is the delay before a retry; null for no retry. */
type Outcome = { reply: unknown } | { reason: string; wait_s: number | null };

async function tryOnce(target: Target, path: string, question: Question, attempt: number): Promise<Outcome> {
  try {
    const response = await request(target, path, question);
    if (response.ok) return { reply: await response.json() };
    const wait = response.headers.get('retry-after');
    return { reason: await refusal(response), wait_s: wait === null ? null : Number(wait) };
  } catch (error) {
    target.signal?.throwIfAborted();
    return { reason: `${target.url} cannot be reached: ${causeOf(error)}.`, wait_s: attempt };
  }
}

const request = ({ url, token, headers, signal }: Target, path: string, question: Question) =>
  fetch(`${url}${path}`, {
    ...question,
    headers: { ...headers, ...question.headers, authorization: `Bearer ${token}` },
    ...(signal ? { signal } : {}),
  });

async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { detail, code } = Problem.parse(JSON.parse(text));
    return `The Worker answered ${response.status} ${code}: ${detail}`;
  } catch {
    return `The Worker answered ${response.status}: ${text.slice(0, 300)}`;
  }
}

/** The message of fetch is only "fetch failed"; the reason is in its cause. */
const causeOf = (error: unknown): string =>
  reasonOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
