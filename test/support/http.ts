import { env } from 'cloudflare:workers';
import { makeDeps } from '../../src/deps.ts';
import type { Env } from '../../src/env.ts';
import { createApp } from '../../src/http/app.ts';

export interface Asked {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape
  json: any;
}

const bindings = env as unknown as Env;

/** Asks the app in this isolate. `vars` replaces variables of the Worker; `now` fixes its clock. */
export async function ask(
  path: string,
  { vars = {}, now, ...init }: RequestInit & { vars?: Record<string, unknown>; now?: Date } = {},
): Promise<Asked> {
  const app = createApp({
    makeDeps: (given) => ({ ...makeDeps(given), ...(now === undefined ? {} : { now: () => now }) }),
  });
  const response = await app.fetch(new Request(`http://tape.test${path}`, init), { ...bindings, ...vars } as Env);
  const text = await response.text();
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get('Content-Type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

export const testEnv = bindings;
