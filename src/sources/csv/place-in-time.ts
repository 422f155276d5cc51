import { INSTANT_MICROS_MAX, type Instant, instantOfMicros, microsOf } from '../../domain/instant.ts';
import type { Flag } from '../../domain/observation.ts';
import type { RecordFault } from '../read-record.ts';
import type { Cells, Dialect } from './dialect.ts';
import type { CsvPlan } from './plan/types.ts';
import { addPeriod, afterLastMoment } from './time.ts';

const DAY_MICROS = 86_400_000_000n;

/** The instant a row's value holds for: as written, or the end of its bar. */
export function placeInTime(
  plan: CsvPlan,
  { bars, instant }: Dialect,
  cells: Cells,
): { observed_at: Instant; flags: Flag[] } | RecordFault {
  const reading = instant(cells, plan.is_day_first);
  if (reading === null)
    return plan.observed_at === null
      ? { code: 'invalid_instant', message: 'The row has no instant.' }
      : { observed_at: plan.observed_at, flags: ['no_source_time'] };
  if (reading.instant === undefined) {
    const fault =
      reading.fault === 'invalid_instant'
        ? 'is none, or contradicts itself'
        : 'lies outside the years 1970 to 9999';
    return { code: reading.fault, message: `The instant of the row ${fault}.` };
  }
  // Most rows of most files need no exact arithmetic.
  if (bars === null && isPast(reading.instant, plan.uploaded_at))
    return { observed_at: reading.instant, flags: [] };
  const written = microsOf(reading.instant);
  const micros = bars === null ? written : endOfBar(written, bars.written, plan.period);
  return micros > INSTANT_MICROS_MAX
    ? { code: 'instant_out_of_range', message: 'The bar ends after the year 9999.' }
    : known(plan, bars === null ? reading.instant : instantOfMicros(micros), micros);
}

/** Whether an instant is surely not after the upload: seconds apart, or there is nothing to compare with. */
const isPast = (instant: Instant, uploaded_at: Instant | null | undefined): boolean =>
  !uploaded_at || instant.slice(0, 19) < uploaded_at.slice(0, 19);

function endOfBar(written: bigint, at: 'open' | 'close', period: string | null): bigint {
  if (at === 'close') return afterLastMoment(written);
  return period === null ? written : addPeriod(written, period);
}

/** Refuses what nobody could know when the file arrived; a clock may be off by a day. */
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
