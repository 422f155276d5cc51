// What the chart draws, asked for span by span.
import { ask, askIfServed } from './api.js';

/**
 * One thing a chart can show: what a source says of a coin, as readings or as the bars of files.
 * @typedef {object} Series
 * @property {string} source
 * @property {'spot' | 'bar_close'} kind
 * @property {string | null} period of bars
 * @property {string} first
 * @property {string} last
 * @property {number} rows
 */
/**
 * @typedef {object} Point
 * @property {number} time seconds
 * @property {string} at
 * @property {string | null} id of the observation, where the point is one
 * @property {string} close exact, like the others
 * @property {string | null} open
 * @property {string | null} high
 * @property {string | null} low
 * @property {number | null} count of readings in a candle
 * @property {boolean} complete
 */
/** @typedef {{ form: 'candles' | 'line', interval: string | null, points: Point[], note: string }} Drawn */

export const RANGES = /** @type {const} */ ({
  '24 h': { days: 1, interval: '1h' },
  '7 d': { days: 7, interval: '1h' },
  '30 d': { days: 30, interval: '1d' },
  '1 y': { days: 366, interval: '1d' },
  All: { days: null, interval: '1d' },
});
/** @typedef {keyof typeof RANGES} Range */

const DAY_MS = 86_400_000;
const PAGE_ROWS = 1000;
const PAGES_MAX = 5;
/** Candles of one reading are dots; where nearly all are, a line says more. */
const LONE_SHARE = 0.8;

/**
 * @param {string} asset
 * @param {Series} series
 * @param {Range} range
 * @param {'candles' | 'line'} form
 * @returns {Promise<Drawn>}
 */
export async function loadSeries(asset, series, range, form) {
  const { days, interval } = RANGES[range];
  const start = days === null ? null : new Date(Date.now() - days * DAY_MS).toISOString();
  if (form === 'candles' && hasCandles(series)) {
    const drawn = await loadCandles(asset, series, start, intervalOf(series, interval));
    if (drawn) return drawn;
  }
  const drawn = await loadLine(asset, series, start);
  const note = form === 'candles' ? 'There are no candles of this; the readings are shown. ' : '';
  return { ...drawn, note: note + drawn.note };
}

/** Bars of files of other periods are read one by one. @param {Series} series */
const hasCandles = ({ kind, period }) => kind === 'spot' || period === '1h' || period === '1d';

/**
 * @param {Series} series
 * @param {'1h' | '1d'} wanted
 */
const intervalOf = ({ kind, period }, wanted) =>
  kind === 'bar_close' && (period === '1h' || period === '1d') ? period : wanted;

/**
 * Null where candles are not served.
 * @param {string} asset
 * @param {Series} series
 * @param {string | null} start_date
 * @param {string} interval
 * @returns {Promise<Drawn | null>}
 */
async function loadCandles(asset, { source, kind }, start_date, interval) {
  const basis = kind === 'spot' ? 'observed' : 'reported';
  const query = {
    asset,
    source,
    interval,
    basis,
    start_date,
    order: 'desc',
    decimals: 'string',
    limit: PAGE_ROWS,
  };
  const { rows, more } = await walk('/candles', query, askIfServed);
  if (rows === null) return null;
  const points = rows.reverse().map((row) => ({
    time: secondsOf(row.open_time),
    at: row.open_time,
    id: null,
    open: row.open,
    high: row.high,
    low: row.low,
    close: row.close,
    count: row.count,
    complete: row.complete,
    listing: row.external_id ?? '',
  }));
  const lone = points.filter(({ count }) => count === 1).length;
  if (lone < points.length * LONE_SHARE) return drawnFrom('candles', interval, points, more);
  const drawn = drawnFrom('line', interval, points, more);
  const why = points.length > 1 ? 'Nearly all hold one reading: a line joins them. ' : '';
  return { ...drawn, note: why + drawn.note };
}

/**
 * The newest readings, each as it was observed.
 * @param {string} asset
 * @param {Series} series
 * @param {string | null} start_date
 * @returns {Promise<Drawn>}
 */
async function loadLine(asset, { source, kind }, start_date) {
  const query = { asset, source, kind, start_date, decimals: 'string', limit: PAGE_ROWS };
  const { rows, more } = await walk('/data', query, ask);
  const points = (rows ?? []).reverse().map((row) => ({
    time: secondsOf(row.created_at),
    at: row.created_at,
    id: row.id,
    open: row.open_usd,
    high: row.high_usd,
    low: row.low_usd,
    close: row.price_usd,
    count: null,
    complete: true,
    listing: row.external_id,
  }));
  return drawnFrom('line', null, points, more);
}

/**
 * @param {string} path
 * @param {Record<string, string | number | null>} query
 * @param {typeof ask} get
 * @returns {Promise<{ rows: any[] | null, more: boolean }>}
 */
async function walk(path, query, get) {
  const rows = [];
  /** @type {string | null} */
  let cursor = null;
  for (let page = 0; page < PAGES_MAX; page++) {
    const reply = await get(path, cursor === null ? query : { cursor });
    if (reply === null) return { rows: null, more: false };
    rows.push(...reply.data);
    cursor = reply.pagination.next_cursor;
    if (cursor === null) break;
  }
  return { rows, more: cursor !== null };
}

/**
 * One listing, oldest first, one point for each second: what a chart can draw.
 * @param {'candles' | 'line'} form
 * @param {string | null} interval
 * @param {(Point & { listing: string })[]} points
 * @param {boolean} more
 * @returns {Drawn}
 */
function drawnFrom(form, interval, points, more) {
  const listing = points.at(-1)?.listing;
  const priced = points.filter((point) => point.close !== null && point.listing === listing);
  const drawn = [...new Map(priced.map((point) => [point.time, point])).values()];
  const others = new Set(points.map((point) => point.listing)).size - 1;
  const notes = [
    others > 0 && `${others} more ${others === 1 ? 'series' : 'series'} of this source; shown is ${listing}.`,
    more && `The newest ${PAGES_MAX * PAGE_ROWS} are shown.`,
  ];
  return { form, interval, points: drawn, note: notes.filter(Boolean).join(' ') };
}

/** @param {string} at */
const secondsOf = (at) => Math.floor(Date.parse(at) / 1000);
