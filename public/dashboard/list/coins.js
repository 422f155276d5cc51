// The rows of a page of the list. The service sorts them: by spread in /divergence, by anything else in /assets.
import { ask } from '../api.js';

/** @typedef {import('./columns.js').Coin} Coin */
/** @typedef {import('./columns.js').Extras} Extras */
/** @typedef {{ sort: string, order: 'asc' | 'desc', page: number, q: string | null }} Wish */
/** @typedef {{ coins: Coin[], total: number | null }} Page */

export const PAGE_ROWS = 100;
const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
/** Without a filter, worthless coins would have the widest spreads: smaller ones are left out. */
const SPREAD_CAP_MIN = 1_000_000;

/**
 * @param {Wish} wish
 * @returns {Promise<Page>}
 */
export async function pageOf(wish) {
  if (wish.sort === 'spread') return bySpread(wish);
  const { sort, order, page, q } = wish;
  const offset = (page - 1) * PAGE_ROWS;
  const query = { sort, order, q, limit: PAGE_ROWS, offset, decimals: 'string' };
  const { data, pagination } = await ask('/assets', query);
  return { coins: data, total: pagination.total };
}

/**
 * Only coins that have a spread.
 * @param {Wish} wish
 * @returns {Promise<Page>}
 */
async function bySpread({ order, page, q }) {
  const offset = (page - 1) * PAGE_ROWS;
  const min_market_cap_usd = q === null ? SPREAD_CAP_MIN : null;
  const query = { q, order, limit: PAGE_ROWS, offset, min_market_cap_usd, decimals: 'string' };
  const { data, pagination } = await ask('/divergence', query);
  const ids = data.map(({ asset }) => asset);
  if (ids.length === 0) return { coins: [], total: pagination.total };
  const rows = await ask('/assets', { asset: ids, limit: PAGE_ROWS, decimals: 'string' });
  const byId = new Map(rows.data.map((coin) => [coin.asset, coin]));
  const coins = ids.flatMap((id) => byId.get(id) ?? []);
  return { coins, total: pagination.total };
}

/**
 * The spread and the daily closes of coins, with one request each.
 * @param {Coin[]} coins
 * @returns {Promise<Extras>}
 */
export async function extrasOf(coins) {
  const asset = coins.map((coin) => coin.asset);
  const ids = new Set(asset);
  if (asset.length === 0) return { ids, spreads: new Map(), closes: new Map() };
  const [prices, closes] = await Promise.all([
    ask('/prices', { asset, decimals: 'string' }),
    closesOf(asset),
  ]);
  const spreads = new Map(prices.data.map((row) => [row.asset ?? '', row.spread_bps]));
  return { ids, spreads, closes };
}

const CLOSES_MS = 600_000;
/** @type {{ ids: string, at: number, closes: Extras['closes'] } | null} */
let week = null;

/** Days change slowly, so they are requested again only after ten minutes. @param {string[]} asset */
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
