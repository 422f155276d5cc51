import type {
  BarEnd,
  ColumnRole,
  DateOrder,
  DecimalMark,
  FileHints,
} from '../../../domain/files/parameters.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { Kind } from '../../../domain/observation.ts';
import type { Role } from '../dialect.ts';
import type { CsvEncoding } from '../record.ts';

/** The sender's parameters for a file, and when it arrived. Null means nothing. */
export interface CsvHints extends FileHints {
  filename: string | null;
  /** When the file arrived: a later instant cannot have been observed. */
  uploaded_at?: Instant | null;
}

/** A column of the file, and its role. */
export interface PlanColumn {
  /** From 0. */
  position: number;
  /** Its name in the header; its number, starting at 1, if there is none. */
  column: string;
  role: ColumnRole;
  /** Its role for the row reader; null if no value is read from it. */
  reads: Role | null;
  /** How it is read, in a few words for people. */
  as: string;
  /** A cell of the samples, and its value as read. */
  example: { text: string; value: string | null } | null;
}

/** The required value of a cell in every row: a column of evidence with a single value. */
export interface FixedCell {
  position: number;
  /** Lower case, without blanks around it. */
  text: string;
}

/** The coin of the rows' prices. */
export interface PlanCoin {
  /** Part of the external id, in lower case; null if each row names its own. */
  id: string | null;
  symbol: string | null;
  name: string | null;
  /** The text that names it, in the file, its name or the parameter. */
  text: string | null;
  /** The asset of that text, as far as it is known before its rows. */
  asset: string | null;
  /** The evidence for it, in one sentence. */
  how: string;
}

/** How instants are written. */
export interface PlanTime {
  /** The meaning of an instant or a date: a reading as of that time, or one end of its bar. */
  names: 'instant' | BarEnd;
  /** For clock times without a zone; null if each states its own. */
  zone: string | null;
  /** For dates in figures; null if no date shows it. */
  order: DateOrder | null;
  /** Whether the rows have plain dates: then each is a whole day. */
  is_days: boolean;
  /** A close is written as the previous minute, without seconds. */
  is_last_minute: boolean;
}

/**
 * How every row of a file is read, settled from samples of it. Plain JSON: it is stored with the upload, and lets
 * any later slice, replay or proof read the same rows in the same way without the header.
 */
export interface CsvPlan {
  /** 1: made by a release that stored no version; its rows are read as before. */
  version: 1 | 2;
  /** Its basis: a dialect, `columns` if the sender named the roles, `names` if the column names did. */
  reader: string;
  /** The first part of external ids. */
  dialect: string;
  /** One sentence on the meaning of the instants and prices. */
  convention: string;
  kind: Kind;
  encoding: CsvEncoding;
  delimiter: string;
  header: string[];
  /** The number of records that are banner and header. */
  header_records: number;
  /** Every column of the file, in order. */
  columns: PlanColumn[];
  fixed: FixedCell[];
  coin: PlanCoin;
  /**
   * The pair that every row must name, in a file with a pair in each row; null if they may differ, or have none.
   */
  pair: string | null;
  venue: string | null;
  quote: 'usd' | 'usdt';
  /** The allowed values of a column of currencies, in lower case. */
  quote_texts: string[];
  /** For bars: `1m`, `1h`, `1d`, `1w`, `1mo` …; null if unknown, or for price series. */
  period: string | null;
  /**
   * The distance between the rows of one series: the period of bars, the usual distance of other rows; null is
   * unknown.
   */
  beat_seconds: number | null;
  time: PlanTime;
  decimal: DecimalMark;
  /** Whether figures are plain numbers, or written with separators, suffixes and signs. */
  figures: 'plain' | 'written';
  /** Which volumes are stored: those in US dollars; `base` is read only as evidence, null means none. */
  volume: 'usd' | 'base' | null;
  /** The meaning of a volume of zero: no trades, or no figure. */
  zero_volume: 'zero' | 'unknown';
  /** The rows are our own export. */
  is_export: boolean;
  observed_at: Instant | null;
  uploaded_at: Instant | null;
  warnings: string[];
}
