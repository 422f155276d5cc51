import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { followRuns } from '../../../scripts/start/ingest.ts';

let server: Server | undefined;
afterEach(() => server?.close());

const RUN = {
  source: 'coinpaprika',
  status: 'succeeded',
  rows: { read: 2, inserted: 2, duplicate: 0, rejected: 0 },
  error: null,
};

/** A Worker that gives other answers at first; its address. */
async function worker(...first: ('hang up' | 'break off' | 'busy')[]): Promise<string> {
  server = createServer((_, response) => {
    const what = first.shift();
    if (what === 'hang up') return response.socket?.destroy();
    if (what === 'busy') return response.writeHead(503).end('{"detail":"busy"}');
    response.writeHead(200, { 'content-length': String(JSON.stringify({ data: RUN }).length) });
    if (what !== 'break off') return response.end(JSON.stringify({ data: RUN }));
    response.write('{"data"');
    setImmediate(() => response.socket?.destroy());
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const follow = async (url: string, signal: AbortSignal) => {
  const lines: string[] = [];
  const ingestion = { url, token: 'dev', print: (line: string) => lines.push(line), signal };
  await followRuns(ingestion, [{ id: '1', source: 'coinpaprika' }]);
  return lines;
};

test('a busy Worker, or one without an answer while it reloads, is called again', async () => {
  const lines = await follow(await worker('hang up', 'break off', 'busy'), new AbortController().signal);
  expect(lines).toEqual([
    'ingest  coinpaprika  queued (run 1)',
    expect.stringMatching(/^ingest {2}coinpaprika {2}succeeded after [\d.]+ s: 2 read, 2 inserted/),
  ]);
});

test('stops calling when it is aborted', async () => {
  const over = AbortSignal.abort(new Error('Ctrl-C'));
  await expect(follow(await worker('hang up'), over)).rejects.toThrow('Ctrl-C');
});
