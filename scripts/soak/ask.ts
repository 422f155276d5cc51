import { Agent } from 'node:http';
import { exchange, type Asked as Request } from '../load/exchange.ts';
import type { Figures } from '../load/figures.ts';

/**
 * The Worker promises an answer within less: it gives the database ten seconds, and a request may query it twice.
 */
export const ANSWER_MS_MAX = 30_000;

/** The client closes an idle connection before the server does. */
const IDLE_MS = 4_000;
const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });

export interface Asked extends Request {
  name: string;
  path: string;
  /** Statuses that are expected. 429 and 503 also need Retry-After. */
  expects: readonly number[];
}

/** Sends a request, reads the whole answer, and records the result. Returns the text, or null without an answer. */
export async function ask(
  figures: Figures,
  url: string,
  { name, path, expects, ...request }: Asked,
): Promise<string | null> {
  const started = performance.now();
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  try {
    const { status, headers, took_ms, text } = await exchange(agent, `${url}${path}`, { ...request, signal });
    figures.add(name, took_ms, String(status));
    const mustSayWhen = status === 429 || status === 503;
    if (!expects.includes(status)) figures.complain(`${status} of ${path}: ${text().slice(0, 200)}`);
    else if (mustSayWhen && headers['retry-after'] === undefined)
      figures.complain(`${status} of ${path} without Retry-After`);
    return text();
  } catch (error) {
    const isLate = signal.aborted;
    figures.add(name, performance.now() - started, isLate ? 'no answer' : 'broken off');
    figures.complain(`${path}: ${isLate ? `no answer in ${ANSWER_MS_MAX / 1000} s` : String(error)}`);
    return null;
  }
}
