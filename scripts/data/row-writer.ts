import type { Row } from './pages.ts';

/** Writes rows to a file that is complete after `finish`. */
export interface RowWriter {
  write(rows: readonly Row[]): Promise<void>;
  finish(): Promise<void>;
}

/** A cell as text. Words are joined by `|`, as in the CSV of the API. */
export const cellText = (cell: Row[string] | undefined): string | null =>
  Array.isArray(cell) ? cell.join('|') : (cell ?? null);
