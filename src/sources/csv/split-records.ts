import Papa from 'papaparse';

/** Reported for each record: its cells, where the next begins, and the fault of its quotes. */
export type TakeRecord = (cells: string[], end: number, quotes: 'sound' | 'broken' | 'unclosed') => void;

/**
 * Splits text into records and these into cells, by RFC 4180 with the leniency of spreadsheets: spaces after a
 * closing quote are dropped, and a quote that closes nothing belongs to its cell, which is then `broken`. Lines end
 * with LF; the CR of a CRLF stays in the last cell, unless that is quoted. Without `atEnd`, it leaves a record that
 * may continue. Text without quotes, like most exports, needs no parser, which would take three times as long.
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
  const step = ({ data, errors, meta }: Step) => {
    const isUnclosed = errors.some(({ code }) => code === 'MissingQuotes');
    take(data[0] ?? [], meta.cursor, isUnclosed ? 'unclosed' : errors.length > 0 ? 'broken' : 'sound');
  };
  new Papa.Parser({ delimiter, newline: '\n', step } as unknown as Papa.ParseConfig).parse(text, 0, !atEnd);
}

interface Step {
  data: string[][];
  errors: { code: string }[];
  /** Characters up to the end of the record, including its line end. */
  meta: { cursor: number };
}
