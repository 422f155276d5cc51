import { type Decimal, readDecimal } from '../../domain/decimal.ts';
import type { RejectCode } from '../../domain/reject.ts';
import { excerpt, isStorable } from '../../domain/text.ts';
import { LABEL_CHARS_MAX, NAME_CHARS_MAX, SYMBOL_CHARS_MAX } from '../fields.ts';
import type { RecordFault } from '../read-record.ts';
import { type CellForm, cellText, FIGURES, PRICES } from './cells.ts';
import type { Cells, Role } from './dialect.ts';
import type { CsvRecord } from './record.ts';

/** The used columns of a file, and their reading. */
export interface RowForm extends CellForm {
  columns: { role: Role; at: number; key: string }[];
  /** Reads a figure; absent if all figures are plain numbers. */
  readFigure?: FigureReader;
}

/** Reads a text as a figure; null if it means that there is none. */
export type FigureReader = (
  text: string,
  role: Role,
) => Decimal | null | { fault: 'invalid_number' | 'number_out_of_range' };

/** Makes the function that reads the cells of a record, each by its role, or explains why it cannot. */
export function cellReader(form: RowForm): (record: CsvRecord) => Cells | RecordFault {
  const quick = quickCellReader(form);
  const careful = carefulCellReader(form);
  return (record) => quick(record) ?? careful(record);
}

const FAULTS_TOLD_MAX = 3;

/** The general way: names every cell that does not fit. */
export function carefulCellReader(form: RowForm) {
  const readers = form.columns.map(({ role, at, key }) => ({
    role,
    at,
    key,
    read: checkedReader(form, role),
  }));
  return (record: CsvRecord): Cells | RecordFault => {
    const cells: Cells = {};
    const faults: { key: string; code: RejectCode; message: string }[] = [];
    for (const { role, at, key, read } of readers) {
      const value = read(record.cells[at] ?? '');
      if (value === null || typeof value === 'string') cells[role] = value;
      else if (value.is_refused) faults.push({ key, ...value });
      else {
        cells[role] = null;
        if (role !== 'volume_base') cells.is_unreadable = true;
      }
    }
    const [first] = faults;
    if (first === undefined) return cells;
    const told = faults.slice(0, FAULTS_TOLD_MAX).map(({ key, message }) => `${key} ${message}`);
    const more = faults.length - told.length;
    return { code: first.code, message: `${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}.` };
  };
}

/** The fault of a cell, and whether the row counts without it. */
interface CellFault {
  code: RejectCode;
  message: string;
  is_refused: boolean;
}

function checkedReader(form: RowForm, role: Role): (cell: string) => string | null | CellFault {
  const charsMax = charsOf(role);
  const isFigure = FIGURES.has(role);
  const is_refused = !isFigure || PRICES.has(role);
  return (cell) => {
    const text = cellText(form, role, cell);
    if (text === '') return null;
    if (isFigure) {
      const figure = figureOf(form, text, role);
      if (figure === null || typeof figure === 'string') return figure;
      const what = figure.fault === 'invalid_number' ? 'is not a number' : 'has too many digits';
      return { code: figure.fault, message: `${what}: ${quoted(text)}`, is_refused };
    }
    const code = 'contract_broken';
    if (!isStorable(text)) return { code, message: 'contains a NUL or half a character', is_refused };
    if (text.length > charsMax)
      return { code, message: `is longer than ${charsMax} characters: ${quoted(text)}`, is_refused };
    return role === 'symbol' ? text.toUpperCase() : text;
  };
}

const quoted = (text: string) => `“${excerpt(text, 40)}”`;

function figureOf({ readFigure }: RowForm, text: string, role: Role): ReturnType<FigureReader> {
  if (readFigure !== undefined) return readFigure(text, role);
  const { decimal, fault } = readDecimal(text);
  return decimal ?? { fault: fault ?? 'invalid_number' };
}

const charsOf = (role: Role): number =>
  role === 'symbol' ? SYMBOL_CHARS_MAX : role === 'name' ? NAME_CHARS_MAX : LABEL_CHARS_MAX;

/**
 * The same in a tenth of the time for a record whose cells all fit; null for a record that needs the general way.
 */
export function quickCellReader(form: RowForm) {
  const readers = form.columns.map(({ role, at }) => ({ role, at, read: readerOf(form, role) }));
  return (record: CsvRecord): Cells | null => {
    if (!record.raw.isWellFormed()) return null;
    const cells: Cells = {};
    for (const { role, at, read } of readers) {
      const value = read(record.cells[at] ?? '');
      if (value === undefined) return null;
      cells[role] = value;
    }
    return cells;
  };
}

type ReadCell = (cell: string) => string | null | undefined;

/** Returns the content of a cell, null if empty, undefined if its role does not accept it. */
function readerOf(form: RowForm, role: Role): ReadCell {
  const textOf = (cell: string) => cellText(form, role, cell) || null;
  const { readFigure } = form;
  if (FIGURES.has(role))
    return (cell) => {
      const text = textOf(cell);
      if (text === null) return null;
      if (readFigure === undefined) return readDecimal(text).decimal;
      const figure = readFigure(text, role);
      return figure === null || typeof figure === 'string' ? figure : undefined;
    };
  const charsMax = charsOf(role);
  const isSymbol = role === 'symbol';
  return (cell) => {
    const text = textOf(cell);
    if (text === null) return null;
    if (text.length > charsMax) return undefined;
    return isSymbol ? text.toUpperCase() : text;
  };
}
