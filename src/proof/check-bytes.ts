import type { Instant } from '../domain/instant.ts';
import { AppError } from '../errors.ts';
import type { RawStore } from '../raw/store.ts';
import { startHash, type UploadStore } from '../raw/upload-store.ts';
import type { ProofProblem } from './problem.ts';

/** Where the bytes are, and their expected hash. */
export interface StoredBytes {
  r2_key: string;
  encoding: 'gzip' | 'identity';
  sha256: string;
  size_bytes: number;
  /** When retention deleted them; null while they are stored. */
  expired_at: Instant | null;
}

/** A part of stored bytes, both ends inclusive. */
export interface ByteRange {
  first: number;
  last: number;
}

export interface Stores {
  raw: RawStore;
  uploads: UploadStore;
}

export type CheckedBytes =
  | { bytes: Uint8Array; found_sha256: string; problem: null }
  /** `found_sha256` is null if some of them could not be read. */
  | { bytes: null; found_sha256: string | null; problem: ProofProblem };

/**
 * Reads stored bytes to their end and compares their hash. Returns only the bytes of `range`, or all if it is null,
 * so a file of any size needs little memory; the returned bytes are the hashed ones. Never throws: missing or
 * broken bytes are a problem.
 */
export async function checkBytes(
  stores: Stores,
  stored: StoredBytes,
  range: ByteRange | null,
): Promise<CheckedBytes> {
  if (stored.expired_at !== null) return failed(null, expired(stored.expired_at));
  try {
    const body = await open(stores, stored);
    if (body === null) return failed(null, MISSING);
    const { first, last } = range ?? { first: 0, last: stored.size_bytes - 1 };
    const { kept, sha256 } = await readHashed(body, first, last);
    if (sha256 === stored.sha256) return { bytes: kept, found_sha256: sha256, problem: null };
    return failed(sha256, corrupted(`They have the SHA-256 ${sha256}`));
  } catch (error) {
    if (stored.encoding === 'gzip' && !(error instanceof AppError))
      return failed(null, corrupted('They cannot be unpacked'));
    return failed(null, UNAVAILABLE);
  }
}

const failed = (found_sha256: string | null, problem: ProofProblem): CheckedBytes => ({
  bytes: null,
  found_sha256,
  problem,
});

const expired = (at: Instant): ProofProblem => ({
  code: 'bytes_expired',
  message: `The bytes were kept until ${at}, as the retention of this service says, so nothing can be recomputed.`,
});
const MISSING: ProofProblem = {
  code: 'bytes_missing',
  message: 'The bytes are no longer in the store, so nothing can be recomputed.',
};
const UNAVAILABLE: ProofProblem = {
  code: 'bytes_unavailable',
  message: 'The store did not deliver the bytes. Ask again.',
};
const corrupted = (why: string): ProofProblem => ({
  code: 'bytes_corrupted',
  message: `The stored bytes are not those that were received. ${why}, so nothing is recomputed from them.`,
});

async function open(
  { raw, uploads }: Stores,
  { r2_key, encoding }: StoredBytes,
): Promise<ReadableStream<Uint8Array> | null> {
  if (encoding === 'identity') return uploads.stream(r2_key, 0);
  const object = await raw.get(r2_key);
  if (object === null) return null;
  // Read before unpacking, so a failure of R2 does not look like broken bytes. Replies are small.
  const { body } = new Response(await new Response(object.body).arrayBuffer());
  return body?.pipeThrough<Uint8Array>(new DecompressionStream('gzip') as never) ?? null;
}

async function readHashed(body: ReadableStream<Uint8Array>, first: number, last: number) {
  const hash = startHash();
  const parts: Uint8Array[] = [];
  let at = 0;
  for await (const chunk of body) {
    await hash.write(chunk);
    const part = chunk.subarray(Math.max(first - at, 0), Math.max(last + 1 - at, 0));
    if (part.byteLength > 0) parts.push(part.slice());
    at += chunk.byteLength;
  }
  return { kept: await new Blob(parts as Uint8Array<ArrayBuffer>[]).bytes(), sha256: await hash.hex() };
}
