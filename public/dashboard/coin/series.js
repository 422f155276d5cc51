// Loads the data of the chart.
import { ask, sourceName } from '../api.js';
import { BUCKET_NAMES, bucketFor, widened } from './buckets.js';

/** @typedef {import('./buckets.js').Point} Point */
/** @typedef {import('./buckets.js').Bucket} Bucket */
/** @typedef {import('../api.js').DataOf<'/assets/{id}'>} Asset */

/**
 * A series that a chart can show: the consolidated series of a coin, or one listing.
 * @typedef {object} Series
 * @property {string} id as in the address
 * @property {string} name
 * @property {string | null} source null for the consolidated series
 * @property {string | null} external_id
 * @property {string | null} period of bars; null for readings
 */
/** @typedef {{ form: 'candles' | 'line', bucket: Bucket | null, points: Point[], notes: string[] }} Drawn */

export const RANGES = /** @type {const} */ ({
  '24h': { name: '24 h', days: 1, interval: '1h' },
  '7d': { name: '7 d', days: 7, interval: '1h' },
  '30d': { name: '30 d', days: 30, interval: '1d' },
  '1y': { name: '1 y', days: 366, interval: '1d' },
  all: { name: 'All', days: null, interval: '1d' },
});
/** @typedef {keyof typeof RANGES} Range */

const DAY_MS = 86_400_000;
const PAGE_ROWS = 1000;
const PAGES_MAX = 30;
/** If there are fewer candles, their readings show more. */
const CANDLES_MIN = 8;
const FIELDS = 'open_time,open,high,low,close,volume_usd,count,complete,source,external_id';

/** @type {Series} */
const CONSOLIDATED = {
  id: 'consolidated',
  name: 'Consolidated',
  source: null,
  external_id: null,
  period: null,
};

/**
 * Every series of a coin, the consolidated one first.
 * @param {Asset} asset
 * @returns {Series[]}
 */
export function seriesOf({ listings }) {
  const each = listings.map(({ source, external_id }) => {
    const parts = external_id.split(':');
    // Bars of a file are dialect:coin:venue:quote:period. Any other id with colons has no bars.
    const period = source === 'csv' && parts.length >= 5 ? (parts.at(-1) ?? null) : null;
    return {
      id: `${source}:${external_id}`,
      name: `${sourceName(source)}: ${external_id}`,
      source,
      external_id,
      period,
    };
  });
  return [CONSOLIDATED, ...each];
}

/**
 * @param {Asset} asset
 * @param {Series} series
 * @param {Range} range
 * @param {{ form: 'candles' | 'line', bars_max: number }} wish
 * @returns {Promise<Drawn>}
 */
export async function loadSeries(asset, series, range, { form, bars_max }) {
  if (form === 'candles' && hasCandles(series)) {
    const candles = await loadCandles(asset.asset, series, range, bars_max);
    if (candles.points.length >= CANDLES_MIN) return candles;
    const readings = await readingsOf(asset, series, range);
    if (readings.points.length <= candles.points.length) return { ...candles, form: 'line' };
    const note = 'There are too few candles, so the line joins single readings.';
    return { ...readings, notes: [note, ...readings.notes] };
  }
  return readingsOf(asset, series, range);
}

/** Bars of files with other periods are loaded as readings. @param {Series} series */
const hasCandles = ({ period }) => period === null || period === '1h' || period === '1d';

/** @param {Range} range */
function startOf(range) {
  const { days } = RANGES[range];
  return days === null ? null : new Date(Date.now() - days * DAY_MS).toISOString();
}

/**
 * @param {string} asset
 * @param {Series} series
 * @param {Range} range
 * @param {number} bars_max
 * @returns {Promise<Drawn>}
 */
export async function loadCandles(asset, series, range, bars_max) {
  const { source, external_id, period } = series;
  const interval = period === '1h' || period === '1d' ? period : RANGES[range].interval;
  const { rows, more } = await walk((cursor) =>
    ask(
      '/candles',
      cursor ?? {
        asset,
        source,
        external_id,
        interval,
        basis: source === null ? null : period === null ? 'observed' : 'reported',
        start_date: startOf(range),
        order: 'desc',
        fields: FIELDS,
        decimals: 'string',
        limit: PAGE_ROWS,
      },
    ),
  );
  const points = rows.reverse().flatMap((row) => {
    if (row.close === null) return [];
    const { open_time: at, open, high, low, close, count, complete, source, external_id } = row;
    const bar = { open, high, low, close, volume: row.volume_usd, count, complete, source, external_id };
    return [{ time: secondsOf(at), at, id: null, ...bar }];
  });
  const bucket = bucketFor(points, interval, bars_max);
  const bars = bucket === interval ? points : widened(points, bucket);
  const notes = [
    bucket !== interval &&
      `Each bar joins the ${BUCKET_NAMES[interval]} candles of its ${bucket === '1w' ? 'week' : bucket === '1mo' ? 'month' : 'day'}.`,
    more && TOO_MANY,
  ];
  return { form: 'candles', bucket, points: bars, notes: notes.filter((note) => note !== false) };
}

const TOO_MANY = `Only the newest ${PAGES_MAX * PAGE_ROWS} rows are drawn.`;

/**
 * The single readings. For the consolidated series, they come from the source of the present price.
 * @param {Asset} asset
 * @param {Series} series
 * @param {Range} range
 * @returns {Promise<Drawn>}
 */
async function readingsOf(asset, series, range) {
  const source = series.source ?? asset.source;
  const external_id = series.external_id ?? asset.external_id;
  const kind = series.period === null ? null : 'bar_close';
  const readings = await loadReadings({ asset: asset.asset, source, external_id, kind }, range);
  if (series.source !== null || source === null) return readings;
  return { ...readings, notes: [`Readings of ${sourceName(source)}.`, ...readings.notes] };
}

/**
 * @param {Record<string, string | null>} which
 * @param {Range} range
 * @returns {Promise<Drawn>}
 */
export async function loadReadings(which, range) {
  const first = { ...which, start_date: startOf(range), decimals: 'string', limit: PAGE_ROWS };
  const { rows, more } = await walk((cursor) => ask('/data', cursor ?? first));
  const points = rows.reverse().flatMap((row) => {
    const { created_at: at, id, price_usd: close, open_usd: open, high_usd: high, low_usd: low } = row;
    if (close === null) return [];
    const bar = { open, high, low, close, volume: null, count: null, complete: true };
    return [{ time: secondsOf(at), at, id, ...bar, source: row.source, external_id: row.external_id }];
  });
  // A chart has at most one point per second.
  const drawn = [...new Map(points.map((point) => [point.time, point])).values()];
  return { form: 'line', bucket: null, points: drawn, notes: more ? [TOO_MANY] : [] };
}

/**
 * @template Row
 * @param {(cursor: { cursor: string } | null) => Promise<{ data: Row[], pagination: { next_cursor: string | null } }>} get
 * @returns {Promise<{ rows: Row[], more: boolean }>}
 */
async function walk(get) {
  const rows = [];
  /** @type {string | null} */
  let cursor = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { data, pagination } = await get(cursor === null ? null : { cursor });
    rows.push(...data);
    cursor = pagination.next_cursor;
    if (cursor === null) break;
  }
  return { rows, more: cursor !== null };
}

/** @param {string} at */
const secondsOf = (at) => Math.floor(Date.parse(at) / 1000);
