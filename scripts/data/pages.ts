import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { reasonOf } from '../reason.ts';
import { DataError } from './data-error.ts';
import type { Flags } from './flags.ts';

/** Texts keep every digit; flags are a list. */
const Row = z.record(z.string(), z.union([z.string(), z.array(z.string())]).nullable());
export type Row = z.infer<typeof Row>;

const Page = z.object({
  data: z.array(Row),
  pagination: z.object({ total: z.int().nullable(), next_cursor: z.string().nullable() }),
});
export type Page = z.infer<typeof Page>;

const Problem = z.object({ detail: z.string(), code: z.string() });

const PAGE_ROWS = 1000;
const ATTEMPTS_MAX = 5;

export type Wait = (seconds: number) => Promise<void>;
const waitSeconds: Wait = async (seconds) => void (await sleep(seconds * 1000));

/**
 * The pages of an answer of GET /data, oldest rows first, all as of the version of the first page. Retries a page
 * that does not arrive. Throws DataError if a page stays missing, or if the number of rows differs from the
 * announced one.
 */
export async function* pagesOf(
  { url, token, query }: Pick<Flags, 'url' | 'token' | 'query'>,
  wait: Wait = waitSeconds,
): AsyncGenerator<Page> {
  const headers = {
    accept: 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const view = { limit: String(PAGE_ROWS), decimals: 'string', sort: 'created_at', order: 'asc' };
  const first = new URLSearchParams({ ...query, ...view, count: 'exact' });
  let path: string | null = `/data?${first}`;
  let total: number | null = null;
  let rows = 0;
  while (path !== null) {
    const page: Page = await ask({ url, path, headers }, wait);
    total ??= page.pagination.total;
    rows += page.data.length;
    yield page;
    const { next_cursor } = page.pagination;
    path = next_cursor === null ? null : `/data?${new URLSearchParams({ cursor: next_cursor })}`;
  }
  if (total !== null && rows !== total)
    throw new DataError(`${rows} rows came where ${total} were counted. Ask again.`);
}

interface Question {
  url: string;
  path: string;
  headers: Record<string, string>;
}

async function ask(question: Question, wait: Wait): Promise<Page> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryOnce(question, attempt);
    if ('page' in outcome) return outcome.page;
    if (attempt === ATTEMPTS_MAX || outcome.wait_s === null) throw new DataError(outcome.reason);
    await wait(outcome.wait_s);
  }
}

/** `wait_s` is the delay before a retry; null for no retry. */
type Outcome = { page: Page } | { reason: string; wait_s: number | null };

async function tryOnce({ url, path, headers }: Question, attempt: number): Promise<Outcome> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${url}${path}`, { headers });
    text = await response.text();
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { reason: `${url} cannot be reached: ${reasonOf(cause)}.`, wait_s: attempt };
  }
  if (response.ok) return { page: Page.parse(JSON.parse(text)) };
  const after = response.headers.get('retry-after');
  const wait_s = after !== null ? Number(after) : response.status >= 500 ? attempt : null;
  return { reason: refusal(response.status, text), wait_s };
}

function refusal(status: number, text: string): string {
  try {
    const { detail, code } = Problem.parse(JSON.parse(text));
    return `The Worker answered ${status} ${code}: ${detail}`;
  } catch {
    return `The Worker answered ${status}: ${text.slice(0, 300)}`;
  }
}
