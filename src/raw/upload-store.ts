import { AppError } from '../errors.ts';

// Uploads stream: their hash is known only at the end and R2 cannot rename, so they lie under their id.

export const uploadKey = (id: string): string => `uploads/${id}`;

/** R2 wants equal parts of at least 5 MiB; two of them fit a Worker's memory with room to spare. */
const PART_BYTES = 8 * 1024 * 1024;

export interface StoredUpload {
  r2_key: string;
  sha256: string;
  size_bytes: number;
}

export interface UploadStore {
  /** Stores a body of known length as it streams in. Throws when it is shorter or longer than promised. */
  put(id: string, body: ReadableStream<Uint8Array>, sizeBytes: number): Promise<StoredUpload>;
  /** Stores a gzipped body unpacked, up to a size: `payload_too_large` beyond, `invalid_request` when broken. */
  putGzipped(id: string, body: ReadableStream<Uint8Array>, bytesMax: number): Promise<StoredUpload>;
  /** The stored bytes from an offset, or null when the object is gone. */
  stream(r2_key: string, fromByte: number): Promise<ReadableStream<Uint8Array> | null>;
  remove(r2_key: string): Promise<void>;
}

export function createUploadStore(bucket: R2Bucket): UploadStore {
  return {
    async put(id, body, sizeBytes) {
      const r2_key = uploadKey(id);
      const { digest, through } = hashing();
      const fixed = new FixedLengthStream(sizeBytes);
      const piped = body.pipeThrough(through).pipeTo(fixed.writable);
      const stored = bucket.put(r2_key, fixed.readable);
      await Promise.all([piped, stored]);
      return { r2_key, sha256: await digest(), size_bytes: sizeBytes };
    },
    async putGzipped(id, body, bytesMax) {
      const r2_key = uploadKey(id);
      const { digest, through } = hashing();
      const unpacked = body.pipeThrough(new DecompressionStream('gzip') as never).pipeThrough(through);
      const size_bytes = await putInParts(bucket, r2_key, unpacked, bytesMax);
      return { r2_key, sha256: await digest(), size_bytes };
    },
    async stream(r2_key, fromByte) {
      const head = await bucket.head(r2_key);
      if (head === null) return null;
      if (fromByte >= head.size) return new Response('').body ?? null;
      const object = await bucket.get(r2_key, { range: { offset: fromByte } });
      return object?.body ?? null;
    },
    async remove(r2_key) {
      await bucket.delete(r2_key);
    },
  };
}

/** A pass-through that computes the SHA-256 of what flows. */
function hashing() {
  const hasher = new crypto.DigestStream('SHA-256');
  const writer = hasher.getWriter();
  const through = new TransformStream<Uint8Array, Uint8Array>({
    async transform(chunk, controller) {
      await writer.write(chunk as BufferSource & Uint8Array);
      controller.enqueue(chunk);
    },
    flush: () => writer.close(),
  });
  const digest = async () =>
    Array.from(new Uint8Array(await hasher.digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { digest, through };
}

async function putInParts(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream<Uint8Array>,
  bytesMax: number,
): Promise<number> {
  const multipart = await bucket.createMultipartUpload(key);
  try {
    const parts: R2UploadedPart[] = [];
    let size = 0;
    for await (const part of partsOf(body, bytesMax)) {
      parts.push(await multipart.uploadPart(parts.length + 1, part));
      size += part.byteLength;
    }
    await multipart.complete(parts);
    return size;
  } catch (error) {
    await multipart.abort().catch(() => {});
    throw error;
  }
}

async function* partsOf(body: ReadableStream<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let part = new Uint8Array(PART_BYTES);
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
      yield part;
      part = new Uint8Array(PART_BYTES);
      filled = 0;
    }
  }
  // The last part may be short; an empty file is one empty part.
  if (filled > 0 || size === 0) yield part.subarray(0, filled);
}
