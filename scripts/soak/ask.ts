import type { Figures } from './figures.ts';

/** The Worker promises an answer in less: it gives the database ten seconds, and a request may ask it twice. */
export const ANSWER_MS_MAX = 30_000;

export interface Asked {
  name: string;
  path: string;
  init?: RequestInit;
  /** Statuses that are all right. 429 and 503 are so only with Retry-After. */
  expects: readonly number[];
}

/** Asks, reads the whole answer, and notes how it went. The text, or null when there was none. */
export async function ask(
  figures: Figures,
  url: string,
  { name, path, init, expects }: Asked,
): Promise<string | null> {
  const started = performance.now();
  const note = (status: string) => figures.add(name, performance.now() - started, status);
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await fetch(`${url}${path}`, { ...init, signal });
    const text = await response.text();
    note(String(response.status));
    const mustSayWhen = response.status === 429 || response.status === 503;
    if (!expects.includes(response.status))
      figures.complain(`${response.status} of ${path}: ${text.slice(0, 200)}`);
    else if (mustSayWhen && !response.headers.has('retry-after'))
      figures.complain(`${response.status} of ${path} without Retry-After`);
    return text;
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === 'TimeoutError';
    note(isLate ? 'no answer' : 'broken off');
    figures.complain(`${path}: ${isLate ? `no answer in ${ANSWER_MS_MAX / 1000} s` : String(error)}`);
    return null;
  }
}
