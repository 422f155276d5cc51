import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A real HTTP server whose answers a test writes in advance, from inside workerd: `PUT /any/path?page=1` stores
// body, content type and `x-reply-status`; `GET` of the same plays it back. Headers sent with an `x-reply-` prefix
// are played back without it. `DELETE /` deletes everything.

interface Scripted {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface ScriptedUpstream {
  url: string;
  close(): Promise<void>;
}

export async function startScriptedUpstream(): Promise<ScriptedUpstream> {
  const replies = new Map<string, Scripted>();
  const asked: { url: string; headers: Record<string, unknown> }[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const key = url.pathname + (url.searchParams.has('page') ? `?page=${url.searchParams.get('page')}` : '');
    if (request.method === 'PUT') {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = Object.entries(request.headers).flatMap(([name, value]) =>
        name.startsWith('x-reply-') ? [[name.slice('x-reply-'.length), String(value)]] : [],
      );
      const { status, ...rest } = Object.fromEntries(headers) as Record<string, string>;
      replies.set(key, { status: Number(status ?? 200), headers: rest, body: Buffer.concat(chunks) });
      return response.end();
    }
    if (request.method === 'DELETE') {
      replies.clear();
      asked.length = 0;
      return response.end();
    }
    if (url.pathname === '/asked') return response.end(JSON.stringify(asked));
    asked.push({ url: request.url ?? '', headers: request.headers });
    const reply = replies.get(key) ?? replies.get(url.pathname);
    response.writeHead(reply?.status ?? 404, { 'content-type': 'application/json', ...reply?.headers });
    response.end(reply?.body ?? '{"error":"id not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
