import { DATE_ORDERS } from '../../../../domain/files/parameters.ts';
import { type TimeReading, timeReader } from '../../forms/times.ts';

const UNORDERED = timeReader({ date_order: null, zone: null });
const ORDERED = DATE_ORDERS.map((date_order) => timeReader({ date_order, zone: null }));

/**
 * Reads a text as an instant before anything is settled: a date with several possible orders is read in one of
 * them, which still shows whether it has a clock time and a zone.
 */
export function readLoosely(text: string): TimeReading {
  const reading = UNORDERED(text);
  if (reading.fault !== 'unordered_date') return reading;
  const readings = ORDERED.map((read) => read(text));
  return readings.find(({ fault }) => fault === undefined || fault === 'no_zone') ?? reading;
}
