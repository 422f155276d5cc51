import type { Cells, Dialect, Role } from './dialect.ts';
import type { CsvRecord } from './record.ts';

export type Columns = Partial<Record<Role, number>>;

/** Roles whose cells are figures; the others are texts. */
export const FIGURES: ReadonlySet<Role> = new Set([
  'price',
  'open',
  'high',
  'low',
  'market_cap',
  'volume',
  'base_volume',
  'percent_change',
]);

/** Those without which a row is refused when they cannot be read. */
export const PRICES: ReadonlySet<Role> = new Set(['price', 'open', 'high', 'low']);

/** Texts that our export escapes, and whose blanks belong to them. */
const LABELS: ReadonlySet<Role> = new Set(['external_id', 'symbol', 'name']);

/** The text of a cell as its role reads it: '' when it says nothing. */
export function cellText(dialect: Dialect, role: Role, cell: string, isExport: boolean): string {
  if (isExport && LABELS.has(role)) return unescaped(cell);
  const text = cell.trim();
  if (text.length === 4 && text.toLowerCase() === 'null') return '';
  if (FIGURES.has(role)) return dialect.plainFigure?.(text) ?? text;
  return dialect.id === 'canonical' ? unescaped(text) : text;
}

/** Takes away the apostrophe that our export puts before what a spreadsheet would run, and before itself. */
const unescaped = (text: string): string =>
  text[0] === "'" && /^'[=+\-@\t\r']/.test(text) ? text.slice(1) : text;

/** All cells of a record by role, unchecked: what planning looks at. */
export function cellsOf(dialect: Dialect, columns: Columns, isExport: boolean, record: CsvRecord): Cells {
  const cells: Cells = {};
  for (const [role, column] of Object.entries(columns) as [Role, number][])
    cells[role] = cellText(dialect, role, record.cells[column] ?? '', isExport) || null;
  return cells;
}
