import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientOf } from '../../../src/http/rate-limit.ts';
import { readCsv } from '../../../src/reading/csv.ts';
import { rows } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import {
  codeOf,
  forgetUploads,
  get,
  idOf,
  ingest,
  send,
  sent,
  storedKeys,
} from '../../support/upload-requests.ts';

beforeEach(forgetUploads);

/** `megabytes` of the same text, gzipped while it is made. */
async function bomb(line: string, megabytes: number): Promise<Uint8Array> {
  const chunk = new TextEncoder().encode(line.repeat(Math.ceil(1_000_000 / line.length)));
  let left = megabytes;
  const plain = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(chunk);
    },
  });
  return new Uint8Array(
    await new Response(plain.pipeThrough(new CompressionStream('gzip') as never)).arrayBuffer(),
  );
}

describe('a small body that unpacks to a huge one', () => {
  it('is truncated, and leaves nothing behind', async () => {
    const body = await bomb('0', 200);
    expect(body.byteLength).toBeLessThan(400_000);
    const answer = await send({
      body,
      headers: { 'Content-Encoding': 'gzip' },
      vars: { UPLOAD_UNPACKED_BYTES_MAX: '20000000' },
    });
    expect(codeOf(answer)).toEqual([413, 'payload_too_large']);
    expect([await storedKeys(), sent]).toEqual([[], []]);
    expect(await rows(sql`select id from uploads`)).toEqual([]);
  });

  it('compressed twice is not a CSV', async () => {
    const once = await bomb('0', 1);
    const twice = new Uint8Array(
      await new Response(new Blob([once]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
    );
    const answer = await send({ body: twice, headers: { 'Content-Encoding': 'gzip' } });
    expect(codeOf(answer)).toEqual([415, 'unsupported_encoding']);
    expect(await storedKeys()).toEqual([]);
    expect(await rows(sql`select id from uploads`)).toEqual([]);
  });

  it('is not decompressed if the route reads small JSON', async () => {
    const answer = await ask('/trigger-etl', {
      method: 'POST',
      headers: { ...bearer('dev'), 'Content-Encoding': 'gzip' },
      body: await bomb(' ', 5),
    });
    expect(codeOf(answer)).toEqual([400, 'invalid_request']);
  });
});

const HEADER = 'snapped_at,price,market_cap,total_volume';
interface Ended {
  status: string;
  rows: { inserted: number };
}

describe('a file designed to be expensive', () => {
  it.each<[string, string, [status: string, inserted: number]]>([
    ['half a million columns', `${'a,'.repeat(499_000)}a\n1\n`, ['failed', 0]],
    [
      '160,000 columns of one name',
      `snapped_at,price${',price'.repeat(160_000)}\n2025-01-10,1\n`,
      ['failed', 0],
    ],
    [
      'a row of half a million cells',
      `${HEADER}\n2025-01-10,1,2,3${','.repeat(499_000)}\n`,
      ['succeeded', 1],
    ],
    ['a number of 900,000 digits', `${HEADER}\n2025-01-10,${'9'.repeat(900_000)},2,3\n`, ['failed', 0]],
    ['an exponent without end', `${HEADER}\n2025-01-10,1e999999999,2,3\n`, ['failed', 0]],
  ])('%s ends soon', { timeout: 20_000 }, async (_, body, ended) => {
    const answer = await send({ body, query: '?symbol=ABC&quote=usd' });
    await ingest(idOf(answer));
    const { status, rows: counts } = (await get(`/uploads/${idOf(answer)}`)).json as Ended;
    expect([status, counts.inserted]).toEqual(ended);
  });

  it('with one endless line needs no more memory than a record', async () => {
    let pulled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x22));
      },
    });
    const read = async () => {
      for await (const _ of readCsv(stream, { encoding: 'utf-8', delimiter: ',', byte_offset: 0, line: 1 }));
    };
    await expect(read()).rejects.toMatchObject({ code: 'record_too_long' });
    expect(pulled).toBeLessThan(3_000_000);
  });
});

describe('a body of JSON', () => {
  it.each([
    ['of 10,001 bytes', ' '.repeat(10_001), [413, 'payload_too_large']],
    ['nested ten thousand deep', '['.repeat(10_000), [400, 'invalid_request']],
    ['that never ends in a text', `{"sources":["${'x'.repeat(9_000)}`, [400, 'invalid_request']],
  ] as const)('%s is refused', async (_, body, wanted) => {
    expect(codeOf(await ask('/trigger-etl', { method: 'POST', headers: bearer('dev'), body }))).toEqual(
      wanted,
    );
  });

  it('is read only from an authorised sender', async () => {
    let pulled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          pulled = true;
          controller.error(new Error('never asked for'));
        },
      },
      { highWaterMark: 0 },
    );
    for (const path of ['/uploads', '/trigger-etl', '/replays'])
      expect((await ask(path, { method: 'POST', body, headers: { 'Content-Length': '10' } })).status).toBe(
        401,
      );
    expect(pulled).toBe(false);
  });
});

describe('the rate limit', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1:2:3:4', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('counts %s as %s', (address, client) => {
    expect(clientOf(address)).toBe(client);
  });

  it('applies before tokens and the database, so guessing is slow', async () => {
    const limiter = { limit: async () => ({ success: false }) };
    const answer = await ask('/uploads', {
      headers: bearer('guess'),
      vars: { RATE_LIMIT: 'on', RATE_LIMITER: limiter },
      deps: { db: {} as never },
    });
    expect(codeOf(answer)).toEqual([429, 'rate_limited']);
    expect(answer.header('Retry-After')).toBe('60');
  });

  it('lets requests pass when the limiter itself fails', async () => {
    const limiter = { limit: () => Promise.reject(new Error('limiter is away')) };
    const answer = await ask('/runs', {
      vars: { RATE_LIMIT: 'on', RATE_LIMITER: limiter, LOG_LEVEL: 'silent' },
    });
    expect(answer.status).toBe(200);
  });

  it('trusts the platform only, not an address that clients claim', async () => {
    const keys: string[] = [];
    const limiter = { limit: async ({ key }: { key: string }) => ({ success: keys.push(key) > 0 }) };
    const headers = {
      'CF-Connecting-IP': '192.0.2.1',
      'X-Forwarded-For': '203.0.113.9',
      'X-Real-IP': '203.0.113.9',
    };
    await ask('/runs', { headers, vars: { RATE_LIMIT: 'on', RATE_LIMITER: limiter } });
    expect(keys).toEqual(['192.0.2.1']);
  });
});
