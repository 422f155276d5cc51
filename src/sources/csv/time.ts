import { afterPeriods } from '../../domain/files/period.ts';
import { instantOfMicros, microsOf } from '../../domain/instant.ts';

const SECOND_MICROS = 1_000_000n;

/**
 * The end of a bar with a written last moment: 23:59:59 and 23:59:59.999 are the following midnight. So the bars of
 * one day have one instant, from any vendor.
 */
export function afterLastMoment(micros: bigint): bigint {
  const seconds = (micros + SECOND_MICROS - 1n) / SECOND_MICROS;
  return (seconds % 60n === 59n ? seconds + 1n : seconds) * SECOND_MICROS;
}

const MINUTE_MICROS = 60n * SECOND_MICROS;
const UNIT_MICROS = {
  m: MINUTE_MICROS,
  h: 60n * MINUTE_MICROS,
  d: 1440n * MINUTE_MICROS,
  w: 10_080n * MINUTE_MICROS,
};

/** The instant a period (`1m`, `4h`, `1d`, `1w`, `1mo`) after another, in microseconds. */
export function addPeriod(micros: bigint, period: string): bigint {
  const [, count = '', unit = ''] = /^(\d+)(m|h|d|w|mo)$/.exec(period) ?? [];
  if (unit !== 'mo') return micros + BigInt(count) * UNIT_MICROS[unit as keyof typeof UNIT_MICROS];
  return BigInt(afterPeriods(Number(micros / 1000n), period)) * 1000n;
}

/** The close of a bar that opens at an instant. */
export const closeOf = (open: string, period: string): string =>
  instantOfMicros(addPeriod(microsOf(open), period));
