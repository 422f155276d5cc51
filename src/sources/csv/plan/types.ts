import type { Instant } from '../../../domain/instant.ts';
import type { Kind } from '../../../domain/observation.ts';
import type { Role } from '../dialect.ts';
import type { CsvEncoding } from '../record.ts';
import type { NamedCoin } from './file-name.ts';

/** What the sender says of a file. Null is nothing. */
export interface CsvHints {
  filename: string | null;
  asset: string | null;
  symbol: string | null;
  dialect: string | null;
  venue: string | null;
  quote: string | null;
  /** The instant of every row, for a file that tells none. */
  observed_at: Instant | null;
  /** When the file arrived: what lies after it cannot have been observed. */
  uploaded_at?: Instant | null;
}

/**
 * How every row of a file is read, settled from its beginning. Plain JSON: kept with the upload, it lets any
 * later slice, replay or proof read the same rows in the same way without the header.
 */
export interface CsvPlan {
  dialect: string;
  /** One sentence on what the instants and prices of the dialect mean. */
  convention: string;
  kind: Kind;
  encoding: CsvEncoding;
  delimiter: string;
  header: string[];
  /** Where each value stands in a row, from 0. */
  columns: Partial<Record<Role, number>>;
  /** Header cells that nothing is read from. */
  ignored: string[];
  /** How many records of the file are banner and header. */
  header_records: number;
  /** The coin of every row; null when each row names its own. */
  coin: NamedCoin | null;
  /** How the coin is known, in one sentence. */
  why: string;
  /** The pair that every row has to name, in a file that names it in each. */
  pair: string | null;
  venue: string | null;
  quote: 'usd' | 'usdt';
  /** Of bars: `1m`, `1h`, `1d`, `1w`, `1mo` …; null when unknown, or for price series. */
  period: string | null;
  /**
   * How far apart the rows of one series are: the period of bars, the usual distance of other rows; null when
   * neither is known. Plans from before it was kept have none.
   */
  beat_seconds?: number | null;
  /** Dates with slashes are day first. */
  is_day_first: boolean;
  /** The rows are our own export. */
  is_export: boolean;
  observed_at: Instant | null;
  uploaded_at: Instant | null;
  warnings: string[];
}
