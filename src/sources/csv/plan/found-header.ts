import type { Columns } from '../cells.ts';

/** The header of a file, or its absence, and what its columns are read as. */
export interface FoundHeader {
  /** How many records of the file are banner and header. */
  header_records: number;
  /** Names of the columns; their numbers, from 1, where there is no header. */
  header: string[];
  columns: Columns;
}
