import type { CsvEncoding } from '../sources/csv/record.ts';

/** Complete lines of a text file, decoded; or the rest of the file if it cannot be decoded. */
export interface LineBlock {
  text: string;
  /** The size of the text in the file, in bytes. */
  size_bytes: number;
  /**
   * `more`: ends with a line end, others follow. `last`: the end of the file. `not_text`: the line after it
   * is not valid in the encoding. `overlong`: the beginning of a line longer than the limit.
   */
  ending: 'more' | 'last' | 'not_text' | 'overlong';
}

/** Small enough that parsing a block does not delay an answer of the database. */
const BLOCK_BYTES = 64 * 1024;

/**
 * Cuts a stream of bytes into blocks of whole lines. Each block is decoded separately: in these encodings a line
 * feed is never inside a character, so no state passes from block to block. Its memory is at most one line of
 * `lineBytesMax` and a block. Ends after a block that is not `more`.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  encoding: CsvEncoding,
  lineBytesMax: number,
): AsyncGenerator<LineBlock> {
  const reader = stream.getReader();
  const held = new HeldBytes();
  try {
    for (;;) {
      const done = await held.fill(reader, BLOCK_BYTES);
      const { bytes } = held;
      const end = done ? bytes.length : afterLastLine(bytes, encoding);
      const block = decode(bytes.subarray(0, end), encoding, done ? 'last' : 'more');
      yield block;
      if (block.ending !== 'more') return;
      held.drop(end);
      if (held.bytes.length <= lineBytesMax) continue;
      const text = new TextDecoder(encoding, { fatal: false, ignoreBOM: true }).decode(held.bytes);
      yield { text, size_bytes: held.bytes.length, ending: 'overlong' };
      return;
    }
  } finally {
    // A reader that stops early does not need the rest; a stream that failed has already reported it.
    await reader.cancel().catch(() => undefined);
  }
}

/** Bytes that are read and not yet used, in one piece of memory that only grows for an overlong line. */
class HeldBytes {
  #memory = new Uint8Array(2 * BLOCK_BYTES);
  #size = 0;

  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#size);
  }

  /** Reads at least this many more bytes. True at the end of the stream. */
  async fill(reader: ReadableStreamDefaultReader<Uint8Array>, moreBytes: number): Promise<boolean> {
    for (const enough = this.#size + moreBytes; this.#size < enough; ) {
      const { value, done } = await reader.read();
      if (done) return true;
      this.#append(value);
    }
    return false;
  }

  drop(bytes: number): void {
    this.#memory.copyWithin(0, bytes, this.#size);
    this.#size -= bytes;
  }

  #append(chunk: Uint8Array): void {
    const size = this.#size + chunk.length;
    if (size > this.#memory.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.#memory.length));
      larger.set(this.bytes);
      this.#memory = larger;
    }
    this.#memory.set(chunk, this.#size);
    this.#size = size;
  }
}

/** The end of the last complete line; 0 if there is none. */
function afterLastLine(bytes: Uint8Array, encoding: CsvEncoding): number {
  if (encoding === 'utf-8') return bytes.lastIndexOf(0x0a) + 1;
  const [first, second] = lineFeed(encoding);
  for (let at = (bytes.length & ~1) - 2; at >= 0; at -= 2)
    if (bytes[at] === first && bytes[at + 1] === second) return at + 2;
  return 0;
}

/** Decodes complete lines; if one of them is broken, the lines before it. */
function decode(bytes: Uint8Array, encoding: CsvEncoding, ending: 'more' | 'last'): LineBlock {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  try {
    return { text: decoder.decode(bytes), size_bytes: bytes.length, ending };
  } catch {
    const size_bytes = soundLength(bytes, encoding, decoder);
    return { text: decoder.decode(bytes.subarray(0, size_bytes)), size_bytes, ending: 'not_text' };
  }
}

/** The size of the complete lines at the beginning that can be decoded, in bytes. */
function soundLength(bytes: Uint8Array, encoding: CsvEncoding, decoder: TextDecoder): number {
  for (let start = 0; ; ) {
    const end = afterFirstLine(bytes, start, encoding);
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return start;
    }
    start = end;
  }
}

function afterFirstLine(bytes: Uint8Array, start: number, encoding: CsvEncoding): number {
  for (let at = bytes.indexOf(0x0a, start); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
    if (encoding === 'utf-8') return at + 1;
    const unit = at - (at % 2);
    const [first, second] = lineFeed(encoding);
    if (bytes[unit] === first && bytes[unit + 1] === second) return unit + 2;
  }
  return bytes.length;
}

const lineFeed = (encoding: CsvEncoding) => (encoding === 'utf-16le' ? [0x0a, 0] : [0, 0x0a]);
