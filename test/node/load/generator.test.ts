import { Agent, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runClients } from '../../../scripts/load/clients.ts';
import { exchange } from '../../../scripts/load/exchange.ts';
import { Figures } from '../../../scripts/load/figures.ts';
import { ask } from '../../../scripts/soak/ask.ts';

const agent = new Agent({ keepAlive: true });
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/silent') return;
    if (request.url === '/busy') return response.writeHead(503).end('busy');
    response.setHeader('x-method', request.method ?? '');
    request.pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

test('a whole reply is read and timed', async () => {
  const reply = await exchange(agent, url, { method: 'POST', body: 'zwölf' });
  expect([reply.status, reply.headers['x-method'], reply.bytes, reply.text()]).toEqual([
    200,
    'POST',
    6,
    'zwölf',
  ]);
  expect(reply.took_ms).toBeGreaterThan(0);
});

test('a request without an answer ends with its signal', async () => {
  await expect(exchange(agent, `${url}/silent`, { signal: AbortSignal.timeout(50) })).rejects.toThrow();
});

test('clients send requests concurrently, each after its reply, until the end', async () => {
  const asked: [number, number][] = [];
  await runClients(
    3,
    () => asked.length >= 6,
    async (client, turn) => {
      asked.push([client, turn]);
      await exchange(agent, url, {});
    },
  );
  expect(asked.slice(0, 3)).toEqual([0, 1, 2].map((client) => [client, 0]));
  expect(new Set(asked.map(String)).size).toBe(asked.length);
});

test('the soak reports an unexpected status, and a 503 without Retry-After', async () => {
  const figures = new Figures();
  expect(await ask(figures, url, { name: 'echo', path: '/', expects: [200] })).toBe('');
  await ask(figures, url, { name: 'echo', path: '/', expects: [404] });
  await ask(figures, url, { name: 'busy', path: '/busy', expects: [200, 503] });
  expect(figures.complaints).toEqual(['200 of /: ', '503 of /busy without Retry-After']);
  expect([figures.count('200'), figures.count('503')]).toEqual([2, 1]);
});
