import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runUpload } from '../../../scripts/upload/command.ts';

// `npm run upload` against a server that answers like the API; once as a process, otherwise without the cost of
// one. test/http tests the API itself, and npm start, which sends its sample in this way, tests both together.

interface Request {
  method: string;
  url: string;
  headers: Record<string, unknown>;
  body: Buffer;
}
type Reply = [status: number, body: unknown, headers?: Record<string, string>];

const ID = '6f1f6f0e-8d0f-4f6e-9d1b-0b8a5a2b7c11';
const PLAN = {
  reader: 'coingecko',
  columns: [
    {
      column: 'snapped_at',
      role: 'instant',
      as: 'instant, UTC',
      example: { text: '2025-01-10 00:00:00 UTC', value: '2025-01-10T00:00:00Z' },
    },
    { column: 'note', role: 'ignore', as: 'not read', example: null },
  ],
  why: 'The file name says BTC.',
  convention: 'Prices at 00:00 UTC.',
  warnings: ['The venue is unknown.'],
};
const LIST: Reply = [200, { data: [] }];
const ACCEPTED: Reply = [202, { id: ID, status: 'queued', meta: {} }];
const upload = (status: string, more: object = {}): Reply => [
  200,
  {
    data: {
      id: ID,
      status,
      size_bytes: 100,
      done_bytes: 50,
      dialect: 'coingecko',
      rows: { read: 3, inserted: 1, duplicate: 1, rejected: 0 },
      error: null,
      plan: PLAN,
      preview: null,
      dry_run: false,
      ...more,
    },
    meta: {},
  },
];

let folder: string;
let server: Server;
let asked: Request[];
let replies: Reply[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cointape-send-'));
  asked = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(chunks) });
    const [status, body, more] = replies.shift() ?? [500, { code: 'unexpected', detail: `${method} ${url}` }];
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  server.close();
});

interface Ended {
  code: number;
  out: string;
  err: string;
}

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function run(...flags: string[]): Promise<Ended> {
  const out = vi.spyOn(console, 'log').mockImplementation(() => {});
  const err = vi.spyOn(console, 'error').mockImplementation(() => {});
  const code = await runUpload(['--url', address(), ...flags], {});
  const lines = [out, err].map(({ mock }) => mock.calls.map(([line]) => `${line}\n`).join(''));
  vi.restoreAllMocks();
  return { code, out: lines[0] ?? '', err: lines[1] ?? '' };
}

async function runProcess(...flags: string[]): Promise<Ended> {
  const script = join(import.meta.dirname, '../../../scripts/upload.ts');
  const child = spawn(process.execPath, [script, '--url', address(), ...flags], {
    env: { PATH: process.env.PATH },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

function file(content: string | Buffer, name = 'btc-usd-max.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

it('sends a file gzipped under its name, waits for it, and reports its plan and its result', async () => {
  const content = 'snapped_at,price\n2025-01-10 00:00:00 UTC,1\n';
  replies = [LIST, ACCEPTED, upload('queued'), upload('processing'), upload('succeeded')];
  const { code, out, err } = await runProcess(file(content), '--symbol', 'BTC', '--dry-run');
  expect([code, err]).toEqual([0, '']);
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'GET /uploads?limit=1',
    'POST /uploads?filename=btc-usd-max.csv&symbol=BTC&dry_run=true',
    `GET /uploads/${ID}?decimals=string`,
    `GET /uploads/${ID}?decimals=string`,
    `GET /uploads/${ID}?decimals=string`,
  ]);
  const sent = asked[1];
  expect(gunzipSync(sent?.body ?? '').toString()).toBe(content);
  expect(sent?.headers).toMatchObject({
    authorization: 'Bearer dev',
    'content-encoding': 'gzip',
    'content-length': String(sent?.body.length),
  });
  expect(out).toContain(`accepted as upload ${ID}`);
  expect(out).toMatch(/succeeded after [\d.]+ s: 3 read, 1 inserted, 1 duplicate, 0 rejected/);
  expect(out).toContain('read as coingecko. Prices at 00:00 UTC. The file name says BTC.');
  expect(out).toContain('warning: The venue is unknown.');
});

it('says of a file that was sent before that it is read no second time', async () => {
  replies = [LIST, [202, { id: ID, status: 'succeeded', meta: {} }], upload('succeeded')];
  const { code, out } = await run(file('a,b\n1,2\n'));
  expect(code).toBe(0);
  expect(out.split('\n').slice(1, 3)).toEqual([
    `part 1  was read before, as upload ${ID}: nothing was read again, and this is its result`,
    'part 1  succeeded: 3 read, 1 inserted, 1 duplicate, 0 rejected',
  ]);
});

it('shows for a dry run how each column is read, the first records with their rows, and the verdict', async () => {
  const row = {
    created_at: '2025-01-10T00:00:00Z',
    external_id: 'coingecko:btc',
    asset: 'btc-bitcoin',
    price_usd: '45000.50',
    flags: [],
  };
  const preview = [
    { line: 2, raw: '2025-01-10 00:00:00 UTC,45000.50', row },
    { line: 3, raw: 'x,y', row: null },
  ];
  replies = [LIST, ACCEPTED, upload('succeeded', { dry_run: true, preview })];
  const { code, out } = await run(file('a,b\n1,2\n'), '--dry-run');
  expect(code).toBe(0);
  expect(out.split('\n').slice(3)).toEqual([
    'part 1  read as coingecko (coingecko). Prices at 00:00 UTC. The file name says BTC.',
    'part 1    column "snapped_at": instant, instant, UTC  "2025-01-10 00:00:00 UTC" → 2025-01-10T00:00:00Z',
    'part 1    column "note": ignore, not read',
    'part 1    line 2: 2025-01-10 00:00:00 UTC,45000.50',
    'part 1      → 2025-01-10T00:00:00Z  coingecko:btc  asset btc-bitcoin  price_usd 45000.50',
    'part 1    line 3: x,y',
    'part 1      → refused',
    'part 1  warning: The venue is unknown.',
    'part 1  dry run: it would succeed; nothing was stored',
    '',
  ]);
});

it('ends with 1 and the parameter to send if the file is unreadable', async () => {
  const error = { code: 'ambiguous_dates', message: 'Send date_order=dmy or date_order=mdy.' };
  replies = [LIST, ACCEPTED, upload('failed', { plan: null, error, dry_run: true })];
  const { code, out } = await run(file('a,b\n1,2\n'), '--dry-run');
  expect(code).toBe(1);
  expect(out).toContain('error: Send date_order=dmy or date_order=mdy. (ambiguous_dates)');
  expect(out).toContain('dry run: it would fail; nothing was stored');
});

it.each([
  ['1700000000,1.5,2.5\n', []],
  ['when,what,x9\n', ['--header', 'none', '--columns', '1:instant,2:price,3:ignore']],
])('repeats no header in the parts of a file without one: %s', async (first, flags) => {
  let seed = 1;
  const digits = () => (seed = (seed * 48271) % 2147483647);
  const content = first + Array.from({ length: 200_000 }, () => `${digits()},${digits()},1\n`).join('');
  replies = [LIST, ...Array.from({ length: 9 }, () => [ACCEPTED, upload('succeeded')]).flat()];
  expect((await run(file(content), '--part-bytes', '2000000', ...flags)).code).toBe(0);
  const parts = asked.filter(({ method }) => method === 'POST');
  expect(parts.length).toBeGreaterThan(1);
  expect(parts.map(({ body }) => gunzipSync(body).toString()).join('') === content).toBe(true);
});

it('decompresses a gzipped file, and removes .gz from the name', async () => {
  replies = [LIST, ACCEPTED, upload('succeeded')];
  expect((await run(file(gzipSync('a,b\n1,2\n'), 'x.csv.gz'))).code).toBe(0);
  expect(asked[1]?.url).toBe('/uploads?filename=x.csv');
  expect(gunzipSync(asked[1]?.body ?? '').toString()).toBe('a,b\n1,2\n');
});

it('sends a large file in parts of the same name and sums the results', async () => {
  let seed = 1;
  const digits = () => (seed = (seed * 48271) % 2147483647);
  const lines = Array.from({ length: 200_000 }, () => `${digits()},${digits()}\n`).join('');
  replies = [LIST, ...Array.from({ length: 9 }, () => [ACCEPTED, upload('succeeded')]).flat()];
  const { code, out } = await run(file(`a,b\n${lines}`), '--part-bytes', '2000000');
  const parts = asked.filter(({ method }) => method === 'POST');
  expect(code).toBe(0);
  expect(parts.length).toBeGreaterThan(1);
  expect(new Set(parts.map(({ url }) => url))).toEqual(new Set(['/uploads?filename=btc-usd-max.csv']));
  const texts = parts.map(({ body }) => gunzipSync(body).toString());
  expect(texts.map((text) => text.replace('a,b\n', '')).join('') === lines).toBe(true);
  expect(out).toContain(`all ${parts.length} parts  ${3 * parts.length} read, ${parts.length} inserted`);
  expect(out.match(/read as coingecko/g)).toHaveLength(1);
});

it('shows the first rejected records', async () => {
  const rejects = [{ line: 7, code: 'negative_price', message: 'price is negative: -1.', raw: 'x,-1' }];
  const rows = { read: 9, inserted: 2, duplicate: 0, rejected: 7 };
  replies = [LIST, ACCEPTED, upload('succeeded', { rows }), [200, { data: rejects }]];
  const { code, out } = await run(file('a,b\n'));
  expect(code).toBe(0);
  expect(asked.at(-1)?.url).toBe(`/uploads/${ID}/rejects?limit=5`);
  expect(out).toContain('refused line 7: price is negative: -1. (negative_price)  "x,-1"');
  expect(out).toMatch(/refused 2 more: http.*\/rejects/);
});

it('fails with the reason of the upload', async () => {
  const error = { code: 'unknown_coin', message: 'Name it with symbol=.' };
  replies = [LIST, ACCEPTED, upload('failed', { error, plan: null })];
  const { code, out } = await runProcess(file('a,b\n'));
  expect(code).toBe(1);
  expect(out).toContain('error: Name it with symbol=. (unknown_coin)');
});

it('retries when the Worker sends Retry-After', async () => {
  const busy: Reply = [503, { code: 'database_unavailable', detail: 'Try again.' }, { 'retry-after': '0' }];
  replies = [LIST, busy, ACCEPTED, busy, upload('succeeded')];
  expect((await run(file('a,b\n'))).code).toBe(0);
  expect(gunzipSync(asked[2]?.body ?? '').toString()).toBe('a,b\n');
});

it.each([
  [
    'a token that is refused',
    [[401, { code: 'unauthorized', detail: 'Send the header.' }]],
    /answered 401 unauthorized: Send the header\./,
  ],
  ['a page instead of an API', [[404, 'nothing']], /answered 404: "nothing"/],
] as [string, Reply[], RegExp][])('sends nothing to %s', async (_, answers, reason) => {
  replies = answers;
  const { code, err } = await run(file('a,b\n'));
  expect(code).toBe(1);
  expect(err).toMatch(reason);
  expect(asked).toHaveLength(1);
});

it.each([
  ['an empty file', () => file(''), /is empty/],
  ['a file that is not there', () => join(folder, 'none.csv'), /cannot be read: ENOENT/],
  [
    'broken gzip',
    () => file(gzipSync('a,b\n1,2\n').subarray(0, 15), 'x.csv.gz'),
    /cannot be read: unexpected end of file/,
  ],
])('reports the fault of %s', async (_, path, reason) => {
  replies = [LIST];
  const { code, err } = await run(path());
  expect(code).toBe(1);
  expect(err).toMatch(reason);
});
