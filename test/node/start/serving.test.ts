import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual, promisify } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTool } from '../../../scripts/tool.ts';
import { startNewPostgres } from '../../cluster.ts';
import { leftovers, type NpmStart, npmStart } from './npm-start.ts';

// One `npm start` for all tests that only read what it serves, and for its end. start.test.ts tests its life cycle.

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'cointape-clients-'));
const data = join(folder, 'data');
const client = join(folder, 'client');
/** The compiler that builds the package. */
const BUILDER = join(process.cwd(), 'docs/client/node_modules/.bin/tsc');
let started: NpmStart;
let url: string;
let mayEnd = false;
beforeAll(async () => {
  await (await startNewPostgres(join(data, 'sandbox/pg'))).close();
  started = npmStart('--sandbox', '--port', '0', '--data-dir', data);
  url = await started.ready;
  // Every later test fails to connect then, and none of them shows the cause.
  started.ended.then((code) => mayEnd || console.error(`npm start ended with ${code}:\n${started.output()}`));
  cpSync('docs/client', client, {
    recursive: true,
    filter: (path) => !/node_modules|dist$|generate\.ts$/.test(path),
  });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
});
afterAll(async () => {
  mayEnd = true;
  started.signal('SIGKILL');
  await started.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** The status of one GET, with any Host header. */
function statusOf(url: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The pages of wrangler dev and its runtime, by their present and former names. */
function runtimePages(object: string): string[] {
  const pages = [
    'explorer',
    'explorer/api/r2/buckets/cointape/objects',
    `explorer/api/r2/buckets/cointape/objects/${encodeURIComponent(object)}`,
    'scheduled?cron=*+*+*+*+*',
    'email?from=a@example.com&to=b@example.com',
    'platform-proxy',
    `r2/public/cointape/${object}`,
    `r2/s3/cointape/${object}`,
    'stream/x',
    'imagedelivery/x',
    'imageupload/x',
  ];
  const places = ['/cdn-cgi/', '/cdn-cgi/local/', '/cdn-cgi/handler/', '/cdn-cgi/mf/', '/__cf_local/'];
  const spelled = ['//cdn-cgi/local/', '/x/../cdn-cgi/local/', '/cdn-cgi/local//', '/%63dn-cgi/local/'];
  return [...places, ...spelled].flatMap((place) => pages.map((page) => `${place}${page}`));
}

describe('the calls in docs/tasks.md', () => {
  const TASK = /```sh\ncurl 'localhost:8787(\/[^']+)'\n```\n\n```(json|csv)\n([\s\S]*?)\n```/g;
  const tasks = [...readFileSync('docs/tasks.md', 'utf8').matchAll(TASK)].map(
    ([, path = '', form = '', answer = '']) => ({ path, form, answer }),
  );

  /** Without parts that differ between starts: present figures, instants and ids. Those of the sample file stay. */
  function steady(value: unknown, ofFile: boolean): unknown {
    if (Array.isArray(value)) return value.map((one) => steady(one, ofFile));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [name, name === 'id' ? typeof one : steady(one, ofFile)]),
      );
    if (typeof value === 'number') return ofFile ? value : 'a number';
    if (typeof value !== 'string') return value;
    return value.replace(
      /202[5-9]-[\d-]+T[\d:.]+Z|_1[7-9]\d{14}_|[0-9a-f]{8}-[0-9a-f-]{27}|(?<=\/runs\/)\d+/,
      'of today',
    );
  }

  test('there are ten', () => expect(tasks).toHaveLength(10));

  test.for(tasks)('$path', async ({ path, form, answer }) => {
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(200);
    const text = await response.text();
    if (form === 'csv') return expect(text.replaceAll('\r\n', '\n').trimEnd()).toBe(answer);
    const { meta, pagination, ...shown } = JSON.parse(text);
    expect(meta).toMatchObject({ request_id: expect.any(String) });
    const ofFile = /2024-|csv/.test(path);
    expect(steady(shown, ofFile)).toEqual(steady(JSON.parse(answer), ofFile));
  });
});

describe('the pages of the documentation', () => {
  const OWN_FILES =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  test.for(['/docs/start', '/docs/tasks', '/docs/guide', '/docs/csv', '/docs/operations/deploy'])(
    '%s is a page without scripts',
    async (path) => {
      const response = await fetch(`${url}${path}`);
      expect([response.status, response.headers.get('Content-Type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(response.headers.get('Content-Security-Policy')).toBe(OWN_FILES);
      expect(await response.text()).toContain(`href="/">← Dashboard</a>`);
    },
  );

  test('the reference loads only its own files, and its library sends no request elsewhere', async () => {
    const response = await fetch(`${url}/docs/reference`);
    expect(response.headers.get('Content-Security-Policy')).toContain("script-src 'self'; ");
    expect([...(await response.text()).matchAll(/src="([^"]+)"/g)].map(([, src]) => src)).toEqual([
      '/vendor/redoc/redoc.standalone.js',
      '/docs-reference.js',
    ]);
    expect(await (await fetch(`${url}/vendor/redoc/redoc.standalone.js`)).text()).not.toContain('cdn.redoc');
  });

  test('an unknown page is a problem, as on every route', async () => {
    expect((await fetch(`${url}/docs/nope`)).headers.get('Content-Type')).toBe(
      'application/problem+json; charset=utf-8',
    );
  });
});

describe('the examples of docs/clients.md, unchanged', () => {
  const build = () => runTool(BUILDER, ['-p', join(client, 'tsconfig.build.json')]);

  test('the TypeScript client is what the served document generates', async () => {
    const { output } = await runTool('node', ['docs/client/generate.ts', '--check'], { env: { TAPE: url } });
    expect(output).toBe('');
  });

  test('the package builds, and its example reads the tape with every digit', async () => {
    expect((await build()).output).toBe('');
    const files = readdirSync(join(client, 'dist')).toSorted();
    expect(files).toEqual(['index.d.ts', 'index.js', 'schema.d.ts', 'schema.js']);
    const example = readFileSync('docs/client/example.ts', 'utf8');
    expect(example).toContain("'./src/index.ts'; // outside of this repository: 'cointape-client'");
    writeFileSync(
      join(client, 'example.ts'),
      example.replace(/'\.\/src\/index\.ts'; .*/, "'cointape-client';"),
    );
    expect((await runTool('tsc', ['-p', client])).output).toBe('');
    const { stdout } = await run('node', [join(client, 'example.ts')], {
      env: { ...process.env, TAPE: url, TAPE_TOKEN: 'dev' },
    });
    expect(stdout).toMatch(/^btc-bitcoin {2}\d+\.\d+ {2}\d+ s old, of coingecko$/m);
    expect(stdout).toMatch(/^ETH {2}ambiguous: eth-ethereum, /m);
    expect(stdout).toMatch(/^[1-9]\d* observations of btc-bitcoin$/m);
  });

  test('numbers come as texts, and a mistake is a type error', async () => {
    const check = async (source: string) => {
      writeFileSync(join(client, 'example.ts'), source);
      return (await runTool('tsc', ['-p', client])).output;
    };
    const example = readFileSync('docs/client/example.ts', 'utf8');
    const field = example.replace('{ created_at, price_usd }', '{ created_at, price_eur: price_usd }');
    expect(await check(field)).toContain("Property 'price_eur' does not exist");
    const rounded = `${example}const rounded: number | null | undefined = prices.data[0]?.price_usd;\n`;
    expect(await check(rounded)).toContain("Type 'string' is not assignable to type 'number'");
    expect(await check(example.replace("'/data', {", "'/raw/{sha256}', {"))).toContain('error TS');
    const decimals = example.replace('limit: 500', "limit: 500, decimals: 'number'");
    expect(await check(decimals)).toContain("'decimals' does not exist");
  });

  const CURL = /```sh\n([^`]*curl[^`]*)```/.exec(readFileSync('docs/clients.md', 'utf8'))?.[1] ?? '';
  test('the curl commands answer', async () => {
    const script = CURL.replaceAll('http://localhost:8787', url).replaceAll(
      'curl ',
      'curl --silent --show-error ',
    );
    const { stdout } = await run('sh', ['-e', '-c', script], { cwd: folder });
    const [prices, latest, changes] = stdout.split(/(?<=\})(?=\{"data")/).map((text) => JSON.parse(text));
    expect(prices.data.map((row: { asset: string }) => row.asset)).toEqual(['btc-bitcoin', 'eth-ethereum']);
    expect(prices.missing[0]).toMatchObject({ input: 'BTC', code: 'ambiguous' });
    expect(latest.data).toHaveLength(5);
    expect(changes.data).toHaveLength(1000);
    const [header, first] = readFileSync(join(folder, 'btc.csv'), 'utf8').split('\r\n');
    expect(header).toBe(
      'id,source,ticker,name,asset,external_id,kind,price_usd,market_cap_usd,volume_24h_usd,percent_change_24h,' +
        'open_usd,high_usd,low_usd,created_at,ingested_at,flags',
    );
    expect(first).toMatch(
      /^coingecko_bitcoin_spot_\d+_1,coingecko,BTC,Bitcoin,btc-bitcoin,bitcoin,spot,\d+\.\d+,/,
    );
  });

  const MIRROR =
    /```js\n(\/\/ node mirror\.mjs\n[\s\S]*?)```\n/.exec(readFileSync('docs/clients.md', 'utf8'))?.[1] ?? '';
  test('the copy in SQLite equals the tape, and continues where it stopped', async () => {
    writeFileSync(join(folder, 'mirror.mjs'), MIRROR);
    const follow = () =>
      run('node', [join(folder, 'mirror.mjs')], { cwd: folder, env: { ...process.env, TAPE: url } });
    const served = async () => {
      const reply = await fetch(`${url}/data?source=csv&format=ndjson&decimals=string`);
      return (await reply.text())
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    };
    const held = () => {
      const db = new DatabaseSync(join(folder, 'tape.db'));
      const rows = db.prepare(`select row from rows where id like 'csv%'`).all();
      db.close();
      return rows.map(({ row }) => JSON.parse(String(row)));
    };
    const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
    // The last step of an upload names its coins, after its rows are served: a copy made between the two is brought
    // up to date next time.
    const expectCopied = () =>
      expect
        .poll(
          async () => {
            await follow();
            return { held: held().toSorted(byId), served: (await served()).toSorted(byId) };
          },
          { timeout: 60_000 },
        )
        .toSatisfy((rows) => isDeepStrictEqual(rows.held, rows.served));
    await expectCopied();
    const before = await served();
    expect(before.length).toBeGreaterThan(10);
    const body = 'symbol,price_usd,created_at\nABC,1.50,2025-01-01\nABC,2.50,2025-01-02\n';
    const headers = { authorization: 'Bearer dev', 'content-type': 'text/csv' };
    const { id } = (await (await fetch(`${url}/uploads`, { method: 'POST', headers, body })).json()) as {
      id: string;
    };
    await expect.poll(async () => (await served()).length, { timeout: 60_000 }).toBe(before.length + 2);
    await expectCopied();
    await fetch(`${url}/uploads/${id}/withdraw`, {
      method: 'POST',
      headers: { authorization: 'Bearer dev' },
      body: '{"reason":"wrong"}',
    });
    await expect.poll(async () => (await served()).length, { timeout: 60_000 }).toBe(before.length);
    await expectCopied();
  });

  test('HEAD of an export returns its type and no length, so DuckDB reads it whole', async () => {
    const export_url = `${url}/data?asset=btc-bitcoin&source=coingecko&format=csv`;
    const head = await fetch(export_url, { method: 'HEAD', headers: { range: 'bytes=0-' } });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(head.headers.get('content-length')).toBeNull();
    const get = await fetch(export_url, { headers: { range: 'bytes=0-9' } });
    expect(get.status).toBe(200);
    expect((await get.text()).split('\r\n').length).toBeGreaterThan(2);
  });
});

describe('the examples of docs/agents.md', () => {
  test.for(['legacy', 'auto'] as const)('a client of the era %s calls over HTTP', async (mode) => {
    const agent = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const headers = { Authorization: 'Bearer dev' };
    await agent.connect(
      new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }),
    );
    expect((await agent.listTools()).tools).toHaveLength(7);
    const call = { name: 'get_prices', arguments: { asset: 'btc-bitcoin', symbol: 'ETH' } };
    const { content } = await agent.callTool(call);
    const text = JSON.stringify(content);
    expect(text).toMatch(/btc-bitcoin = \d+\.\d+ USD at .*Flag sandbox: /);
    expect(text).toContain('⟦ETH⟧: AMBIGUOUS');
    await agent.close();
  });

  test('the curl command answers', async () => {
    const [, shown = ''] = /```sh\n(curl [^`]*)```/.exec(readFileSync('docs/agents.md', 'utf8')) ?? [];
    const { stdout } = await run('sh', ['-e', '-c', shown.replaceAll('http://localhost:8787', url)]);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 1,
      result: { structuredContent: { data: [{ source: 'coingecko' }] } },
    });
  });
});

test('the pages of the runtime answer no request', async () => {
  const authorization = 'Bearer dev';
  const uploads = await (await fetch(`${url}/uploads`, { headers: { authorization } })).json();
  const [{ id }] = (uploads as { data: [{ id: string }] }).data;
  const { port } = new URL(url);
  const page = `http://localhost:${port}/cdn-cgi/local/r2/public/cointape/uploads/${id}`;
  const senders: Record<string, string>[] = [
    {},
    { host: `localhost:${port}` },
    { host: 'rebound.test' },
    { host: 'localhost', origin: 'http://rebound.test', 'sec-fetch-mode': 'cors' },
    { 'mf-route-override': 'core:entry', 'x-forwarded-host': 'localhost', 'mf-original-url': page },
  ];
  for (const path of runtimePages(`uploads/${id}`))
    for (const headers of senders)
      expect([403, 404], `${path} ${JSON.stringify(headers)}`).toContain(await statusOf(url, path, headers));
  expect(await statusOf(url, '/nothing', { 'mf-original-url': page })).toBe(404);
});

test('a Worker process that dies ends the start with a message', async () => {
  mayEnd = true;
  const { children } = JSON.parse(readFileSync(join(data, 'lock'), 'utf8')) as { children: number[] };
  process.kill(children[0] ?? 0, 'SIGKILL');
  expect(await started.ended).toBe(1);
  expect(started.output()).toContain('error: wrangler dev ended (SIGKILL).');
  expect(leftovers(data)).toEqual([]);
});
