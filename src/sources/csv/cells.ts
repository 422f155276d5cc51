import type { Cells, Columns, Role } from './dialect.ts';
import type { CsvRecord } from './record.ts';

/** Roles whose cells are figures; the others are texts. */
export const FIGURES: ReadonlySet<Role> = new Set([
  'price',
  'open',
  'high',
  'low',
  'cap',
  'volume_usd',
  'volume_base',
  'change',
]);

/** Roles whose unreadable cell rejects the row. */
export const PRICES: ReadonlySet<Role> = new Set(['price', 'open', 'high', 'low']);

/** Texts that our export escapes; blanks belong to them. */
const LABELS: ReadonlySet<Role> = new Set(['external_id', 'symbol', 'name']);

/** The writing of a file's cells. */
export interface CellForm {
  /** A text that a spreadsheet would run has a leading apostrophe, as in our export. */
  is_escaped: boolean;
  /** The rows are our own export. */
  is_export: boolean;
}

/** The text of a cell for its role: '' if it is empty. */
export function cellText({ is_escaped, is_export }: CellForm, role: Role, cell: string): string {
  if (is_export && LABELS.has(role)) return unescaped(cell);
  const text = cell.trim();
  if (text.length === 4 && text.toLowerCase() === 'null') return '';
  return is_escaped && !FIGURES.has(role) ? unescaped(text) : text;
}

/**
 * Removes the apostrophe that our export puts before a text that a spreadsheet would run, and before another
 * apostrophe.
 */
const unescaped = (text: string): string =>
  text[0] === "'" && /^'[=+\-@\t\r']/.test(text) ? text.slice(1) : text;

/** All cells of a record by role, unchecked, for planning. */
export function cellsOf(form: CellForm, columns: Columns, record: CsvRecord): Cells {
  const cells: Cells = {};
  for (const [role, column] of Object.entries(columns) as [Role, number][])
    cells[role] = cellText(form, role, record.cells[column] ?? '') || null;
  return cells;
}
