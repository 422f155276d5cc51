import { excerpt } from '../../../../domain/text.ts';
import type { Columns, Dialect, Role } from '../../dialect.ts';
import { ROLES } from '../../dialect.ts';
import { CsvFault } from '../../fault.ts';
import { readFigure } from '../../forms/figures.ts';
import { timeReader } from '../../forms/times.ts';
import type { CsvRecord } from '../../record.ts';
import { columnName } from './column-name.ts';

const COLUMNS_MAX = 200;
/** Banners are one line; this allows a few more. */
const BANNER_RECORDS_MAX = 5;

/** A record that may be the header, and its number, starting at 0. */
export interface HeaderCandidate {
  index: number;
  header: string[];
}

/** The first record, and the following ones while all before are banners: a single cell. Throws CsvFault. */
export function headerCandidates(records: CsvRecord[]): HeaderCandidate[] {
  const candidates = [];
  for (const [index, record] of records.slice(0, BANNER_RECORDS_MAX).entries()) {
    demandTable(record);
    candidates.push({ index, header: record.cells.map((cell) => cell.trim()) });
    if (record.cells.filter((cell) => cell.trim() !== '').length > 1) break;
  }
  return candidates;
}

function demandTable(record: CsvRecord): void {
  if (record.cells.length > COLUMNS_MAX)
    throw new CsvFault(
      'too_many_columns',
      `The header has ${record.cells.length} columns; at most ${COLUMNS_MAX} are read.`,
      record.line,
    );
  if (record.raw.includes('\0'))
    throw new CsvFault(
      'not_utf8',
      'The header contains NUL characters: the file looks like UTF-16 or UTF-32 without the right byte order mark. Save it as UTF-8.',
      record.line,
    );
  const fault = notATable(record.raw, record.line);
  if (fault !== null) throw fault;
}

/** The fault of a file whose first record begins a web page or JSON. */
export function notATable(raw: string, line: number): CsvFault | null {
  if (/^\s*<(?:!doctype|html|\?xml|head|body)/i.test(raw))
    return new CsvFault(
      'not_a_table',
      'The file is a web page, not a table: the download was probably refused. Get the file again in a browser and look into it.',
      line,
    );
  if (/^\s*[[{]\s*(?:["{[]|$)/.test(raw))
    return new CsvFault('not_a_table', 'The file is JSON, not a table. Save it as CSV.', line);
  return null;
}

const TIME = timeReader({ date_order: null, zone: null });

/** Whether a record has the cells of data: only values, or an instant and a figure beside other texts. */
export function isData(cells: string[]): boolean {
  const said = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  const instants = said.filter(isInstant);
  const figures = said.filter((text) => isFigure(text) && text !== instants[0]);
  return said.length > 1 && ((instants.length > 0 && figures.length > 0) || said.every(isValue));
}

function isInstant(text: string): boolean {
  const { fault } = TIME(text);
  return fault === undefined || fault === 'no_zone' || fault === 'unordered_date';
}

function isFigure(text: string): boolean {
  const reading = readFigure(text, null);
  return reading.fault === undefined ? reading.currency === null : /^[\d.,]*\d[\d.,]*$/.test(text);
}

export const isValue = (text: string): boolean => isInstant(text) || isFigure(text);

const positionsOf = (names: string[], wanted: string | RegExp): number[] =>
  names.flatMap((name, at) => ((typeof wanted === 'string' ? name === wanted : wanted.test(name)) ? at : []));

/** The positions of a dialect's columns in a header. Throws CsvFault if one of them occurs twice. */
export function columnsOf(dialect: Dialect, header: string[]): Columns {
  const names = header.map(columnName);
  const columns: Columns = {};
  const taken = new Set<number>();
  for (const role of ROLES) {
    for (const wanted of dialect.columns[role] ?? []) {
      const [at, again] = positionsOf(names, wanted).filter((position) => !taken.has(position));
      if (at === undefined) continue;
      if (again !== undefined && typeof wanted === 'string') throw twice(header[at] ?? '');
      columns[role] = at;
      taken.add(at);
      break;
    }
  }
  return columns;
}

/** The roles that a file of the dialect needs and that the header lacks. */
export const missingRoles = (dialect: Dialect, header: string[]): Role[] => {
  const names = header.map(columnName);
  return dialect.required.filter(
    (role) => !(dialect.columns[role] ?? []).some((wanted) => positionsOf(names, wanted).length > 0),
  );
};

const twice = (name: string) =>
  new CsvFault(
    'duplicate_columns',
    `The header has the column “${excerpt(name, 60)}” twice. Remove or rename one of them, or say by position what each is, as in columns=1:date,2:close.`,
  );
