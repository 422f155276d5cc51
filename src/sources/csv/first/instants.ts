import { type InstantReading, microsOf, readInstant, readUnixInstant } from '../../../domain/instant.ts';
import { parseObservationId } from '../../../domain/observation-id.ts';
import type { Cells } from '../dialect.ts';

/** Reads the instant of a row like plans of the first version: each dialect in its own way, always in UTC. */
export function firstInstant(dialect: string, cells: Cells, isDayFirst: boolean): InstantReading | null {
  const { instant, unix, observation_id } = cells;
  if (dialect === 'cryptodatadownload')
    return agreed(timeOf(instant?.replace(HOUR, clockHour)), timeOf(unix));
  if (instant === null || instant === undefined) {
    const key = dialect === 'canonical' && observation_id ? parseObservationId(observation_id) : undefined;
    return key === undefined ? null : { instant: key.observed_at };
  }
  return dialect === 'investing' ? readDate(instant, isDayFirst) : timeOf(instant);
}

const timeOf = (text: string | null | undefined): InstantReading | null => {
  if (text === null || text === undefined) return null;
  return /^\d+(?:\.\d*)?$/.test(text) ? readUnixInstant(text.replace(/\.0*$/, '')) : readInstant(text);
};

/** Old files of CryptoDataDownload write the hour as `2019-10-17 09-AM`. */
const HOUR = / (\d\d)-([AP]M)$/;

function clockHour(text: string, hour: string, half: string): string {
  const hours = Number(hour);
  if (hours < 1 || hours > 12) return text;
  return ` ${String((hours % 12) + (half === 'PM' ? 12 : 0)).padStart(2, '0')}:00`;
}

const SECOND_MICROS = 1_000_000n;

function agreed(date: InstantReading | null, unix: InstantReading | null): InstantReading | null {
  if (date?.instant === undefined) return unix ?? date;
  if (unix?.instant === undefined) return unix ?? date;
  const apart = microsOf(date.instant) - microsOf(unix.instant);
  return apart < SECOND_MICROS && apart > -SECOND_MICROS ? date : { fault: 'invalid_instant' };
}

const UNORDERED_DATE = /^(\d\d?)[/-](\d\d?)[/-](\d{4})$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function readDate(text: string, isDayFirst: boolean): InstantReading {
  const [, name, namedDay = '', namedYear = ''] = /^([A-Z][a-z]{2}) (\d\d?), (\d{4})$/.exec(text) ?? [];
  if (name !== undefined) {
    const month = MONTHS.indexOf(name) + 1;
    return month === 0 ? { fault: 'invalid_instant' } : dayOf(namedYear, String(month), namedDay);
  }
  const [, first, second = '', year = ''] = UNORDERED_DATE.exec(text) ?? [];
  if (first === undefined) return readInstant(text);
  return isDayFirst ? dayOf(year, second, first) : dayOf(year, first, second);
}

const dayOf = (year: string, month: string, day: string): InstantReading =>
  readInstant(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
