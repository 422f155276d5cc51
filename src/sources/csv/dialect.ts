import type { BarEnd, DateOrder } from '../../domain/files/parameters.ts';
import type { Kind } from '../../domain/observation.ts';
import type { CsvRecord } from './record.ts';

/** What the cells of a column are read as. Of two columns that name the coin the earlier one counts. */
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

/** The text of a row's cell by its role; null when it is empty or the file has no such column. */
export type Cells = Partial<Record<Role, string | null>> & {
  /** Whether a figure of the row but its prices cannot be read, and is null for that. */
  is_unreadable?: boolean;
};

/** The position of each role, from 0. */
export type Columns = Partial<Record<Role, number>>;

/** The header of a file, or its absence, and what its columns are read as. */
export interface FoundHeader {
  /** How many records of the file are banner and header. */
  header_records: number;
  /** Names of the columns; their numbers, from 1, where there is no header. */
  header: string[];
  columns: Columns;
  /** The pair of all rows, where the head names it, or the file is named as only this reader knows. */
  pair?: string;
  /** The period that the file name says, where it is named so. */
  period?: string | null;
}

/** How bars of a dialect are placed in time, and whose they are. */
export interface BarRules {
  /** Which end of a bar the instant of a row names; null when the vendor does not say, or not always the same. */
  names: BarEnd | null;
  /** Null: the file name or the spacing of the rows says it. */
  period: string | null;
  /** `one`: of a single exchange. `many`: the vendor's average, which has no venue. */
  venue: 'one' | 'many';
}

/** One form of file, with what its vendor means by it. All pure. */
export interface Dialect {
  readonly id: string;
  readonly title: string;
  /** What its instants and prices are, in one sentence for people. */
  readonly convention: string;
  /** What to beware of in every file of it. */
  readonly caution?: string;
  readonly kind: Kind;
  readonly bars: BarRules | null;
  /** By role, the names a column may have (see columnName), the best first. */
  readonly columns: Partial<Record<Role, readonly (string | RegExp)[]>>;
  /** Without these a file of the dialect cannot be read. */
  readonly required: readonly Role[];
  /** Whether a header is this dialect's beyond doubt. */
  recognises(names: ReadonlySet<string>): boolean;
  /** Finds a head of an odd form, before all headers are looked at: none, or one of several lines. May throw CsvFault. */
  find?(records: CsvRecord[], filename: string | null): FoundHeader | null;
  /** The order that the vendor writes dates in, by the plain names of its columns; null when those do not tell. */
  date_order?(names: ReadonlySet<string>): DateOrder | null;
  /** Of prices at dates alone, the end of the day that they are of; the beginning when it is absent. */
  readonly day?: BarEnd;
  /** Whether figures are as machines write them: a point is no mark of thousands unless a comma says so. */
  readonly is_machine: boolean;
  /** The zone of clock times that do not say their own, as the vendor documents it; null when it does not. */
  readonly zone: string | null;
  /** The exchange of every file. */
  readonly venue?: string;
  /** The currency of prices that the vendor documents; a test of the file name narrows it. */
  readonly quote: { readonly text: string; readonly named?: RegExp } | null;
  /** What the vendor writes for the US dollar in a column of currencies. */
  readonly usd_texts?: readonly string[];
  /** Whether a volume of zero says that there was none, or that the vendor had no figure. */
  readonly zero_volume: 'zero' | 'unknown';
}
