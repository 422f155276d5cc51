import { sniffDelimiter } from '../../src/sources/csv/plan/head/delimiter.ts';

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const QUOTE = 0x22;

type Place = 'cell start' | 'cell' | 'quoted' | 'after quote';

/**
 * Follows UTF-8 CSV, chunk by chunk, and finds the ends of records: line feeds outside quotes. A quote opens a
 * quoted cell only at its start, as in the Worker's reader.
 */
export function followRecords(delimiter: string) {
  const separator = delimiter.charCodeAt(0);
  let place: Place = 'cell start';

  function step(byte: number): void {
    if (place === 'quoted') {
      if (byte === QUOTE) place = 'after quote';
    } else if (byte === LF || byte === separator) place = 'cell start';
    else if (place === 'cell start') place = byte === QUOTE ? 'quoted' : 'cell';
    // A doubled quote, or a quote in the middle of a cell: the cell continues.
    else if (place === 'after quote' && byte !== CR && byte !== SPACE && byte !== TAB) place = 'quoted';
  }

  return {
    /**
     * Reads a chunk starting at `from`. With `toEnd` it stops after the first end of a record and returns its
     * index, or -1.
     */
    read(chunk: Uint8Array, from = 0, toEnd = false): number {
      for (let at = from; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        step(byte);
        if (toEnd && byte === LF && place === 'cell start') return at + 1;
      }
      return -1;
    },
  };
}

export interface Preamble {
  delimiter: string;
  /** The beginning of each part: a byte order mark, banner lines, the header. */
  bytes: Uint8Array;
}

const SNIFFED_BYTES = 100_000;
const BANNER = /^("?sep=.|"?https?:\/\/|\s*$)/i;

/** A record that consists only of figures is data. */
const FIGURES_ALONE = /^(?=.*\d)[\d\s.,;|"eE+-]+$/;

/** The sender's parameters about the form of a file, by the names of POST /uploads. */
export interface ToldForm {
  header?: string;
  delimiter?: string;
}

/**
 * The header of a file with the lines above it; null if `head` does not contain all of it. A file without a header
 * has nothing to repeat.
 */
export function findPreamble(head: Uint8Array, told: ToldForm = {}): Preamble | null {
  const named = /^(tab|\\t)$/i.test(told.delimiter ?? '') ? '\t' : told.delimiter;
  const delimiter = named ?? sniffDelimiter(new TextDecoder().decode(head.subarray(0, SNIFFED_BYTES)));
  const records = followRecords(delimiter);
  for (let start = markLength(head); ; ) {
    const end = records.read(head, start, true);
    if (end < 0) return null;
    const line = new TextDecoder().decode(head.subarray(start, end));
    if (told.header === 'none' || FIGURES_ALONE.test(line))
      return { delimiter, bytes: head.slice(0, markLength(head)) };
    if (!BANNER.test(line)) return { delimiter, bytes: head.slice(0, end) };
    start = end;
  }
}

/** The length of a UTF-8 byte order mark. */
export const markLength = ([first, second, third]: Uint8Array): number =>
  first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;

/** Whether a file begins with a UTF-16 byte order mark. */
export const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
