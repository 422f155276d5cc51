// The columns of the list, in their order.
import { linkTo } from '../address.js';
import { make } from '../dom.js';
import { exact } from '../figures.js';
import { amount, change, figure, number, since } from '../parts.js';
import { sparkline } from './sparkline.js';

/** @typedef {import('../api.js').RowOf<'/assets'>} Coin */
/**
 * Data of the list that is not in the rows: the spread of each coin, and its daily closes.
 * Coins outside of `ids` are not loaded yet.
 * @typedef {{ ids: Set<string>, spreads: Map<string, string | null>, closes: Map<string, string[]> }} Extras
 */
/**
 * @typedef {object} Column
 * @property {string} id its name in the address
 * @property {string} title
 * @property {'asc' | 'desc' | null} first the order after the first click; null if the list cannot be sorted by it
 * @property {boolean} wide hidden on a phone
 * @property {(coin: Coin, extras: Extras) => HTMLTableCellElement} cell
 */

/** @type {Column[]} */
export const COLUMNS = [
  { id: 'rank', title: '#', first: 'asc', wide: true, cell: ({ rank }) => number(String(rank ?? '–')) },
  { id: 'name', title: 'Coin', first: 'asc', wide: false, cell: nameCell },
  { id: 'price_usd', title: 'Price, USD', first: 'desc', wide: false, cell: (coin) => priceCell(coin) },
  {
    id: 'percent_change_1h',
    title: '1 h',
    first: 'desc',
    wide: true,
    cell: (coin) => number(change(coin.percent_change_1h)),
  },
  {
    id: 'percent_change_24h',
    title: '24 h',
    first: 'desc',
    wide: false,
    cell: (coin) => number(change(coin.percent_change_24h)),
  },
  {
    id: 'percent_change_7d',
    title: '7 d',
    first: 'desc',
    wide: true,
    cell: (coin) => number(change(coin.percent_change_7d)),
  },
  {
    id: 'market_cap_usd',
    title: 'Market cap',
    first: 'desc',
    wide: true,
    cell: (coin) => number(amount(coin.market_cap_usd)),
  },
  {
    id: 'volume_24h_usd',
    title: 'Volume 24 h',
    first: 'desc',
    wide: true,
    cell: (coin) => number(amount(coin.volume_24h_usd)),
  },
  { id: 'spread', title: 'Spread, bp', first: 'desc', wide: true, cell: spreadCell },
  {
    id: 'week',
    title: 'Last 7 days',
    first: null,
    wide: true,
    cell: weekCell,
  },
  { id: 'created_at', title: 'Status', first: 'desc', wide: true, cell: statusCell },
];

/** @param {Coin} coin */
function nameCell({ asset, symbol, name }) {
  const link = make(
    'a',
    {
      href: linkTo('/', { asset }),
      class: 'coin',
      'data-asset': asset,
      'data-key': `coin ${asset}`,
    },
    make('strong', {}, symbol ?? '?'),
    ' ',
    make('span', { class: 'quiet' }, name ?? asset),
  );
  return make('th', { scope: 'row' }, link);
}

/** @param {Coin} coin */
const priceCell = ({ price_usd, observation_id }) => number(figure(price_usd, observation_id));

/** More than one percent. */
const WIDE = /^\d{3,}/;

/**
 * @param {Coin} coin
 * @param {Extras} extras
 */
function spreadCell({ asset }, { ids, spreads }) {
  if (!ids.has(asset)) return number('');
  const bps = spreads.get(asset) ?? null;
  return number(make('span', { class: WIDE.test(bps ?? '') ? 'warn' : '' }, exact(bps)));
}

/**
 * @param {Coin} coin
 * @param {Extras} extras
 */
function weekCell({ asset }, { ids, closes }) {
  return make('td', { class: 'spark' }, ids.has(asset) && sparkline(closes.get(asset) ?? []));
}

/** @param {Coin} coin */
function statusCell({ created_at, stale, status }) {
  const word = status === 'inactive' ? 'inactive' : stale === null ? 'no price' : stale ? 'stale' : 'on time';
  const cell = make('td', { class: `state-cell ${word === 'on time' ? '' : 'warn'}` }, word);
  if (created_at !== null) cell.append(', ', since(created_at));
  return cell;
}
