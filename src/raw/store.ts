// Exact bytes in R2. Polled replies are small: hashed first, kept gzipped under their hash, created once.

export interface RawObject {
  body: ReadableStream<Uint8Array>;
  size_bytes: number;
}

export interface RawStore {
  /** Keeps the bytes of a reply. Keeping the same bytes again is a no-op. */
  put(sha256: string, bytes: Uint8Array): Promise<{ r2_key: string; encoding: 'gzip' }>;
  /** The object as it lies in R2 (still encoded), or null when it is not there. */
  get(r2_key: string): Promise<RawObject | null>;
}

export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const rawKey = (sha256: string) => `raw/${sha256}`;

export function createRawStore(bucket: R2Bucket): RawStore {
  return {
    async put(sha256, bytes) {
      const r2_key = rawKey(sha256);
      await bucket.put(r2_key, await gzip(bytes), { onlyIf: { etagDoesNotMatch: '*' } });
      return { r2_key, encoding: 'gzip' };
    },
    async get(r2_key) {
      const object = await bucket.get(r2_key);
      return object === null ? null : { body: object.body, size_bytes: object.size };
    },
  };
}

async function gzip(bytes: Uint8Array): Promise<ArrayBuffer> {
  const stream = new Response(bytes as BufferSource).body?.pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
