/** The default reader of a native stream returns 4 KB at a time, each in separate memory. */
const CHUNK_BYTES = 64 * 1024;

export interface ChunkReader {
  /**
   * The next chunk, null at the end. Only the last is short, except that a stream made in JavaScript decides its
   * own chunks.
   */
  read(): Promise<Uint8Array | null>;
  /** Returns the memory of a chunk for reuse. */
  giveBack(chunk: Uint8Array): void;
  cancel(reason?: unknown): Promise<void>;
}

/** Reads a stream in large chunks: a native one fills them without passing through JavaScript in small pieces. */
export function chunkReader(stream: ReadableStream<Uint8Array>): ChunkReader {
  const reader = byteReader(stream);
  if (reader === null) return plainReader(stream.getReader());
  let memory: ArrayBufferLike | null = null;
  return {
    async read() {
      const view = new Uint8Array(memory ?? new ArrayBuffer(CHUNK_BYTES));
      memory = null;
      const { value } = await reader.readAtLeast(CHUNK_BYTES, view);
      return value === undefined || value.byteLength === 0 ? null : value;
    },
    giveBack({ buffer }) {
      if (buffer.byteLength === CHUNK_BYTES) memory = buffer;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

function byteReader(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return null; // a stream made in JavaScript, of chunks
  }
}

const plainReader = (reader: ReadableStreamDefaultReader<Uint8Array>): ChunkReader => ({
  read: async () => (await reader.read()).value ?? null,
  giveBack: () => {},
  cancel: (reason) => reader.cancel(reason),
});
