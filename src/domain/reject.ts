/** Why a record was rejected. Codes are stable; messages are for people. */
export const REJECT_CODES = [
  'contract_broken',
  'invalid_number',
  'number_out_of_range',
  'negative_price',
  'invalid_instant',
  'instant_out_of_range',
  'missing_id',
  'conflicting_record',
  'older_payload',
  // For rows of files.
  'ragged_record',
  'unreadable_record',
  'no_values',
  'other_coin',
  'quote_not_usd',
  'unfinished_bar',
  'superseded_revision',
  'contradicts_plan',
  // Faults of the text of an instant.
  'no_zone',
  'unordered_date',
  'other_order',
  'two_digit_year',
  'day_number',
  'exponent',
  'year_only',
  'clock_only',
  'nonexistent_day',
  'nonexistent_time',
  'skipped_time',
  'doubled_time',
  'unknown_month',
  'unknown_zone',
  'unknown_number',
  'number_or_date',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

/** The fault that only the tape shows: it has another value for the record's instant. */
export const TAPE_REJECTS = {
  older: {
    code: 'older_payload',
    message: 'A payload fetched later already gave another value for this instant.',
  },
  conflicting: {
    code: 'conflicting_record',
    message: 'An earlier record of the same payload gave another value for this instant.',
  },
} as const satisfies Record<string, { code: RejectCode; message: string }>;

export interface Reject {
  code: RejectCode;
  message: string;
  pointer: string;
  /** The original record, cut to RAW_RECORD_CHARS_MAX. */
  raw: string;
  external_id: string | null;
}

export const RAW_RECORD_CHARS_MAX = 4000;
