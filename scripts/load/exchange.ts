import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

export interface Asked {
  method?: 'GET' | 'POST' | undefined;
  headers?: Record<string, string> | undefined;
  body?: string | undefined;
  signal?: AbortSignal;
}

/** A request and its whole reply. */
export interface Exchange {
  status: number;
  headers: IncomingHttpHeaders;
  took_ms: number;
  /** Size of the reply's body, as received. */
  bytes: number;
  text(): string;
}

/** Sends one request over a connection of the agent. Rejects if no whole reply arrives. */
export function exchange(
  agent: Agent,
  url: string,
  { method = 'GET', headers = {}, body, signal }: Asked,
): Promise<Exchange> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent, ...(signal !== undefined && { signal }) };
    const outgoing = request(url, options, (reply) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      reply.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
      });
      reply.once('end', () =>
        resolve({
          status: reply.statusCode ?? 0,
          headers: reply.headers,
          took_ms: performance.now() - started,
          bytes,
          text: () => Buffer.concat(chunks).toString('utf8'),
        }),
      );
      reply.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
