import { DATE_ORDERS } from '../../../../domain/files/parameters.ts';
import { UTC } from '../../../../domain/files/zone.ts';
import { type Time, timeReader } from '../../forms/times.ts';
import type { CsvRecord } from '../../record.ts';

const READERS = [null, ...DATE_ORDERS].map((date_order) => timeReader({ date_order, zone: UTC }));

/** Whether two columns of instants tell two times of some row: another day, or another instant where both have a clock. */
export function disagree(rows: CsvRecord[], at: number, other: number): boolean {
  return rows.some(({ cells }) => {
    const [a, b] = [readingsOf(cells[at] ?? ''), readingsOf(cells[other] ?? '')];
    return a.length > 0 && b.length > 0 && !a.some((one) => b.some((two) => isSame(one, two)));
  });
}

/** Every time that a text may mean. */
const readingsOf = (text: string): Time[] =>
  READERS.map((read) => read(text.trim())).filter((time) => time.fault === undefined);

const isSame = (a: Time, b: Time): boolean =>
  a.precision === 'day' || b.precision === 'day'
    ? a.instant.slice(0, 10) === b.instant.slice(0, 10)
    : a.instant.slice(0, 16) === b.instant.slice(0, 16);
