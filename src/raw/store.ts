import type { Instant } from '../domain/instant.ts';
import { storageFault, stored, withFault } from './faults.ts';

// Exact bytes in R2. Polled replies are small: hashed first, stored gzipped under their day and hash, created once.

export interface RawObject {
  body: ReadableStream<Uint8Array>;
  size_bytes: number;
}

export interface RawStore {
  /** Stores the bytes of a reply. Storing the same bytes again on one day is a no-op. */
  put(sha256: string, bytes: Uint8Array, fetched_at: Instant): Promise<{ r2_key: string; encoding: 'gzip' }>;
  /** The object as stored in R2 (still encoded), or null if it does not exist. */
  get(r2_key: string): Promise<RawObject | null>;
  /** Deletes at most a thousand objects. Missing objects are ignored. */
  remove(r2_keys: string[]): Promise<void>;
}

/** The key contains the day: no new reply can need an object while retention deletes it. */
export const rawKey = (sha256: string, fetched_at: Instant) => `raw/${fetched_at.slice(0, 10)}/${sha256}`;

export function createRawStore(bucket: R2Bucket): RawStore {
  return {
    async put(sha256, bytes, fetched_at) {
      const r2_key = rawKey(sha256, fetched_at);
      await stored(bucket.put(r2_key, await gzip(bytes), { onlyIf: { etagDoesNotMatch: '*' } }));
      return { r2_key, encoding: 'gzip' };
    },
    async get(r2_key) {
      const object = await stored(bucket.get(r2_key));
      return object === null ? null : { body: withFault(object.body, storageFault), size_bytes: object.size };
    },
    async remove(r2_keys) {
      await stored(bucket.delete(r2_keys));
    },
  };
}

async function gzip(bytes: Uint8Array): Promise<ArrayBuffer> {
  const stream = new Response(bytes as BufferSource).body?.pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
}
