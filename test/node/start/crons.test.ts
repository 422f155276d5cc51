import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readCrons, startCrons } from '../../../scripts/start/crons.ts';

let status: number;
let asked: URL[];
const server = createServer((request, response) => {
  asked.push(new URL(request.url ?? '', 'http://worker'));
  response.writeHead(status).end('{"outcome":"exception"}');
});

beforeEach(async () => {
  asked = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/scheduled`;

test('fires each pattern at the scheduled endpoint of wrangler, with the time', async () => {
  status = 200;
  const failed = vi.fn();
  const crons = startCrons(url(), ['* * * * * *'], failed);
  await expect.poll(() => asked.length, { timeout: 5000 }).toBeGreaterThan(0);
  crons.stop();
  expect(asked[0]?.pathname).toBe('/scheduled');
  expect(asked[0]?.searchParams.get('cron')).toBe('* * * * * *');
  expect(Math.abs(Date.now() - Number(asked[0]?.searchParams.get('time')))).toBeLessThan(10_000);
  expect(failed).not.toHaveBeenCalled();
});

test('reports a failed tick and continues', async () => {
  status = 500;
  const failed = vi.fn();
  const crons = startCrons(url(), ['* * * * * *'], failed);
  await expect.poll(() => failed.mock.calls.length, { timeout: 5000 }).toBeGreaterThan(1);
  crons.stop();
  expect(failed).toHaveBeenCalledWith(expect.stringContaining('scheduled handler failed (500)'));
});

test('reads the patterns of wrangler.toml', () => {
  expect(readCrons()).toContain('* * * * *');
});
