import { stored } from './faults.ts';

// Parquet parts in R2, under their own prefix: written once, never rewritten, never deleted.

export const partKey = (part: string): string => `lake/${part}`;

/** The bytes from an offset on. */
export interface ByteRange {
  offset: number;
  length: number;
}

export interface LakeStore {
  /** Stores the bytes of a part, if there is none of its name. */
  put(part: string, bytes: Uint8Array): Promise<void>;
  /** The whole part, or null if it does not exist. */
  read(part: string): Promise<Uint8Array | null>;
  /** The part or a range of it, as a stream of known length; null if it does not exist. */
  stream(part: string, range?: ByteRange): Promise<ReadableStream | null>;
}

export function createLakeStore(bucket: R2Bucket): LakeStore {
  return {
    async put(part, bytes) {
      await stored(
        bucket.put(partKey(part), bytes, {
          onlyIf: { etagDoesNotMatch: '*' },
          httpMetadata: { contentType: PARQUET_TYPE, cacheControl: 'public, max-age=31536000, immutable' },
        }),
      );
    },
    async read(part) {
      const object = await stored(bucket.get(partKey(part)));
      return object === null ? null : new Uint8Array(await stored(object.arrayBuffer()));
    },
    async stream(part, range) {
      const object = await stored(bucket.get(partKey(part), range && { range }));
      return object?.body ?? null;
    },
  };
}

/** https://www.iana.org/assignments/media-types/application/vnd.apache.parquet */
export const PARQUET_TYPE = 'application/vnd.apache.parquet';
