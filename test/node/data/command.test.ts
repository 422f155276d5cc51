import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { runData } from '../../../scripts/data/command.ts';

// `npm run data` against a server that pages like GET /data.

const row = (place: number) => ({
  id: `coingecko_bitcoin_spot_${place}_1`,
  name: place === 2 ? '=cmd, "the" coin' : 'Bitcoin',
  price_usd: `4500${place}.50000000000000000001`,
  volume_24h_usd: place === 2 ? null : '-1.5',
  created_at: `2025-01-10T10:00:0${place}.000001Z`,
  flags: place === 3 ? ['stale', 'no_source_time'] : [],
});

type Step =
  | { page: number[]; next: string | null; total?: number }
  | { status: number; after?: string }
  | 'broken';

let folder: string;
let server: Server;
let asked: URL[];
let headers: Record<string, unknown>[];
let steps: Step[];
let errors: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cointape-data-'));
  [asked, headers, errors] = [[], [], []];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void errors.push(line));
  server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '', 'http://x'));
    headers.push(request.headers);
    const step = steps.shift() ?? { status: 500 };
    if (step === 'broken') {
      response.writeHead(200, { 'content-length': 1000 }).write('{"data":[');
      setImmediate(() => response.destroy());
    } else if ('status' in step) {
      const told = step.after === undefined ? {} : { 'retry-after': step.after };
      response.writeHead(step.status, told).end('{"code":"some_code","detail":"Some detail."}');
    } else {
      const pagination = { total: step.total ?? null, next_cursor: step.next };
      response.end(JSON.stringify({ data: step.page.map(row), pagination, meta: {} }));
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
  server.close();
  server.closeAllConnections();
});

const waits: number[] = [];
async function run(...flags: string[]) {
  const out = join(folder, 'btc.out');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  waits.length = 0;
  const code = await runData(
    ['btc-bitcoin', '--url', url, '--out', out, ...flags],
    {},
    {
      print: (line) => lines.push(line),
      wait: async (seconds) => void waits.push(seconds),
    },
  );
  return { code, lines, out };
}

const TWO_PAGES: Step[] = [
  { page: [1, 2], next: 'c1', total: 3 },
  { page: [3], next: null },
];

it('follows the cursor from the first page and writes the CSV of the API', async () => {
  steps = [...TWO_PAGES];
  const { code, lines, out } = await run('--from', '2025-01-01', '--token', 't');
  expect([code, lines]).toEqual([0, [`${out}: 3 rows`]]);
  expect(readFileSync(out, 'utf8')).toBe(
    'id,name,price_usd,volume_24h_usd,created_at,flags\r\n' +
      'coingecko_bitcoin_spot_1_1,Bitcoin,45001.50000000000000000001,-1.5,2025-01-10T10:00:01.000001Z,\r\n' +
      'coingecko_bitcoin_spot_2_1,"\'=cmd, ""the"" coin",45002.50000000000000000001,,2025-01-10T10:00:02.000001Z,\r\n' +
      'coingecko_bitcoin_spot_3_1,Bitcoin,45003.50000000000000000001,-1.5,2025-01-10T10:00:03.000001Z,stale|no_source_time\r\n',
  );
  expect(readdirSync(folder)).toEqual(['btc.out']);
  expect(asked.map(({ pathname, search }) => pathname + search)).toEqual([
    '/data?asset=btc-bitcoin&start_date=2025-01-01&limit=1000&decimals=string&sort=created_at&order=asc&count=exact',
    '/data?cursor=c1',
  ]);
  expect(headers.map(({ authorization }) => authorization)).toEqual(['Bearer t', 'Bearer t']);
});

it('writes Parquet: exact texts, the price as a double, the time in microseconds', async () => {
  steps = [...TWO_PAGES];
  const { code, out } = await run('--format', 'parquet');
  expect(code).toBe(0);
  const file = await asyncBufferFromFile(out);
  const schema = parquetSchema(await parquetMetadataAsync(file)).children.map(({ element }) => element);
  expect(schema.map(({ name, type, converted_type }) => [name, type, converted_type])).toEqual([
    ['id', 'BYTE_ARRAY', 'UTF8'],
    ['name', 'BYTE_ARRAY', 'UTF8'],
    ['price_usd', 'BYTE_ARRAY', 'UTF8'],
    ['volume_24h_usd', 'BYTE_ARRAY', 'UTF8'],
    ['created_at', 'BYTE_ARRAY', 'UTF8'],
    ['flags', 'BYTE_ARRAY', 'UTF8'],
    ['price', 'DOUBLE', undefined],
    ['time', 'INT64', 'TIMESTAMP_MICROS'],
  ]);
  const rows = await parquetReadObjects({ file });
  expect(rows).toHaveLength(3);
  expect(rows[1]).toMatchObject({
    name: '=cmd, "the" coin',
    price_usd: '45002.50000000000000000001',
    volume_24h_usd: null,
    created_at: '2025-01-10T10:00:02.000001Z',
    price: 45_002.5,
  });
  expect(rows[2]).toMatchObject({ flags: 'stale|no_source_time' });
});

it('retries an incomplete page, and waits as requested', async () => {
  steps = [
    { page: [1], next: 'c1', total: 2 },
    'broken',
    { status: 503, after: '7' },
    { status: 500 },
    { page: [2], next: null },
  ];
  const { code, lines } = await run();
  expect([code, lines]).toEqual([0, [expect.stringMatching(/: 2 rows$/)]]);
  expect(waits).toEqual([1, 7, 3]);
  expect(asked.slice(1).map(({ search }) => search)).toEqual(Array(4).fill('?cursor=c1'));
});

describe('after a failure there is no new file, and an old file stays', () => {
  test.for([
    ['a refusal', [{ status: 400 }], /^error: The Worker answered 400 some_code: Some detail\.$/],
    [
      'a page that stays away',
      [{ page: [1], next: 'c1', total: 2 }, ...Array(5).fill({ status: 503 })],
      /503 some_code/,
    ],
    [
      'fewer rows than were counted',
      [{ page: [1], next: null, total: 2 }],
      /1 rows came where 2 were counted/,
    ],
    ['no rows', [{ page: [], next: null, total: 0 }], /No rows match/],
  ] as [string, Step[], RegExp][])('%s', async ([, given, message]) => {
    for (const format of ['csv', 'parquet']) {
      steps = [...given];
      writeFileSync(join(folder, 'btc.out'), 'old');
      const { code, lines, out } = await run('--format', format);
      expect([code, lines]).toEqual([1, []]);
      expect(errors.pop()).toMatch(message);
      expect(readFileSync(out, 'utf8')).toBe('old');
      expect(existsSync(`${out}.part`)).toBe(false);
    }
  });
});

it('reports an unreachable Worker, with its address', async () => {
  steps = [];
  server.close();
  server.closeAllConnections();
  const out = join(folder, 'x.csv');
  const code = await runData(
    ['btc-bitcoin', '--url', 'http://127.0.0.1:1', '--out', out],
    {},
    { wait: async () => {} },
  );
  expect(code).toBe(1);
  expect(errors[0]).toMatch(/^error: http:\/\/127\.0\.0\.1:1 cannot be reached: /);
});
