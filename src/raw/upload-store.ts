import { AppError } from '../errors.ts';
import { demandNoArchive } from './archive.ts';
import { chunkReader } from './chunks.ts';
import { brokenOff, storageFault, stored, withFault } from './faults.ts';
import { gunzip, NotGzip } from './gunzip.ts';

// Uploads stream: their hash is known only at the end and R2 cannot rename, so they are stored under their id.

export const uploadKey = (id: string): string => `uploads/${id}`;

/** R2 wants equal parts of at least 5 MiB; two of them fit a Worker's memory with room to spare. */
const PART_BYTES = 8 * 1024 * 1024;

export interface StoredUpload {
  r2_key: string;
  sha256: string;
  size_bytes: number;
}

export interface UploadStore {
  /**
   * Stores a body of known length as it streams in. `incomplete_body` if it is shorter or longer than announced.
   */
  put(id: string, body: ReadableStream<Uint8Array>, sizeBytes: number): Promise<StoredUpload>;
  /**
   * Stores a gzipped body unpacked, up to a size: `payload_too_large` beyond, `invalid_request` if it is not gzip,
   * `incomplete_body` if it ends early. An archive is `unsupported_encoding` in both.
   */
  putGzipped(id: string, body: ReadableStream<Uint8Array>, bytesMax: number): Promise<StoredUpload>;
  /** The stored bytes from an offset, optionally limited in number; null if the object does not exist. */
  stream(r2_key: string, fromByte: number, bytes?: number): Promise<ReadableStream<Uint8Array> | null>;
  has(r2_key: string): Promise<boolean>;
  /** Replaces a missing object by a copy of another. False if it exists. */
  restore(r2_key: string, from_key: string): Promise<boolean>;
  remove(r2_key: string): Promise<void>;
}

export function createUploadStore(bucket: R2Bucket): UploadStore {
  return {
    async put(id, body, sizeBytes) {
      const r2_key = uploadKey(id);
      const hash = startHash();
      await putStream(bucket, r2_key, { body, sizeBytes, hash });
      return { r2_key, sha256: await hash.hex(), size_bytes: sizeBytes };
    },
    async putGzipped(id, body, bytesMax) {
      const r2_key = uploadKey(id);
      const hash = startHash();
      const size_bytes = await putInParts(bucket, r2_key, hashed(unpacked(body), hash), bytesMax);
      return { r2_key, sha256: await hash.hex(), size_bytes };
    },
    async stream(r2_key, fromByte, bytes) {
      const head = await stored(bucket.head(r2_key));
      if (head === null) return null;
      if (fromByte >= head.size) return new Response('').body ?? null;
      const object = await stored(
        bucket.get(r2_key, { range: { offset: fromByte, ...(bytes && { length: bytes }) } }),
      );
      return object && withFault(object.body, storageFault);
    },
    async has(r2_key) {
      return (await stored(bucket.head(r2_key))) !== null;
    },
    async restore(r2_key, from_key) {
      if ((await stored(bucket.head(r2_key))) !== null) return false;
      const copy = await stored(bucket.get(from_key));
      if (copy === null) return false;
      await stored(bucket.put(r2_key, copy.body));
      return true;
    },
    async remove(r2_key) {
      await stored(bucket.delete(r2_key));
    },
  };
}

interface SizedBody {
  body: ReadableStream<Uint8Array>;
  sizeBytes: number;
  hash: Hash;
}

/**
 * Stores a body of known length and hashes it on the way. If both the body and R2 fail, the body's fault is
 * reported.
 */
async function putStream(bucket: R2Bucket, key: string, sized: SizedBody): Promise<void> {
  const fixed = new FixedLengthStream(sized.sizeBytes);
  let fault: unknown = null;
  const sent = send(sized, fixed.writable.getWriter()).catch((error: unknown) => {
    fault = error;
    throw error;
  });
  try {
    await Promise.all([bucket.put(key, fixed.readable), sent]);
  } catch (error) {
    throw fault instanceof AppError ? fault : storageFault(error);
  }
}

/** Sends a body chunk by chunk: it reads the next one, into the same memory, when R2 has taken the last. */
async function send(
  { body, sizeBytes, hash }: SizedBody,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const reader = chunkReader(body);
  try {
    let size = 0;
    for (;;) {
      const chunk = await reader.read().catch((cause: unknown) => Promise.reject(brokenOff(cause)));
      size += chunk?.byteLength ?? 0;
      if (size > sizeBytes) throw wrongSize('more than', sizeBytes);
      if (chunk === null) break;
      if (size === chunk.byteLength) demandNoArchive(chunk);
      await hash.write(chunk);
      await writer.write(chunk);
      reader.giveBack(chunk);
    }
    if (size < sizeBytes) throw wrongSize(`${size} of`, sizeBytes);
    await writer.close();
  } catch (error) {
    // If one side fails, the other must not wait for it.
    await Promise.allSettled([writer.abort(error), reader.cancel(error)]);
    throw error;
  }
}

const wrongSize = (found: string, promised: number) =>
  new AppError(
    'incomplete_body',
    `The body has ${found} the ${promised} bytes that Content-Length promised.`,
  );

type Hash = ReturnType<typeof startHash>;

/** A SHA-256 over what is written, in order. */
export function startHash() {
  const stream = new crypto.DigestStream('SHA-256');
  const writer = stream.getWriter();
  return {
    write: (chunk: Uint8Array) => writer.write(chunk as BufferSource & Uint8Array),
    async hex(): Promise<string> {
      await writer.close();
      return Array.from(new Uint8Array(await stream.digest), (byte) =>
        byte.toString(16).padStart(2, '0'),
      ).join('');
    },
  };
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    await hash.write(chunk);
    yield chunk;
  }
}

/** The unpacked bytes of a gzipped body. Distinguishes an incomplete body from broken gzip. */
async function* unpacked(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    let began = false;
    for await (const chunk of gunzip(chunksOf(body))) {
      if (!began) demandNoArchive(chunk);
      began = true;
      yield chunk;
    }
  } catch (cause) {
    if (!(cause instanceof NotGzip)) throw cause;
    throw new AppError(
      'invalid_request',
      'The body says Content-Encoding: gzip but is no whole gzip file. Send the file as it is, or without that header.',
      { cause },
    );
  }
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = chunkReader(body);
  try {
    for (;;) {
      const chunk = await reader.read().catch((cause: unknown) => Promise.reject(brokenOff(cause)));
      if (chunk === null) return;
      yield chunk;
      reader.giveBack(chunk);
    }
  } finally {
    await reader.cancel().catch(() => {}); // the reader that cancelled needs no more of it
  }
}

async function putInParts(
  bucket: R2Bucket,
  key: string,
  body: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<number> {
  const multipart = await stored(bucket.createMultipartUpload(key));
  try {
    const parts: R2UploadedPart[] = [];
    let size = 0;
    for await (const part of partsOf(body, bytesMax)) {
      parts.push(await stored(multipart.uploadPart(parts.length + 1, part)));
      size += part.byteLength;
    }
    await stored(multipart.complete(parts));
    return size;
  } catch (error) {
    await multipart.abort().catch(() => {});
    throw error;
  }
}

async function* partsOf(body: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  const part = new Uint8Array(PART_BYTES);
  let filled = 0;
  let size = 0;
  for await (let chunk of body) {
    size += chunk.byteLength;
    if (size > bytesMax)
      throw new AppError('payload_too_large', `The file unpacks to more than ${bytesMax} bytes.`);
    while (chunk.byteLength > 0) {
      const taken = chunk.subarray(0, PART_BYTES - filled);
      part.set(taken, filled);
      filled += taken.byteLength;
      chunk = chunk.subarray(taken.byteLength);
      if (filled < PART_BYTES) continue;
      yield part; // stored when the call returns, so the next part may take its place
      filled = 0;
    }
  }
  // The last part may be short; an empty file is one empty part.
  if (filled > 0 || size === 0) yield part.subarray(0, filled);
}
