// Pure functions: they join bars into wider ones, and find the holes between bars.
import { compareDecimals } from '../figures.js';

/**
 * @typedef {object} Point
 * @property {number} time seconds
 * @property {string} at
 * @property {string | null} id of the observation, if the point is one
 * @property {string} close exact, like the other prices
 * @property {string | null} open
 * @property {string | null} high
 * @property {string | null} low
 * @property {string | null} volume
 * @property {number | null} count of readings in a candle
 * @property {boolean} complete
 * @property {string} source
 * @property {string} external_id
 */
/** @typedef {'1h' | '1d' | '1w' | '1mo'} Bucket */

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const WEEK_S = 7 * DAY_S;
/** 1970-01-01 was a Thursday; weeks begin on Mondays. */
const MONDAY_S = 4 * DAY_S;
/** A line breaks between two readings that are more than this many usual distances apart. */
const USUAL_MAX = 4;

/** Seconds of a bucket; for a month those of the shortest month. @type {Record<Bucket, number>} */
const SECONDS = { '1h': HOUR_S, '1d': DAY_S, '1w': WEEK_S, '1mo': 28 * DAY_S };
/** The adjective of a candle. @type {Record<Bucket, string>} */
export const BUCKET_NAMES = { '1h': 'hourly', '1d': 'daily', '1w': 'weekly', '1mo': 'monthly' };

/** Whether the instants of a bucket are days. @param {Bucket | null} bucket */
export const isOfDays = (bucket) => bucket !== null && bucket !== '1h';

const WIDER = /** @type {const} */ ({ '1h': '1d', '1d': '1w', '1w': '1mo', '1mo': null });

/**
 * The narrowest bucket, beginning with `bucket`, in which the points make at most `bars_max` bars.
 * @param {Point[]} points
 * @param {Bucket} bucket
 * @param {number} bars_max
 * @returns {Bucket}
 */
export function bucketFor(points, bucket, bars_max) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return bucket;
  const wider = WIDER[bucket];
  const bars = (last.time - first.time) / SECONDS[bucket];
  return bars <= bars_max || wider === null ? bucket : bucketFor(points, wider, bars_max);
}

/**
 * Bars of a wider bucket, each with the first open, the last close, the highest high and the lowest low.
 * @param {Point[]} points oldest first
 * @param {Bucket} bucket
 * @returns {Point[]}
 */
export function widened(points, bucket) {
  const groups = Map.groupBy(points, ({ time }) => startOf(time, bucket));
  return [...groups].flatMap(([time, bars]) => joined(time, bars) ?? []);
}

/**
 * @param {number} time
 * @param {Bucket} bucket
 */
function startOf(time, bucket) {
  if (bucket === '1w') return Math.floor((time - MONDAY_S) / WEEK_S) * WEEK_S + MONDAY_S;
  if (bucket !== '1mo') return Math.floor(time / SECONDS[bucket]) * SECONDS[bucket];
  const day = new Date(time * 1000);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth()) / 1000;
}

/**
 * @param {number} time
 * @param {Point[]} bars oldest first
 * @returns {Point | null}
 */
function joined(time, bars) {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  const { source, external_id } = last;
  const volumes = bars.flatMap(({ volume }) => volume ?? []);
  const counts = bars.flatMap(({ count }) => count ?? []);
  return {
    time,
    at: new Date(time * 1000).toISOString().replace('.000', ''),
    id: null,
    open: first.open,
    close: last.close,
    high: outermost(bars, 'high', 1),
    low: outermost(bars, 'low', -1),
    volume: volumes.length < bars.length ? null : volumes.reduce(sum),
    count: counts.length < bars.length ? null : counts.reduce((all, count) => all + count),
    complete: bars.every(({ complete }) => complete),
    source: bars.every((bar) => bar.source === source) ? source : 'several',
    external_id: bars.every((bar) => bar.external_id === external_id) ? external_id : '',
  };
}

/**
 * Null if no bar has the value; otherwise opens and closes count too.
 * @param {Point[]} bars
 * @param {'high' | 'low'} name
 * @param {1 | -1} side
 */
function outermost(bars, name, side) {
  if (bars.every((bar) => bar[name] === null)) return null;
  return bars
    .flatMap(({ [name]: extreme, open, close }) => [extreme, open, close])
    .filter((text) => text !== null)
    .reduce((best, text) => (compareDecimals(text, best) === side ? text : best));
}

/**
 * @param {string} a not negative
 * @param {string} b
 */
function sum(a, b) {
  const places = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0));
  const whole = (/** @type {string} */ text) => {
    const [head = '', tail = ''] = text.split('.');
    return BigInt(head + tail.padEnd(places, '0'));
  };
  const digits = String(whole(a) + whole(b)).padStart(places + 1, '0');
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/**
 * For each point, the instants without data between it and the next point: every missing bucket, or the middle of a
 * long pause between readings.
 * @param {Point[]} points
 * @param {Bucket | null} bucket null for readings
 * @returns {number[][]}
 */
export function holesBehind(points, bucket) {
  const usual = bucket === null ? medianStep(points) : 0;
  return points.map(({ time }, index) => {
    const after = points[index + 1]?.time ?? time;
    if (bucket !== null) return missing(time, after, bucket);
    return after - time > USUAL_MAX * usual ? [Math.floor((time + after) / 2)] : [];
  });
}

/**
 * @param {number} from
 * @param {number} to
 * @param {Bucket} bucket
 */
function missing(from, to, bucket) {
  const found = [];
  for (let time = next(from, bucket); time < to; time = next(time, bucket)) found.push(time);
  return found;
}

/**
 * @param {number} time
 * @param {Bucket} bucket
 */
function next(time, bucket) {
  if (bucket !== '1mo') return time + SECONDS[bucket];
  const day = new Date(time * 1000);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1) / 1000;
}

/** @param {Point[]} points */
function medianStep(points) {
  const steps = points.slice(1).map(({ time }, index) => time - (points[index]?.time ?? time));
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}
