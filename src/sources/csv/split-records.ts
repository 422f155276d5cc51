/** What is told of each record: its cells, where the next begins, and what is wrong with its quotes. */
export type TakeRecord = (cells: string[], end: number, quotes: 'sound' | 'broken' | 'unclosed') => void;

/**
 * Splits text into records and these into cells, RFC 4180 with the leniency of spreadsheets: spaces after a closing
 * quote are dropped, and a quote that closes nothing belongs to its cell, which is then `broken`. Lines end with
 * LF; the CR of a CRLF stays in the last cell, unless that is quoted. Without `atEnd` a record that may go on is
 * left alone.
 */
export function splitRecords(text: string, delimiter: string, atEnd: boolean, take: TakeRecord): void {
  if (text === '') return;
  if (text.includes('"')) splitQuoted(text, delimiter, atEnd, take);
  else splitPlain(text, delimiter, atEnd, take);
}

function splitPlain(text: string, delimiter: string, atEnd: boolean, take: TakeRecord): void {
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    take(text.slice(start, end).split(delimiter), end + 1, 'sound');
    start = end + 1;
  }
  if (atEnd) take(text.slice(start).split(delimiter), text.length, 'sound');
}

function splitQuoted(text: string, delimiter: string, atEnd: boolean, take: TakeRecord): void {
  const nextDelimiter = finder(text, delimiter);
  const nextLineFeed = finder(text, '\n');
  let cells: string[] = [];
  let broken = false;
  const end = (at: number, isUnclosed = false) => {
    take(cells, at, isUnclosed ? 'unclosed' : broken ? 'broken' : 'sound');
    cells = [];
    broken = false;
    return at;
  };
  for (let at = 0; ; ) {
    if (text[at] === '"') {
      const quoted = readQuoted(text, at, delimiter, nextDelimiter, nextLineFeed);
      if (quoted.last === 'open' && !atEnd) return;
      cells.push(quoted.cell);
      broken ||= quoted.broken;
      at = quoted.last === null ? quoted.end : end(quoted.end, quoted.unclosed);
      if (quoted.last === 'open') return;
      continue;
    }
    const cut = nextDelimiter(at);
    const line = nextLineFeed(at);
    if (cut === -1 && line === -1) {
      if (!atEnd) return;
      cells.push(text.slice(at));
      end(text.length);
      return;
    }
    const isCell = cut !== -1 && (cut < line || line === -1);
    cells.push(text.slice(at, isCell ? cut : line));
    at = isCell ? cut + 1 : end(line + 1);
  }
}

interface Quoted {
  cell: string;
  end: number;
  broken: boolean;
  unclosed: boolean;
  /** Whether its record ends with it: at a line end, or where the text ends. */
  last: 'line' | 'open' | null;
}

/** Reads the cell whose quote opens at `open`. */
function readQuoted(
  text: string,
  open: number,
  delimiter: string,
  nextDelimiter: Find,
  nextLineFeed: Find,
): Quoted {
  const quoted: Quoted = { cell: '', end: text.length, broken: false, unclosed: false, last: 'open' };
  const unescaped = (quote: number) => text.slice(open + 1, quote).replaceAll('""', '"');
  for (let quote = text.indexOf('"', open + 1); ; quote = text.indexOf('"', quote + 1)) {
    if (quote === -1) return { ...quoted, cell: text.slice(open + 1), broken: true, unclosed: true };
    if (quote === text.length - 1) return { ...quoted, cell: unescaped(quote) };
    if (text[quote + 1] !== '"') {
      const line = nextLineFeed(quote + 1);
      const cut = nextDelimiter(quote + 1);
      const nearest = line === -1 ? cut : Math.min(cut, line);
      const afterCell = pastSpaces(text, quote + 1, nearest);
      if (text[afterCell] === delimiter)
        return { ...quoted, cell: unescaped(quote), end: afterCell + 1, last: null };
      const afterLine = pastSpaces(text, quote + 1, line);
      if (text[afterLine] === '\n')
        return { ...quoted, cell: unescaped(quote), end: afterLine + 1, last: 'line' };
      quoted.broken = true;
    }
    quote += 1;
  }
}

/** `to` when there is nothing but white space before it, else `from`. */
const pastSpaces = (text: string, from: number, to: number): number =>
  to !== -1 && text.slice(from, to).trim() === '' ? to : from;

type Find = (from: number) => number;

/** Finds the next one from a place on; places never go back, so what was found is remembered. */
function finder(text: string, wanted: string): Find {
  let next = -2;
  return (from) => {
    if (next !== -1 && next < from) next = text.indexOf(wanted, from);
    return next;
  };
}
