import { readDecimal } from '../../domain/decimal.ts';
import {
  figure,
  group,
  LABEL_CHARS_MAX,
  label,
  NAME_CHARS_MAX,
  number,
  SYMBOL_CHARS_MAX,
  type Told,
  told,
  UNREADABLE,
} from '../fields.ts';
import { contractFault, type RecordFault } from '../read-record.ts';
import { cellText, FIGURES, PRICES } from './cells.ts';
import type { Cells, Dialect, Role } from './dialect.ts';
import type { CsvRecord } from './record.ts';

/** The columns that a dialect reads from a file, and how. */
export interface RowForm {
  dialect: Dialect;
  columns: { role: Role; at: number; key: string }[];
  is_export: boolean;
}

/** Makes the function that reads the cells of a record, each as its role takes it, or says why it cannot. */
export function cellReader(form: RowForm): (record: CsvRecord) => Cells | RecordFault {
  const quick = quickCellReader(form);
  const byContract = contractCellReader(form);
  return (record) => quick(record) ?? byContract(record);
}

/** The general way: names every cell that does not fit. */
export function contractCellReader({ dialect, columns, is_export }: RowForm) {
  // By the file's own names, so that a refusal speaks of columns its sender knows.
  const contract = group(Object.fromEntries(columns.map(({ role, key }) => [key, fieldOf(role)])));
  return (record: CsvRecord): Cells | RecordFault => {
    const texts: Record<string, string> = {};
    for (const { role, at, key } of columns)
      texts[key] = cellText(dialect, role, record.cells[at] ?? '', is_export);
    const parsed = contract.safeParse(texts);
    if (!parsed.success) return contractFault(parsed.error);
    const fields = parsed.data as Record<string, Told<string>>;
    const cells: Cells = {};
    for (const { role, key } of columns) {
      const field = fields[key] ?? null;
      cells[role] = told(field);
      if (field === UNREADABLE && role !== 'base_volume') cells.is_unreadable = true;
    }
    return cells;
  };
}

const LONG_LABEL = label(LABEL_CHARS_MAX);
const SYMBOL = label(SYMBOL_CHARS_MAX).transform((text) => text?.toUpperCase() ?? null);
const NAME = label(NAME_CHARS_MAX);

/** Refuses the row for a price and for what tells its coin; other figures may be unreadable. */
function fieldOf(role: Role) {
  if (PRICES.has(role)) return number;
  if (FIGURES.has(role)) return figure;
  if (role === 'symbol') return SYMBOL;
  return role === 'name' ? NAME : LONG_LABEL;
}

/**
 * The same in a tenth of the time for a record whose cells all fit; null for one that has to be looked at.
 */
export function quickCellReader({ dialect, columns, is_export }: RowForm) {
  const keys = new Set(columns.map(({ key }) => key));
  // Of columns with one name the contract sees one alone.
  const isQuick = keys.size === columns.length && !keys.has('__proto__');
  const readers = columns.map(({ role, at }) => ({ role, at, read: readerOf(dialect, role, is_export) }));
  return (record: CsvRecord): Cells | null => {
    if (!isQuick || !record.raw.isWellFormed()) return null;
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

/** Gives what a cell says, null for nothing, undefined for what its role does not take. */
function readerOf(dialect: Dialect, role: Role, isExport: boolean): ReadCell {
  const textOf = (cell: string) => cellText(dialect, role, cell, isExport) || null;
  if (FIGURES.has(role))
    return (cell) => {
      const text = textOf(cell);
      return text === null ? null : readDecimal(text).decimal;
    };
  const charsMax = role === 'symbol' ? SYMBOL_CHARS_MAX : role === 'name' ? NAME_CHARS_MAX : LABEL_CHARS_MAX;
  const isSymbol = role === 'symbol';
  return (cell) => {
    const text = textOf(cell);
    if (text === null) return null;
    if (text.length > charsMax) return undefined;
    return isSymbol ? text.toUpperCase() : text;
  };
}
