import { CsvFault } from '../fault.ts';

/** A date that says its day and month in an order it does not tell. */
export const UNORDERED_DATE = /^(\d\d?)[/-](\d\d?)[/-](\d{4})$/;

/**
 * Whether dates such as `07/10/2025` are day first: proven by a part above twelve. Without proof they are
 * month first, with a warning. Throws CsvFault when the rows prove both.
 */
export function chooseDateOrder(dates: (string | null | undefined)[]): {
  is_day_first: boolean;
  warning: string | null;
} {
  const parts = dates.map((date) => UNORDERED_DATE.exec(date ?? '')).filter((match) => match !== null);
  const dayFirst = parts.some(([, first]) => Number(first) > 12);
  const monthFirst = parts.some(([, , second]) => Number(second) > 12);
  if (dayFirst && monthFirst)
    throw new CsvFault(
      'ambiguous_dates',
      'Some dates are day first and some month first. Write them as 2025-10-07 or Oct 07, 2025.',
    );
  const [example] = parts;
  const isOpen = example !== undefined && !dayFirst && !monthFirst;
  return {
    is_day_first: dayFirst,
    warning: isOpen
      ? `No date of the first rows tells day from month: taken as month first, so ${example[0]} is day ${example[2]} of month ${example[1]}. Otherwise write dates as 2025-10-07.`
      : null,
  };
}
