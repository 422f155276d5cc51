import { compareDecimals, parseDecimal } from '../../../domain/decimal.ts';
import type { Columns, FoundHeader } from '../dialect.ts';
import type { CsvRecord } from '../record.ts';

const FIGURE = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The number of records that every reader of a shape examines. */
const LOOKED_AT = 20;

/**
 * The head of a file without a header, if its first records have a given number of cells and all of them are
 * figures. Columns are named by their positions, starting at 1.
 */
export function headerless(
  records: CsvRecord[],
  { cells: count, columns }: { cells: number; columns: Columns },
  fits: (cells: string[]) => boolean,
): FoundHeader | null {
  const rows = records.slice(0, LOOKED_AT).map(({ cells }) => cells.map((cell) => cell.trim()));
  const all = rows.every(
    (cells) => cells.length === count && cells.every((cell) => FIGURE.test(cell)) && fits(cells),
  );
  if (rows.length === 0 || !all) return null;
  return { header_records: 0, header: Array.from({ length: count }, (_, at) => String(at + 1)), columns };
}

/** Whether the cells at the positions of open, high, low and close can be one bar. */
export function isBar(
  cells: string[],
  positions: [open: number, high: number, low: number, close: number],
): boolean {
  const [open, high, low, close] = positions.map((at) => parseDecimal(cells[at] ?? ''));
  if (open === undefined || high === undefined || low === undefined || close === undefined) return false;
  return [open, close].every((one) => compareDecimals(low, one) <= 0 && compareDecimals(one, high) <= 0);
}
