import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Child, startChild } from '../scripts/bench/child.ts';
import type { BackendAnswers } from './backend-process.ts';
import type { SeenStatements } from './statements/watch.ts';

/** What one test worker talks to; no other worker does, so that files can run at the same time. */
export interface Backend {
  /** What the Worker gets as DATABASE_URL. */
  databaseUrl: string;
  /** The sandbox: both APIs with a synthetic market. */
  upstreamUrl: string;
  /** A server that plays back what a test wrote. */
  scriptedUrl: string;
}

export interface Backends {
  /** Whoever starts a test worker gets a Backend from here. */
  url: string;
  /** What statements gave, by backend. */
  seen(): Promise<SeenStatements[]>;
  close(): Promise<void>;
}

/** A backend starts when a worker asks for it; after `count` of them, workers of the next run get the first again. */
export async function startBackends(count: number): Promise<Backends> {
  const children: Promise<Child<BackendAnswers>>[] = [];
  let asked = 0;
  const next = () => {
    const number = asked++ % count;
    children[number] ??= startChild(join(import.meta.dirname, 'backend-process.ts'), [String(number)]);
    return children[number];
  };
  const server = createServer(async (_, response) => {
    try {
      const child = await next();
      response.end(JSON.stringify(await child.ask('backend', undefined)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: () => Promise.all(children.map(async (child) => (await child).ask('seen', undefined))),
    async close() {
      server.closeAllConnections();
      server.close();
      await Promise.all(children.map(async (child) => (await child).stop()));
    },
  };
}

/** For a test worker that starts. */
export async function askForBackend(url: string): Promise<Backend> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The tests have no database: ${await response.text()}`);
  return (await response.json()) as Backend;
}
