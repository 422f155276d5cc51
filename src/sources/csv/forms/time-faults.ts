/**
 * Why a text is not an instant, or an uncertain one. This is the only list: docs/csv.md shows it, a test compares.
 */
export const TIME_FAULTS = {
  no_zone: { meaning: 'it has a clock time, but no time zone', cure: 'zone' },
  unordered_date: { meaning: 'its day and month can be read in both orders', cure: 'date_order' },
  other_order: { meaning: 'it is not a date in the order of the other rows', cure: null },
  two_digit_year: { meaning: 'its year has two digits and may be of either century', cure: null },
  day_number: {
    meaning: 'it is the day number that a spreadsheet stores for a date; show the column as YYYY-MM-DD',
    cure: null,
  },
  exponent: {
    meaning: 'a spreadsheet has shortened it to a power of ten, and its last digits are lost',
    cure: null,
  },
  year_only: { meaning: 'it names a month or a year, not a day', cure: null },
  clock_only: { meaning: 'it has a clock time, but no date', cure: 'columns' },
  nonexistent_day: { meaning: 'there is no such day', cure: null },
  nonexistent_time: { meaning: 'there is no such clock time', cure: null },
  skipped_time: { meaning: 'the clocks of the zone skipped it when they went forward', cure: 'zone' },
  doubled_time: {
    meaning: 'the clocks of the zone showed it twice when they went back; write it with an offset',
    cure: null,
  },
  unknown_month: { meaning: 'the name of its month is unknown', cure: null },
  unknown_zone: {
    meaning: 'its time zone is an abbreviation; write it as an offset such as +01:00',
    cure: null,
  },
  unknown_number: {
    meaning:
      'it has neither the number of digits of a unix time in seconds, ms, µs or ns, nor the 8 digits of YYYYMMDD',
    cure: null,
  },
  number_or_date: { meaning: 'its digits can be a unix time or a written date', cure: null },
  out_of_range: { meaning: 'it is outside the years 1970 to 9999', cure: null },
  unreadable: { meaning: 'it is not in a known form of an instant', cure: null },
} as const satisfies Record<string, { meaning: string; cure: TimeCure | null }>;

/** The parameter that settles a fault. */
export type TimeCure = 'zone' | 'date_order' | 'columns';
export type TimeFault = keyof typeof TIME_FAULTS;
