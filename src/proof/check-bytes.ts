import type { RawStore } from '../raw/store.ts';
import { startHash, type UploadStore } from '../raw/upload-store.ts';
import type { ProofProblem } from './problem.ts';

/** Where bytes lie, and what they have to be. */
export interface StoredBytes {
  r2_key: string;
  encoding: 'gzip' | 'identity';
  sha256: string;
  size_bytes: number;
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
  /** `found_sha256` is null when not all of them could be read. */
  | { bytes: null; found_sha256: string | null; problem: ProofProblem };

/**
 * Reads stored bytes to their end and holds them to their hash. Keeps those of `range` only, or all of them
 * when it is null, so that a file of any size costs little memory; what is kept is what was hashed. Never
 * throws: what is missing or broken is a problem.
 */
export async function checkBytes(
  stores: Stores,
  stored: StoredBytes,
  range: ByteRange | null,
): Promise<CheckedBytes> {
  try {
    const body = await open(stores, stored);
    if (body === null) return failed(null, MISSING);
    const { first, last } = range ?? { first: 0, last: stored.size_bytes - 1 };
    const { kept, sha256 } = await readHashed(body, first, last);
    if (sha256 === stored.sha256) return { bytes: kept, found_sha256: sha256, problem: null };
    return failed(sha256, corrupted(`They have the SHA-256 ${sha256}`));
  } catch {
    if (stored.encoding === 'gzip') return failed(null, corrupted('They cannot be unpacked'));
    return failed(null, UNAVAILABLE);
  }
}

const failed = (found_sha256: string | null, problem: ProofProblem): CheckedBytes => ({
  bytes: null,
  found_sha256,
  problem,
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
  return object === null
    ? null
    : object.body.pipeThrough<Uint8Array>(new DecompressionStream('gzip') as never);
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
