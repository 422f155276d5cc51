import type { BarEnd, DateOrder } from '../../domain/files/parameters.ts';
import type { Kind } from '../../domain/observation.ts';
import type { CsvRecord } from './record.ts';

/** The roles of columns. If two columns name the coin, the earlier one counts. */
export const ROLES = [
  'observation_id',
  'external_id',
  'source',
  'id',
  'symbol',
  'name',
  'pair',
  'quote',
  'venue',
  'kind',
  'flags',
  'superseded_at',
  'instant',
  'unix',
  'clock',
  'bar_open',
  'price',
  'open',
  'high',
  'low',
  'cap',
  'volume_usd',
  'volume_base',
  'change',
] as const;
export type Role = (typeof ROLES)[number];

/** The text of a row's cell by its role; null if it is empty or the file has no such column. */
export type Cells = Partial<Record<Role, string | null>> & {
  /** Whether a figure of the row, other than its prices, is unreadable and therefore null. */
  is_unreadable?: boolean;
};

/** The position of each role, from 0. */
export type Columns = Partial<Record<Role, number>>;

/** The header of a file, or its absence, and the roles of its columns. */
export interface FoundHeader {
  /** The number of records that are banner and header. */
  header_records: number;
  /** Names of the columns; their numbers, starting at 1, if there is no header. */
  header: string[];
  columns: Columns;
  /** The pair of all rows, if the head names it, or if only this reader understands the file name. */
  pair?: string;
  /** The period in the file name, if it has one. */
  period?: string | null;
}

/** How bars of a dialect are placed in time, and their venue. */
export interface BarRules {
  /** Which end of a bar the instant of a row names; null if the vendor does not say, or varies. */
  names: BarEnd | null;
  /** Null: the file name or the spacing of the rows decides. */
  period: string | null;
  /** `one`: from a single exchange. `many`: the vendor's average, which has no venue. */
  venue: 'one' | 'many';
}

/** One form of file, with the vendor's meaning of it. All functions are pure. */
export interface Dialect {
  readonly id: string;
  readonly title: string;
  /** The meaning of its instants and prices, in one sentence for people. */
  readonly convention: string;
  /** A caution for every file of it. */
  readonly caution?: string;
  readonly kind: Kind;
  readonly bars: BarRules | null;
  /** By role, the possible names of its column (see columnName), the best first. */
  readonly columns: Partial<Record<Role, readonly (string | RegExp)[]>>;
  /** Without these a file of the dialect cannot be read. */
  readonly required: readonly Role[];
  /** Whether a header certainly belongs to this dialect. */
  recognises(names: ReadonlySet<string>): boolean;
  /**
   * Finds an unusual head, with no header or several lines, before all headers are examined. May throw CsvFault.
   */
  find?(records: CsvRecord[], filename: string | null): FoundHeader | null;
  /**
   * The order in which the vendor writes dates, by the plain names of its columns; null if those do not show it.
   */
  date_order?(names: ReadonlySet<string>): DateOrder | null;
  /** For prices with plain dates, which end of the day they are from; absent, the beginning. */
  readonly day?: BarEnd;
  /** Whether figures are machine-written: a point is not a thousands mark unless a comma shows it. */
  readonly is_machine: boolean;
  /** The vendor's documented zone for clock times without a zone; null if there is none. */
  readonly zone: string | null;
  /** The exchange of every file. */
  readonly venue?: string;
  /** The vendor's documented currency of prices; a test of the file name narrows it. */
  readonly quote: { readonly text: string; readonly named?: RegExp } | null;
  /** The vendor's texts for the US dollar in a column of currencies. */
  readonly usd_texts?: readonly string[];
  /** Whether a volume of zero means no trades, or no figure. */
  readonly zero_volume: 'zero' | 'unknown';
}
