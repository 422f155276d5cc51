import { parseObservationId } from '../../../domain/observation-id.ts';
import type { Columns } from '../cells.ts';
import type { CsvRecord } from '../record.ts';
import { columnName } from './column-name.ts';
import type { FoundHeader } from './find-header.ts';

/**
 * Settles what a canonical file's column `id` is: a coin's, an observation's of our own export, or a mere row
 * number, which would make a series of each row.
 */
export function identifyRows(
  { dialect, header, columns }: FoundHeader,
  rows: CsvRecord[],
): { columns: Columns; is_export: boolean; warning: string | null } {
  const names = new Set(header.map(columnName));
  const hasOurColumns = ['external_id', 'source', 'kind', 'created_at'].every((name) => names.has(name));
  const settled = { columns, is_export: dialect.id === 'canonical' && hasOurColumns, warning: null };
  const { id: at, ...others } = columns;
  if (dialect.id !== 'canonical' || at === undefined) return settled;
  const ids = rows.map((row) => row.cells[at]?.trim() ?? '').filter((id) => id !== '');
  const [first] = ids;
  if (first !== undefined && parseObservationId(first) !== undefined)
    return { columns: { ...others, observation_id: at }, is_export: true, warning: null };
  const namesCoins = columns.external_id ?? columns.symbol ?? columns.name;
  if (namesCoins === undefined || !ids.every((id) => /^\d+$/.test(id))) return settled;
  return {
    ...settled,
    columns: others,
    warning: `The column ${header[at]} holds numbers only: taken as row numbers and ignored.`,
  };
}
