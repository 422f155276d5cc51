import { readZone } from '../../domain/files/zone.ts';
import { type Instant, microsOf } from '../../domain/instant.ts';
import { parseObservationId } from '../../domain/observation-id.ts';
import type { RejectCode } from '../../domain/reject.ts';
import { excerpt } from '../../domain/text.ts';
import type { RecordFault } from '../read-record.ts';
import type { Cells, Role } from './dialect.ts';
import { firstInstant } from './first/instants.ts';
import type { Precision } from './forms/clock.ts';
import { TIME_FAULTS, type TimeFault } from './forms/time-faults.ts';
import { timeReader } from './forms/times.ts';
import type { CsvPlan } from './plan/types.ts';

export interface RowTime {
  instant: Instant;
  precision: Precision;
}

/** Returns the instant in a row; null if it has none. */
export type ReadRowTime = (cells: Cells) => RowTime | RecordFault | null;

type TimePlan = Pick<CsvPlan, 'version' | 'dialect' | 'time'>;

/** Makes the function that reads the instant of each row. `nameOf` returns the column of a role. */
export function rowTimeReader(plan: TimePlan, nameOf: (role: Role) => string): ReadRowTime {
  if (plan.version === 1) return firstReader(plan);
  const { order: date_order, zone } = plan.time;
  const read = timeReader({ date_order, zone: zone === null ? null : readZone(zone) });
  const ofRole = (role: Role, text: string | null | undefined): RowTime | RecordFault | null => {
    if (!text) return null;
    const time = read(text);
    return time.fault === undefined ? time : timeFault(nameOf(role), text, time.fault);
  };
  return ({ instant, clock, unix, observation_id }) => {
    const written = clock ? ofRole('instant', joinedTime(instant, clock)) : ofRole('instant', instant);
    if (unix !== undefined) return agreed(written, ofRole('unix', unix));
    if (written !== null || !observation_id) return written;
    const key = parseObservationId(observation_id);
    return key === undefined ? null : { instant: key.observed_at, precision: 'second' };
  };
}

/** A date and a clock time of two columns as one text. */
export const joinedTime = (date: string | null | undefined, clock: string): string =>
  `${(date ?? '').replace(MIDNIGHT, '')} ${HOUR.test(clock) ? `${clock}:00` : clock}`.trim();

/** A column of hours alone. */
const HOUR = /^\d{1,2}$/;

/** The suffix that a spreadsheet adds to a plain date. */
const MIDNIGHT = /[ T]0?0:00(?::00(?:\.0+)?)?$/;

const SECOND_MICROS = 1_000_000n;

/** One instant in two columns. Some files contain row numbers instead of unix times; those do not agree. */
function agreed(
  written: RowTime | RecordFault | null,
  unix: RowTime | RecordFault | null,
): RowTime | RecordFault | null {
  if (written === null || 'code' in written) return unix ?? written;
  if (unix === null || 'code' in unix) return unix ?? written;
  const apart = microsOf(written.instant) - microsOf(unix.instant);
  if (apart < SECOND_MICROS && apart > -SECOND_MICROS) return written;
  return {
    code: 'invalid_instant',
    message: `The row has two different instants: ${written.instant} and ${unix.instant}.`,
  };
}

const timeFault = (column: string, text: string, fault: TimeFault): RecordFault => ({
  code: rejectCodeOf(fault),
  message: `${column} holds “${excerpt(text, 40)}”: ${TIME_FAULTS[fault].meaning}.`,
});

const rejectCodeOf = (fault: TimeFault): RejectCode => {
  if (fault === 'unreadable') return 'invalid_instant';
  return fault === 'out_of_range' ? 'instant_out_of_range' : fault;
};

const firstReader =
  ({ dialect, time }: TimePlan): ReadRowTime =>
  (cells) => {
    const reading = firstInstant(dialect, cells, time.order === 'dmy');
    if (reading === null) return null;
    if (reading.fault === undefined) return { instant: reading.instant, precision: 'second' };
    const what =
      reading.fault === 'invalid_instant'
        ? 'is none, or contradicts itself'
        : 'is outside the years 1970 to 9999';
    return { code: reading.fault, message: `The instant of the row ${what}.` };
  };
