import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { type Deps, makeDeps } from '../../src/deps.ts';
import type { Env } from '../../src/env.ts';
import { createApp } from '../../src/http/app.ts';

export const testEnv = env as unknown as Env;

export interface Question extends RequestInit {
  /** Variables and bindings of the Worker to replace. */
  vars?: Record<string, unknown>;
  /** Fields of deps to replace. */
  deps?: Partial<Deps>;
}

/** A list reply as tests read it. */
export interface Page {
  data: Record<string, unknown>[];
  pagination: {
    limit: number;
    offset: number | null;
    returned: number;
    total: number | null;
    next_cursor: string | null;
    next: string | null;
  };
  meta: Record<string, unknown>;
}

export class Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(response: Response, text: string) {
    this.status = response.status;
    this.headers = response.headers;
    this.text = text;
  }

  get json(): unknown {
    return JSON.parse(this.text);
  }

  get page(): Page {
    return JSON.parse(this.text) as Page;
  }

  /** One member of every row. */
  column(name: string): unknown[] {
    return this.page.data.map((row) => row[name]);
  }

  header(name: string): string | null {
    return this.headers.get(name);
  }
}

/** The app's reply; the body is not read yet. */
export async function respond(
  path: string,
  { vars = {}, deps = {}, ...init }: Question = {},
): Promise<Response> {
  const app = createApp({ makeDeps: (given) => ({ ...makeDeps(given), ...deps }) });
  const request = new Request(`https://tape.test${path}`, init);
  return app.fetch(request, { ...testEnv, ...vars } as Env, createExecutionContext());
}

/** Sends a request to the app and reads the whole reply. */
export async function ask(path: string, question: Question = {}): Promise<Answer> {
  const response = await respond(path, question);
  return new Answer(response, new TextDecoder().decode(await response.arrayBuffer()));
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
