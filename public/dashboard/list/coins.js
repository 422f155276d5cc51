// The rows of a page of the list. The service sorts by what it has an index for; all else is sorted here.
import { ask } from '../api.js';
import { compareDecimals } from '../figures.js';

/** @typedef {import('./columns.js').Coin} Coin */
/** @typedef {import('./columns.js').Extras} Extras */
/** @typedef {{ sort: string, order: 'asc' | 'desc', page: number, q: string | null }} Wish */
/** @typedef {{ coins: Coin[], total: number | null }} Page */

export const PAGE_ROWS = 100;
const WHOLE_ROWS = 1000;
const WHOLE_PAGES_MAX = 50;
const WHOLE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
/** Where a spread of a worthless coin would crowd out the rest. */
const SPREAD_CAP_MIN = 1_000_000;

const SORTED_THERE = ['rank', 'market_cap_usd', 'volume_24h_usd', 'price_usd'];

/**
 * @param {Wish} wish
 * @returns {Promise<Page>}
 */
export function pageOf(wish) {
  if (SORTED_THERE.includes(wish.sort)) return sortedThere(wish);
  return wish.sort === 'spread' ? bySpread(wish) : sortedHere(wish);
}

/**
 * @param {Wish} wish
 * @returns {Promise<Page>}
 */
async function sortedThere({ sort, order, page, q }) {
  const offset = (page - 1) * PAGE_ROWS;
  const query = { sort, order, q, limit: PAGE_ROWS, offset, decimals: 'string' };
  const { data, pagination } = await ask('/assets', query);
  return { coins: data, total: pagination.total };
}

/**
 * Of coins that have a spread, the widest first.
 * @param {Wish} wish
 * @returns {Promise<Page>}
 */
async function bySpread({ page }) {
  const offset = (page - 1) * PAGE_ROWS;
  const query = { limit: PAGE_ROWS, offset, min_market_cap_usd: SPREAD_CAP_MIN, decimals: 'string' };
  const { data, pagination } = await ask('/divergence', query);
  const ids = data.map(({ asset }) => asset);
  if (ids.length === 0) return { coins: [], total: pagination.total };
  const rows = await ask('/assets', { asset: ids, limit: PAGE_ROWS, decimals: 'string' });
  const byId = new Map(rows.data.map((coin) => [coin.asset, coin]));
  const coins = ids.flatMap((id) => byId.get(id) ?? []);
  return { coins, total: pagination.total };
}

/**
 * @param {Wish} wish
 * @returns {Promise<Page>}
 */
async function sortedHere({ sort, order, page, q }) {
  const all = await wholeList(q);
  const sorted = all.toSorted(comparison(sort, order));
  const start = (page - 1) * PAGE_ROWS;
  return { coins: sorted.slice(start, start + PAGE_ROWS), total: all.length };
}

/** @type {{ q: string | null, at: number, coins: Promise<Coin[]> } | null} */
let whole = null;

/** Every coin that the filter leaves; for a minute the same. @param {string | null} q */
function wholeList(q) {
  if (whole === null || whole.q !== q || Date.now() - whole.at > WHOLE_MS) {
    const coins = readWhole(q);
    coins.catch(() => {
      whole = null;
    });
    whole = { q, at: Date.now(), coins };
  }
  return whole.coins;
}

/** @param {string | null} q */
async function readWhole(q) {
  const first = { q, limit: WHOLE_ROWS, decimals: 'string' };
  const coins = [];
  /** @type {string | null} */
  let cursor = null;
  for (let page = 0; page < WHOLE_PAGES_MAX; page++) {
    /** @type {import('../api.js').Reply<'/assets'>} */
    const { data, pagination } = await ask('/assets', cursor === null ? first : { cursor });
    coins.push(...data);
    cursor = pagination.next_cursor;
    if (cursor === null) break;
  }
  return coins;
}

/**
 * Unknown values come last in both orders.
 * @param {string} sort
 * @param {'asc' | 'desc'} order
 * @returns {(a: Coin, b: Coin) => number}
 */
function comparison(sort, order) {
  const sign = order === 'asc' ? 1 : -1;
  const compare = sort === 'name' || sort === 'created_at' ? compareTexts : compareDecimals;
  return (a, b) => {
    const [x, y] = [textOf(a, sort), textOf(b, sort)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * compare(x, y);
  };
}

/**
 * @param {Coin} coin
 * @param {string} sort
 */
function textOf(coin, sort) {
  if (sort === 'name') return (coin.name ?? coin.asset).toLowerCase();
  if (sort === 'created_at') return coin.created_at;
  if (sort === 'percent_change_1h') return coin.percent_change_1h;
  return sort === 'percent_change_7d' ? coin.percent_change_7d : coin.percent_change_24h;
}

/**
 * @param {string} a
 * @param {string} b
 */
const compareTexts = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The spread and the daily closes of coins, one question each.
 * @param {Coin[]} coins
 * @returns {Promise<Extras>}
 */
export async function extrasOf(coins) {
  const asset = coins.map((coin) => coin.asset);
  if (asset.length === 0) return { spreads: new Map(), closes: new Map() };
  const [prices, closes] = await Promise.all([
    ask('/prices', { asset, decimals: 'string' }),
    closesOf(asset),
  ]);
  return { spreads: new Map(prices.data.map((row) => [row.asset ?? '', row.spread_bps])), closes };
}

const CLOSES_MS = 600_000;
/** @type {{ ids: string, at: number, closes: Extras['closes'] } | null} */
let week = null;

/** Days change slowly: they are asked for again after ten minutes. @param {string[]} asset */
async function closesOf(asset) {
  const ids = asset.join();
  if (week?.ids === ids && Date.now() - week.at < CLOSES_MS) return week.closes;
  const start_date = new Date(Date.now() - WEEK_DAYS * DAY_MS).toISOString().slice(0, 10);
  const query = { asset, interval: '1d', start_date, fields: 'asset,close', limit: 1000, decimals: 'string' };
  const { data } = await ask('/candles', query);
  const closes = new Map(
    [...Map.groupBy(data, (row) => row.asset ?? '')].map(([id, rows]) => [
      id,
      rows.flatMap(({ close }) => close ?? []),
    ]),
  );
  week = { ids, at: Date.now(), closes };
  return closes;
}
