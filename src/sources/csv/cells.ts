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

/** Those without which a row is refused when they cannot be read. */
export const PRICES: ReadonlySet<Role> = new Set(['price', 'open', 'high', 'low']);

/** Texts that our export escapes, and whose blanks belong to them. */
const LABELS: ReadonlySet<Role> = new Set(['external_id', 'symbol', 'name']);

/** What the cells of a file are written like. */
export interface CellForm {
  /** A text that a spreadsheet would run has a leading apostrophe, as in our export. */
  is_escaped: boolean;
  /** The rows are our own export. */
  is_export: boolean;
}

/** The text of a cell as its role reads it: '' when it says nothing. */
export function cellText({ is_escaped, is_export }: CellForm, role: Role, cell: string): string {
  if (is_export && LABELS.has(role)) return unescaped(cell);
  const text = cell.trim();
  if (text.length === 4 && text.toLowerCase() === 'null') return '';
  return is_escaped && !FIGURES.has(role) ? unescaped(text) : text;
}

/** Takes away the apostrophe that our export puts before what a spreadsheet would run, and before itself. */
const unescaped = (text: string): string =>
  text[0] === "'" && /^'[=+\-@\t\r']/.test(text) ? text.slice(1) : text;

/** All cells of a record by role, unchecked: what planning looks at. */
export function cellsOf(form: CellForm, columns: Columns, record: CsvRecord): Cells {
  const cells: Cells = {};
  for (const [role, column] of Object.entries(columns) as [Role, number][])
    cells[role] = cellText(form, role, record.cells[column] ?? '') || null;
  return cells;
}
