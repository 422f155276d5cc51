/**
 * Why a file as a whole cannot be read: the meaning, and the parameters that can settle it. Codes are stable. This
 * is the only list: docs/csv.md shows it, a test compares.
 */
export const CSV_FAULTS = {
  empty_file: { meaning: 'no rows', parameters: [] },
  not_utf8: {
    meaning: 'the bytes are neither UTF-8 text nor UTF-16 text with a byte order mark',
    parameters: [],
  },
  lone_cr: { meaning: 'lines end with CR alone', parameters: [] },
  record_too_long: { meaning: 'a record above 1 MB', parameters: [] },
  unclosed_quote: { meaning: 'an unclosed quote includes the following lines', parameters: [] },
  not_a_table: { meaning: 'the file is a web page or JSON', parameters: [] },
  not_prices: { meaning: 'the file lists trades, orders, holdings or goods', parameters: [] },
  wide_table: { meaning: 'each column is a different coin', parameters: ['columns', 'symbol'] },
  no_header: { meaning: 'the first record is data', parameters: ['header', 'columns'] },
  unknown_header: { meaning: 'the names of the columns do not say what they mean', parameters: ['columns'] },
  unknown_columns: {
    meaning: 'columns= names a column that the file does not have',
    parameters: ['columns'],
  },
  unknown_dialect: { meaning: 'dialect= names an unknown reader', parameters: ['dialect'] },
  duplicate_columns: { meaning: 'two columns may be the same thing', parameters: ['columns'] },
  too_many_columns: { meaning: 'more than 200 columns', parameters: [] },
  unknown_coin: { meaning: 'nothing says which coin the prices belong to', parameters: ['symbol'] },
  ambiguous_coin: { meaning: 'the coin is ambiguous, or is contradicted', parameters: ['symbol'] },
  no_instant: { meaning: 'no column holds an instant', parameters: ['observed_at', 'columns'] },
  unreadable_instants: { meaning: 'no value in the column of instants can be read', parameters: ['columns'] },
  ambiguous_dates: {
    meaning: 'day and month can be read in both orders, or appear in both orders',
    parameters: ['date_order'],
  },
  unknown_zone: { meaning: 'clock times without a time zone', parameters: ['zone'] },
  unknown_bar: { meaning: 'nothing says which end of its bar an instant names', parameters: ['bar'] },
  unknown_period: { meaning: 'the period of the bars is unknown, or contradicted', parameters: ['period'] },
  ambiguous_decimals: {
    meaning: 'a mark may be a decimal mark or a thousands separator',
    parameters: ['decimal'],
  },
  unknown_quote: { meaning: 'nothing says the currency of the prices', parameters: ['quote'] },
  quote_not_usd: { meaning: 'prices in another currency', parameters: ['quote'] },
  contradicted: { meaning: 'a parameter contradicts the rows', parameters: [] },
  conflicting_evidence: {
    meaning: 'a column without a role names several coins, currencies or exchanges',
    parameters: ['columns'],
  },
  series_differs: {
    meaning: 'prices are more than five times, or less than a fifth, of the stored series of the same name',
    parameters: ['asset'],
  },
  too_many_rejects: { meaning: 'most records are rejected', parameters: [] },
  bytes_missing: { meaning: 'the stored file is missing', parameters: [] },
} as const satisfies Record<string, { meaning: string; parameters: readonly string[] }>;

export type CsvFaultCode = keyof typeof CSV_FAULTS;
export const CSV_FAULT_CODES = Object.keys(CSV_FAULTS) as CsvFaultCode[];

/** A permanent fault: the same bytes with the same parameters would fail again. */
export class CsvFault extends Error {
  readonly code: CsvFaultCode;
  /**
   * The line of the fault, starting at 1, which the message does not repeat; null if it concerns the whole file.
   */
  readonly line: number | null;

  constructor(code: CsvFaultCode, message: string, line: number | null = null) {
    super(message);
    this.code = code;
    this.line = line;
  }
}
