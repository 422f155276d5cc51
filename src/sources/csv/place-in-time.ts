import { afterPeriods } from '../../domain/files/period.ts';
import { endOfDay, readZone, UTC, type Zone } from '../../domain/files/zone.ts';
import { INSTANT_MICROS_MAX, type Instant, instantOfMicros, microsOf } from '../../domain/instant.ts';
import type { Flag } from '../../domain/observation.ts';
import type { RecordFault } from '../read-record.ts';
import type { Cells } from './dialect.ts';
import type { CsvPlan } from './plan/types.ts';
import type { ReadRowTime, RowTime } from './row-time.ts';
import { addPeriod, afterLastMoment } from './time.ts';

const DAY_MICROS = 86_400_000_000n;
const MINUTE_MICROS = 60_000_000n;

type Placed = { observed_at: Instant; flags: Flag[] };

/** Makes the function that returns the instant of a row's value: as written, or the end of its bar or day. */
export function timePlacer(plan: CsvPlan, readTime: ReadRowTime): (cells: Cells) => Placed | RecordFault {
  const { names } = plan.time;
  const zone = (plan.time.zone === null ? null : readZone(plan.time.zone)) ?? UTC;
  const isAsWritten = names === 'instant';
  return (cells) => {
    const time = readTime(cells);
    if (time === null)
      return plan.observed_at === null
        ? { code: 'invalid_instant', message: 'The row has no instant.' }
        : { observed_at: plan.observed_at, flags: ['no_source_time'] };
    if ('code' in time) return time;
    if (isOutOfPlan(plan, zone, time)) return outOfPlan(time.instant, plan.time.is_days);
    // Most rows of most files need no exact arithmetic.
    if (isAsWritten && isPast(time.instant, plan.uploaded_at))
      return { observed_at: time.instant, flags: [] };
    const written = microsOf(time.instant);
    if (isAsWritten) return known(plan, time.instant, written);
    const micros = endOf(plan, zone, time, written);
    if (micros === null || micros > INSTANT_MICROS_MAX)
      return { code: 'instant_out_of_range', message: 'The bar ends after the year 9999.' };
    return known(plan, instantOfMicros(micros), micros);
  };
}

/** Whether a row has a clock time among plain dates, or a plain date among closes with a clock time. */
function isOutOfPlan({ time: { is_days, names } }: CsvPlan, zone: Zone, time: RowTime): boolean {
  if (!is_days) return names === 'close' && time.precision === 'day';
  return time.precision !== 'day' && zone.wallOf(Number(microsOf(time.instant) / 1000n)) % 86_400_000 !== 0;
}

const outOfPlan = (instant: Instant, isDays: boolean): RecordFault => ({
  code: 'contradicts_plan',
  message: isDays
    ? `The row is of ${instant}; the others have dates alone, each of a whole day.`
    : `The row has a date alone, ${instant.slice(0, 10)}; the others say at what time their bar ends.`,
});

/**
 * Whether an instant is certainly not after the upload: at least seconds earlier, or there is nothing to compare
 * with.
 */
const isPast = (instant: Instant, uploaded_at: Instant | null | undefined): boolean =>
  !uploaded_at || instant.slice(0, 19) < uploaded_at.slice(0, 19);

/** The end of the bar or day of which an instant names one end; null if the zone has no such time. */
function endOf(plan: CsvPlan, zone: Zone, time: RowTime, written: bigint): bigint | null {
  const { period, time: rule } = plan;
  if (rule.names === 'close') {
    if (rule.is_days || time.precision === 'day') return endOfItsDay(written, zone);
    const isLastMinute = rule.is_last_minute && written % (60n * MINUTE_MICROS) === 59n * MINUTE_MICROS;
    return isLastMinute ? written + MINUTE_MICROS : afterLastMoment(written);
  }
  if (period === null) return written;
  return zone.is_utc ? addPeriod(written, period) : periodLater(written, period, zone);
}

function endOfItsDay(micros: bigint, zone: Zone): bigint | null {
  if (zone.is_utc) return (micros / DAY_MICROS + 1n) * DAY_MICROS;
  const end = endOfDay(Number(micros / 1000n), zone);
  return typeof end === 'number' ? BigInt(end) * 1000n : null;
}

/** Days, weeks and months end when their zone's clocks show the hour at which they began. */
function periodLater(micros: bigint, period: string, zone: Zone): bigint | null {
  if (/[mh]$/.test(period)) return addPeriod(micros, period);
  const wall = afterPeriods(zone.wallOf(Number(micros / 1000n)), period);
  const end = wall % 86_400_000 === 0 ? zone.startOfDay(wall) : zone.instantOf(wall);
  return typeof end === 'number' ? BigInt(end) * 1000n : null;
}

/** Rejects values that nobody could know when the file arrived; a clock may be off by a day. */
function known({ kind, uploaded_at }: CsvPlan, observed_at: Instant, micros: bigint) {
  if (uploaded_at === null) return { observed_at, flags: [] };
  const ahead = micros - microsOf(uploaded_at);
  if (kind === 'bar_close' && ahead > 0n)
    return {
      code: 'unfinished_bar' as const,
      message: `The bar ends at ${observed_at}, after the file was uploaded. Send a later export.`,
    };
  if (ahead > DAY_MICROS)
    return {
      code: 'instant_out_of_range' as const,
      message: `The instant, ${observed_at}, is more than 24 hours after the file was uploaded.`,
    };
  return { observed_at, flags: [] };
}
