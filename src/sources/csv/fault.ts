/** Why a file as a whole cannot be read. Codes are stable; messages say what to do. */
export const CSV_FAULT_CODES = [
  'empty_file',
  'not_utf8',
  'lone_cr',
  'record_too_long',
  'unclosed_quote',
  'unknown_header',
  'unknown_dialect',
  'duplicate_columns',
  'too_many_columns',
  'unknown_coin',
  'ambiguous_coin',
  'no_instant',
  'ambiguous_dates',
  'quote_not_usd',
  'too_many_rejects',
  'bytes_missing',
] as const;
export type CsvFaultCode = (typeof CSV_FAULT_CODES)[number];

/** A permanent fault: the same bytes with the same parameters would fail again. */
export class CsvFault extends Error {
  readonly code: CsvFaultCode;
  /** Where it was met, from 1, which the message does not repeat; null when it concerns the whole file. */
  readonly line: number | null;

  constructor(code: CsvFaultCode, message: string, line: number | null = null) {
    super(message);
    this.code = code;
    this.line = line;
  }
}
