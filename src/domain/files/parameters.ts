import type { Instant } from '../instant.ts';

// The sender's parameters about a file: the parameters of POST /uploads, under their own names.

/** The roles of a column. Volumes in coins are read as evidence and not stored. */
export const COLUMN_ROLES = [
  'instant',
  'date',
  'clock',
  'open',
  'high',
  'low',
  'close',
  'price',
  'cap',
  'volume_usd',
  'volume_base',
  'volume_quote',
  'change',
  'coin',
  'pair',
  'quote',
  'venue',
  'ignore',
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

export const DATE_ORDERS = ['dmy', 'mdy', 'ymd'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

export const DECIMAL_MARKS = ['point', 'comma'] as const;
export type DecimalMark = (typeof DECIMAL_MARKS)[number];

/** The end of a bar, or of a day, that its instant names. */
export const BAR_ENDS = ['open', 'close'] as const;
export type BarEnd = (typeof BAR_ENDS)[number];

export const VOLUME_UNITS = ['usd', 'base', 'ignore'] as const;
export type VolumeUnit = (typeof VOLUME_UNITS)[number];

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** How to read the cells of a file. Null means that the sender did not say. */
export interface ReadingHints {
  /** In the form of parseColumns. */
  columns: string | null;
  header: 'none' | null;
  delimiter: Delimiter | null;
  decimal: DecimalMark | null;
  date_order: DateOrder | null;
  /** IANA name or offset. */
  zone: string | null;
  bar: BarEnd | null;
  /** In the form of canonicalPeriod. */
  period: string | null;
  volume: VolumeUnit | null;
}

export const NO_READING_HINTS: ReadingHints = {
  columns: null,
  header: null,
  delimiter: null,
  decimal: null,
  date_order: null,
  zone: null,
  bar: null,
  period: null,
  volume: null,
};

/** Everything that a sender says about the series in a file. Null means that the sender did not say. */
export interface FileHints extends ReadingHints {
  asset: string | null;
  symbol: string | null;
  dialect: string | null;
  venue: string | null;
  quote: string | null;
  /** The instant of every row, for a file without instants. */
  observed_at: Instant | null;
}

/** The meaning of each parameter of POST /uploads, except `dry_run`. */
export const PARAMETERS = {
  filename:
    'Name of the file, by which the coin, the venue and the period may be known. A path before it is left out.',
  asset: 'The coin of every row, by the id it gets here.',
  symbol: 'The coin of every row, by its symbol in any case.',
  dialect: 'The form of the file, when its header does not tell.',
  venue: 'Where the bars were traded.',
  quote: 'The currency of the prices: usd, or usdt to take one USDT for one US dollar.',
  observed_at: 'The instant of every row, for a file without a column of instants.',
  columns:
    "What each column is, by its name or its position from 1; replaces the reader's own roles. " +
    `Roles: ${COLUMN_ROLES.join(', ')}.`,
  header: '`none`: the first record is data, columns are named by position.',
  delimiter: 'The character between cells: `,` `;` `|` or `tab`.',
  decimal: 'The decimal mark of figures.',
  date_order: 'The order of day, month and year in dates of figures.',
  zone: 'The time zone of clock times, as an IANA name or an offset.',
  bar: 'Which end of a bar, or of a day, its instant names.',
  period: 'The period of the bars, 1m to 1w or 1mo; M is a month.',
  volume: 'What a volume without a unit counts: US dollars, coins, or nothing that is read.',
} as const satisfies Record<'filename' | keyof FileHints, string>;

/** Hints as stored with an upload: hints of an earlier release lack newer parameters. */
export type StoredHints = Omit<FileHints, keyof ReadingHints> & Partial<ReadingHints>;

export const fullHints = (stored: StoredHints): FileHints => ({ ...NO_READING_HINTS, ...stored });

/** A column by its name, or by its position from 1, and its role. */
export interface ToldColumn {
  column: string;
  role: ColumnRole;
}

const ROLE = COLUMN_ROLES.join('|');
const TOLD = new RegExp(`([^]+?):(${ROLE})(?:,|$)`, 'gy');

/** Reads `time:instant,close:close`; names may contain commas and colons. Undefined for any other text. */
export function parseColumns(text: string): ToldColumn[] | undefined {
  const told: ToldColumn[] = [];
  let end = 0;
  for (const [whole, column = '', role] of text.matchAll(TOLD)) {
    if (column.trim() === '') return undefined;
    told.push({ column: column.trim(), role: role as ColumnRole });
    end += whole.length;
  }
  return end === text.length && told.length > 0 ? told : undefined;
}
