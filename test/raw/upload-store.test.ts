import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createUploadStore } from '../../src/raw/upload-store.ts';
import { testEnv } from '../support/http.ts';

const bucket = testEnv.UPLOADS;
const store = createUploadStore(bucket);
const MB = 1024 * 1024;

const streamOf = (...chunks: (Uint8Array | Error)[]) => {
  const left = [...chunks];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(next);
    },
  });
};
const bytes = (text: string) => new TextEncoder().encode(text);
const gzip = async (content: Uint8Array) =>
  new Uint8Array(
    await new Response(streamOf(content).pipeThrough(new CompressionStream('gzip') as never)).arrayBuffer(),
  );
const sha256 = async (content: Uint8Array) =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', content)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
const kept = async (key: string) => {
  const object = await bucket.get(key);
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
};
const codeOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return error instanceof AppError ? error.code : error;
};

describe('plain bodies', () => {
  it('are stored unchanged, under their id, with their hash', async () => {
    const stored = await store.put('plain', streamOf(bytes('a,b\n'), bytes('1,2\n')), 8);
    expect(stored).toEqual({
      r2_key: 'uploads/plain',
      sha256: '492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470',
      size_bytes: 8,
    });
    expect(await kept('uploads/plain')).toEqual(bytes('a,b\n1,2\n'));
  });

  it.each([
    ['ends before its length', [bytes('a,b')], 8],
    ['goes on behind its length', [bytes('a,b\n1,2\n3,4\n')], 8],
    ['breaks off', [bytes('a,b'), new Error('connection lost')], 8],
  ])('are not stored if the body %s', async (what, chunks, length) => {
    const id = what.replaceAll(' ', '-');
    expect(await codeOf(store.put(id, streamOf(...chunks), length))).toBe('incomplete_body');
    expect(await kept(`uploads/${id}`)).toBeNull();
  });

  it('are read only a little ahead of R2', async () => {
    let ahead = 0;
    let most = 0;
    const chunk = new Uint8Array(64 * 1024);
    const chunks = 256; // 16 MB
    let sent = 0;
    const slowBucket = new Proxy(bucket, {
      get: (target, name) =>
        name === 'put'
          ? async (_key: string, body: ReadableStream<Uint8Array>) => {
              for await (const part of body) {
                ahead -= part.byteLength;
                await Promise.resolve();
              }
            }
          : Reflect.get(target, name),
    });
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent === chunks) return controller.close();
          sent += 1;
          ahead += chunk.byteLength;
          most = Math.max(most, ahead);
          controller.enqueue(chunk.slice());
        },
      },
      { highWaterMark: 0 },
    );
    await createUploadStore(slowBucket).put('slow', body, chunks * chunk.byteLength);
    expect(sent).toBe(256);
    expect(most).toBeLessThan(MB);
  });
});

describe('gzipped bodies', () => {
  it('are stored unpacked, with the hash and size of the unpacked bytes', async () => {
    const content = bytes('snapped_at,price\n2025-01-10 00:00:00 UTC,45000.5\n');
    const stored = await store.putGzipped('gz', streamOf(await gzip(content)), 1000);
    expect(stored).toEqual({ r2_key: 'uploads/gz', sha256: await sha256(content), size_bytes: 49 });
    expect(await kept('uploads/gz')).toEqual(content);
  });

  it('may be larger than one part', async () => {
    const content = new Uint8Array(17 * MB).map((_, at) => (at * 31 + (at >> 9)) & 255);
    const stored = await store.putGzipped('parts', streamOf(await gzip(content)), 20 * MB);
    expect(stored.size_bytes).toBe(17 * MB);
    expect(stored.sha256).toBe(await sha256(content));
    expect(await sha256((await kept('uploads/parts')) ?? new Uint8Array())).toBe(stored.sha256);
  });

  it('that unpack to more than the limit are cut off early', async () => {
    const bomb = await gzip(new Uint8Array(64 * MB));
    expect(bomb.byteLength).toBeLessThan(100_000);
    expect(await codeOf(store.putGzipped('bomb', streamOf(bomb), MB))).toBe('payload_too_large');
    expect(await kept('uploads/bomb')).toBeNull();
  });

  it.each([
    ['are no gzip', async () => [bytes('snapped_at,price\n')], 'invalid_request'],
    ['lack their end', async () => [(await gzip(bytes('a,b\n1,2\n'))).slice(0, -6)], 'invalid_request'],
    [
      'break off',
      async () => [(await gzip(bytes('a,b\n1,2\n'))).slice(0, 9), new Error('gone')],
      'incomplete_body',
    ],
  ])('that %s are refused', async (what, chunks, code) => {
    const id = what.replaceAll(' ', '-');
    expect(await codeOf(store.putGzipped(id, streamOf(...(await chunks())), 1000))).toBe(code);
    expect(await kept(`uploads/${id}`)).toBeNull();
  });
});

describe('reading back', () => {
  const content = bytes('0123456789');
  const readFrom = async (offset: number) => {
    const body = await store.stream('uploads/digits', offset);
    return body === null ? null : await new Response(body).text();
  };

  it('begins at any byte', async () => {
    await store.put('digits', streamOf(content), 10);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 12 }), async (offset) => {
        expect(await readFrom(offset)).toBe('0123456789'.slice(offset));
      }),
      { numRuns: 13 },
    );
  });

  it('reports missing bytes', async () => {
    await store.put('digits', streamOf(content), 10);
    await store.remove('uploads/digits');
    expect(await readFrom(0)).toBeNull();
  });
});
