import type { CsvEncoding } from '../sources/csv/record.ts';

/** Whole lines of a text file, decoded; or what is left of it when there is nothing more to decode. */
export interface LineBlock {
  text: string;
  /** How many bytes of the file the text is. */
  size_bytes: number;
  /**
   * `more`: ends with a line end, others follow. `last`: the end of the file. `not_text`: the line after it
   * is not valid in the encoding. `overlong`: the beginning of a line longer than the limit.
   */
  ending: 'more' | 'last' | 'not_text' | 'overlong';
}

/** Local R2 hands out 4 KB at a time; parsing that little costs more than reading it. */
const BLOCK_BYTES = 128 * 1024;

/**
 * Cuts a stream of bytes into blocks of whole lines. Each is decoded for itself: a line feed never stands
 * inside a character of these encodings, so no state has to cross a border. Holds at most one line of
 * `lineBytesMax` and a block. Ends after a block that is not `more`.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  encoding: CsvEncoding,
  lineBytesMax: number,
): AsyncGenerator<LineBlock> {
  const reader = stream.getReader();
  let rest: Uint8Array = new Uint8Array();
  try {
    for (;;) {
      const { bytes, done } = await readAtLeast(reader, rest, BLOCK_BYTES);
      const end = done ? bytes.length : afterLastLine(bytes, encoding);
      const block = decode(bytes.subarray(0, end), encoding, done ? 'last' : 'more');
      yield block;
      if (block.ending !== 'more') return;
      rest = bytes.subarray(end);
      if (rest.length <= lineBytesMax) continue;
      const text = new TextDecoder(encoding, { fatal: false, ignoreBOM: true }).decode(rest);
      yield { text, size_bytes: rest.length, ending: 'overlong' };
      return;
    }
  } finally {
    // Whoever stops early has no use for the rest; a stream that failed has said so already.
    await reader.cancel().catch(() => undefined);
  }
}

async function readAtLeast(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  held: Uint8Array,
  moreBytes: number,
): Promise<{ bytes: Uint8Array; done: boolean }> {
  const chunks = [held];
  let size = 0;
  let done = false;
  while (!done && size < moreBytes) {
    const next = await reader.read();
    done = next.done;
    if (next.value === undefined) continue;
    chunks.push(next.value);
    size += next.value.length;
  }
  const bytes = new Uint8Array(held.length + size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return { bytes, done };
}

/** Where the last whole line ends; 0 when there is none. */
function afterLastLine(bytes: Uint8Array, encoding: CsvEncoding): number {
  if (encoding === 'utf-8') return bytes.lastIndexOf(0x0a) + 1;
  const [first, second] = lineFeed(encoding);
  for (let at = (bytes.length & ~1) - 2; at >= 0; at -= 2)
    if (bytes[at] === first && bytes[at + 1] === second) return at + 2;
  return 0;
}

/** Decodes whole lines; when one of them is broken, those before it. */
function decode(bytes: Uint8Array, encoding: CsvEncoding, ending: 'more' | 'last'): LineBlock {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  try {
    return { text: decoder.decode(bytes), size_bytes: bytes.length, ending };
  } catch {
    const size_bytes = soundLength(bytes, encoding, decoder);
    return { text: decoder.decode(bytes.subarray(0, size_bytes)), size_bytes, ending: 'not_text' };
  }
}

/** How many bytes at the beginning are whole lines that decode. */
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
