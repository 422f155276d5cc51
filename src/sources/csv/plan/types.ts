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

/** What the sender says of a file, and when it arrived. Null is nothing. */
export interface CsvHints extends FileHints {
  filename: string | null;
  /** When the file arrived: a later instant cannot have been observed. */
  uploaded_at?: Instant | null;
}

/** A column of the file, and its role. */
export interface PlanColumn {
  /** From 0. */
  position: number;
  /** Its name in the header; its number, from 1, where there is none. */
  column: string;
  role: ColumnRole;
  /** What the row reader takes it for; null when no value is read from it. */
  reads: Role | null;
  /** How it is read, in a few words for people. */
  as: string;
  /** A cell of the samples, and the value it is read as. */
  example: { text: string; value: string | null } | null;
}

/** What a cell has to say in every row: a column of evidence that holds one thing. */
export interface FixedCell {
  position: number;
  /** Lower case, without blanks around it. */
  text: string;
}

/** Whose prices the rows are. */
export interface PlanCoin {
  /** Part of the external id, in lower case; null when each row names its own. */
  id: string | null;
  symbol: string | null;
  name: string | null;
  /** The text that names it, in the file, its name or the parameter. */
  text: string | null;
  /** The asset that the text means here, as far as that is known before its rows are. */
  asset: string | null;
  /** How it is known, in one sentence. */
  how: string;
}

/** How instants are written. */
export interface PlanTime {
  /** What an instant or a date names: a reading as of then, or one end of its bar. */
  names: 'instant' | BarEnd;
  /** Of clock times that do not say their own; null when each does. */
  zone: string | null;
  /** Of dates in figures; null when there are none that it could be told of. */
  order: DateOrder | null;
  /** Whether the rows have dates alone: then each is a whole day. */
  is_days: boolean;
  /** A close is written as the minute before it, without seconds. */
  is_last_minute: boolean;
}

/**
 * How every row of a file is read, settled from samples of it. Plain JSON: kept with the upload, it lets any later
 * slice, replay or proof read the same rows in the same way without the header.
 */
export interface CsvPlan {
  /** 1: made by a release that kept no version; its rows are read as they were then. */
  version: 1 | 2;
  /** What made it: a dialect, `columns` when the sender told them, `names` when their names did. */
  reader: string;
  /** The first part of external ids. */
  dialect: string;
  /** One sentence on what the instants and prices mean. */
  convention: string;
  kind: Kind;
  encoding: CsvEncoding;
  delimiter: string;
  header: string[];
  /** How many records of the file are banner and header. */
  header_records: number;
  /** Every column of the file, in order. */
  columns: PlanColumn[];
  fixed: FixedCell[];
  coin: PlanCoin;
  /** The pair that every row has to name, in a file that names one in each; null when they may differ, or name none. */
  pair: string | null;
  venue: string | null;
  quote: 'usd' | 'usdt';
  /** What the cells of a column of currencies may say, in lower case. */
  quote_texts: string[];
  /** Of bars: `1m`, `1h`, `1d`, `1w`, `1mo` …; null when unknown, or for price series. */
  period: string | null;
  /** How far apart the rows of one series are: the period of bars, the usual distance of other rows; null is unknown. */
  beat_seconds: number | null;
  time: PlanTime;
  decimal: DecimalMark;
  /** Whether figures are plain numbers, or written with separators, suffixes and signs. */
  figures: 'plain' | 'written';
  /** What volumes are stored: those in US dollars; `base` is read for the evidence alone, null is none. */
  volume: 'usd' | 'base' | null;
  /** What a volume of zero says: that there was none, or that there is no figure. */
  zero_volume: 'zero' | 'unknown';
  /** The rows are our own export. */
  is_export: boolean;
  observed_at: Instant | null;
  uploaded_at: Instant | null;
  warnings: string[];
}
