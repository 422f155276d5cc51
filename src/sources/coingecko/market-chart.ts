import { microsOf, readUnixInstant } from '../../domain/instant.ts';
import { JsonNumber } from '../../domain/json-number.ts';
import { FLAGS, type Observation } from '../../domain/observation.ts';
import { TIME_FAULTS } from '../fields.ts';
import { observeSpot } from '../observe.ts';
import { unexpected } from '../read-list.ts';
import { isObject, rawText, readRecord } from '../read-record.ts';
import type { ReadContext, Reading, UnscheduledCall } from '../source.ts';
import { ChartPoint } from './record.ts';

const ENDPOINT = /^coins\/(.+)\/market_chart\?days=\d+$/s;
/** Polls have younger points anyway: the newest point of a chart is not on its grid. */
const PRESENT_MICROS = 3_600_000_000n;

export const isChart = (endpoint: string): boolean => ENDPOINT.test(endpoint);

/** A longer chart has one point per day. */
export const HOURLY_DAYS_MAX = 90;

/**
 * An hour or a day, depending only on the length of the chart. Points of a single day are closer, but also count as
 * hourly.
 */
const spacingSeconds = (days: number): number => (days <= HOURLY_DAYS_MAX ? 60 * 60 : 24 * 60 * 60);

/** The chart of one coin, as far back as `days`. */
export function chartCall(external_id: string, days: number): UnscheduledCall {
  const query = new URLSearchParams({ vs_currency: 'usd', days: String(days), precision: 'full' });
  return {
    endpoint: `coins/${external_id}/market_chart?days=${days}`,
    path: `coins/${encodeURIComponent(external_id)}/market_chart?${query}`,
    beat_seconds: spacingSeconds(days),
  };
}

/** One observation per price, with the cap and the volume of the same time; the last hour is skipped. */
export function readChart(body: unknown, context: ReadContext): Reading[] {
  const external_id = ENDPOINT.exec(context.endpoint)?.[1] ?? '';
  const { prices, market_caps, total_volumes } = isObject(body) ? body : {};
  if (!Array.isArray(prices)) throw unexpected('the chart of a coin', body);
  const [caps, volumes] = [byTime(market_caps), byTime(total_volumes)];
  return prices.flatMap((pair: unknown, index): Reading[] => {
    if (isPresent(pair, context)) return [];
    const time = timeOf(pair);
    const record = Array.isArray(pair)
      ? { time: pair[0], price: pair[1], market_cap: caps.get(time), volume: volumes.get(time) }
      : pair;
    const pointer = `/prices/${index}`;
    const reading = readRecord(ChartPoint, { record, pointer }, (point) => {
      const { instant, fault } = readUnixInstant(point.time ?? '');
      if (instant === undefined)
        return { code: fault, message: `The time of the point ${TIME_FAULTS[fault]}.` };
      return observeSpot(
        {
          external_id,
          symbol: null,
          name: null,
          stated_at: instant,
          price_usd: point.price,
          market_cap_usd: point.market_cap,
          volume_24h_usd: point.volume,
          percent_change_24h: null,
          page: null,
        },
        pointer,
        context,
      );
    });
    if (reading.type !== 'reject') return [asHistory(reading)];
    return [{ ...reading, reject: { ...reading.reject, external_id, raw: rawText(pair) } }];
  });
}

/** History is naturally old, which does not make it stale. */
function asHistory(reading: Reading): Reading {
  if (reading.type !== 'observation') return reading;
  const marked = new Set<Observation['flags'][number]>([...reading.observation.flags, 'backfill']);
  marked.delete('stale');
  return {
    ...reading,
    observation: { ...reading.observation, flags: FLAGS.filter((flag) => marked.has(flag)) },
  };
}

/** The text of a point's time; points with the same text in the three lists belong together. */
function timeOf(pair: unknown): string | undefined {
  const time: unknown = Array.isArray(pair) ? pair[0] : undefined;
  return time instanceof JsonNumber ? time.text : undefined;
}

function byTime(pairs: unknown): Map<string | undefined, unknown> {
  const list: unknown[] = Array.isArray(pairs) ? pairs : [];
  // Backwards, so the first point of a time stays.
  return new Map(
    list.toReversed().flatMap((pair) => (Array.isArray(pair) ? [[timeOf(pair), pair[1]] as const] : [])),
  );
}

function isPresent(pair: unknown, { fetched_at }: ReadContext): boolean {
  const at = readUnixInstant(timeOf(pair) ?? '').instant;
  return at !== undefined && microsOf(fetched_at) - microsOf(at) < PRESENT_MICROS;
}
