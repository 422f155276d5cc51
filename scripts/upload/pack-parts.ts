import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { findPreamble, followRecords, isUtf16, markLength, type ToldForm } from './record-ends.ts';
import { UploadError } from './upload-error.ts';

export interface PartLimits {
  /** The most bytes of a part: gzipped, and plain. */
  packed_bytes: number;
  plain_bytes: number;
}

export interface Part {
  /** The gzipped file. */
  path: string;
  number: number;
  packed_bytes: number;
  plain_bytes: number;
}

/** The largest size of the header, in bytes. */
const HEAD_BYTES = 500_000;
/** Bytes that may still follow when a part counts as full: the buffer of gzip, a chunk, and a record of 1 MB. */
const HEADROOM_BYTES = 1_500_000;

/**
 * Packs a CSV file into gzipped parts in `folder`. Each part is CSV with the same header, if there is one, and is
 * cut between records. A part is packed when requested. Throws UploadError if a file that must be cut cannot be.
 */
export async function* packParts(
  file: AsyncIterable<Uint8Array>,
  folder: string,
  limits: PartLimits,
  told: ToldForm = {},
): AsyncGenerator<Part> {
  let cutter: Cutter | null = null;
  let part: OpenPart | null = null;
  let number = 0;
  try {
    for await (const chunk of headFirst(file)) {
      cutter ??= startCutter(chunk, told);
      for (let from = 0; from < chunk.length; ) {
        if (part === null) {
          number += 1;
          part = openPart(join(folder, `part-${number}.csv.gz`), number);
          if (number > 1) await part.write(cutter.preamble());
        }
        const { end, cut } = cutter.next(chunk, from, part.isBeyond(limits, HEADROOM_BYTES));
        await part.write(chunk.subarray(from, end));
        from = end;
        if (cut) {
          const full: OpenPart = part;
          part = null;
          yield await full.close();
        } else if (part.isBeyond(limits, 0))
          throw cannotCut('no record ends for too long; is a quote left open?');
      }
    }
    if (part !== null) yield await part.close();
  } catch (error) {
    // After this, nothing writes into the folder, which is about to be removed.
    await part?.close().catch(() => {});
    throw error;
  }
}

/** The same bytes, but the first chunk is as long as a header may be. */
async function* headFirst(file: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of file) {
    if (head === null) yield chunk;
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES) continue;
      yield head;
      head = null;
    }
  }
  if (head !== null && head.length > 0) yield head;
}

type Cutter = ReturnType<typeof startCutter>;

function startCutter(head: Uint8Array, told: ToldForm) {
  const found = isUtf16(head) ? null : findPreamble(head, told);
  const records = found && followRecords(found.delimiter);
  let mark = markLength(head);
  const preamble = (): Uint8Array => {
    if (found !== null) return found.bytes;
    throw cannotCut(isUtf16(head) ? 'it is UTF-16; save it as UTF-8' : 'it has no header at its beginning');
  };
  return {
    /** The beginning of every part except the first. */
    preamble,
    /** Reads to the end of the chunk, or, if a cut is wanted, to the next end of a record. */
    next(chunk: Uint8Array, from: number, wantsCut: boolean): { end: number; cut: boolean } {
      if (wantsCut) preamble();
      const end = records?.read(chunk, from + mark, wantsCut) ?? -1;
      mark = 0;
      return end < 0 ? { end: chunk.length, cut: false } : { end, cut: true };
    },
  };
}

const cannotCut = (reason: string) =>
  new UploadError(`The file is larger than one request may be, and cannot be cut: ${reason}.`);

type OpenPart = ReturnType<typeof openPart>;

function openPart(path: string, number: number) {
  const gzip = createGzip();
  const file = createWriteStream(path);
  const written = pipeline(gzip, file);
  written.catch(() => {}); // close() reports the failure
  let plain_bytes = 0;
  return {
    async write(bytes: Uint8Array): Promise<void> {
      plain_bytes += bytes.length;
      if (!gzip.write(bytes)) await once(gzip, 'drain');
    },
    isBeyond: (limits: PartLimits, headroom: number): boolean =>
      file.bytesWritten > limits.packed_bytes - headroom || plain_bytes > limits.plain_bytes - headroom,
    async close(): Promise<Part> {
      gzip.end();
      await written;
      return { path, number, packed_bytes: file.bytesWritten, plain_bytes };
    },
  };
}
