import { type ColumnRole, parseColumns } from '../../../../domain/files/parameters.ts';
import { excerpt } from '../../../../domain/text.ts';
import type { Columns, Role } from '../../dialect.ts';
import { CsvFault } from '../../fault.ts';
import { columnName } from './column-name.ts';

/** The sender's role of each column, by its position. */
export type ToldRoles = ReadonlyMap<number, ColumnRole>;

/** Finds the columns that the sender names. Throws CsvFault for one that the file does not have. */
export function toldRoles(text: string, header: string[]): ToldRoles {
  const roles = new Map<number, ColumnRole>();
  for (const { column, role } of parseColumns(text) ?? []) {
    const position = positionOf(column, header);
    if (position === null)
      throw new CsvFault(
        'unknown_columns',
        `columns= speaks of “${excerpt(column, 60)}”, but the file has ${excerpt(header.join(', '), 300)}. Name columns as in the file, or by their position from 1.`,
      );
    if (roles.has(position))
      throw new CsvFault(
        'unknown_columns',
        `columns= says twice what “${excerpt(header[position] ?? '', 60)}” is.`,
      );
    roles.set(position, role);
  }
  return roles;
}

function positionOf(column: string, header: string[]): number | null {
  for (const same of [
    (name: string) => name === column,
    (name: string) => columnName(name) === columnName(column),
  ]) {
    const [at, again] = header.flatMap((name, position) => (name !== '' && same(name) ? position : []));
    if (again !== undefined)
      throw new CsvFault(
        'duplicate_columns',
        `The header has the column “${excerpt(column, 60)}” twice: say by position what each is, as in columns=1:date,2:close.`,
      );
    if (at !== undefined) return at;
  }
  const position = /^\d{1,3}$/.test(column) ? Number(column) - 1 : -1;
  return position >= 0 && position < header.length ? position : null;
}

const READS: Record<Exclude<ColumnRole, 'volume_quote' | 'coin' | 'ignore'>, Role> = {
  instant: 'instant',
  date: 'instant',
  clock: 'clock',
  open: 'open',
  high: 'high',
  low: 'low',
  close: 'price',
  price: 'price',
  cap: 'cap',
  volume_usd: 'volume_usd',
  volume_base: 'volume_base',
  change: 'change',
  pair: 'pair',
  quote: 'quote',
  venue: 'venue',
};

/** The columns with a role from the sender. Throws CsvFault if two have the same role. */
export function columnsTold(roles: ToldRoles, header: string[]): Columns {
  const columns: Columns = {};
  for (const [position, role] of roles) {
    if (role === 'ignore') continue;
    // A volume in the currency of the prices is a volume in US dollars, because only those prices are read.
    const reads = role === 'volume_quote' ? 'volume_usd' : role === 'coin' ? 'name' : READS[role];
    const before = columns[reads];
    if (before !== undefined)
      throw new CsvFault(
        'duplicate_columns',
        `columns= makes both “${excerpt(header[before] ?? '', 60)}” and “${excerpt(header[position] ?? '', 60)}” the ${role}. Say ignore of one of them.`,
      );
    columns[reads] = position;
  }
  return columns;
}
