// All coins, a hundred per page. The address has the order, the filter and the page.
import { inAddress, setAddress } from '../address.js';
import { FailedReply } from '../api.js';
import { element, fill, input, make } from '../dom.js';
import { counted } from '../figures.js';
import { emptiness, skeleton, table } from '../parts.js';
import { extrasOf, PAGE_ROWS, pageOf } from './coins.js';
import { COLUMNS } from './columns.js';

/** @typedef {import('./columns.js').Coin} Coin */
/** @typedef {import('./columns.js').Extras} Extras */

const TYPING_MS = 250;
/** @type {Extras} */
const NONE = { ids: new Set(), spreads: new Map(), closes: new Map() };

export function wireList() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  fill(element('coins-body'), skeleton(20));
  const words = input('coins-words');
  words.value = inAddress('q') ?? '';
  const filter = () => setAddress({ q: words.value.trim() || null, page: null });
  words.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(filter, TYPING_MS);
  });
  wireSort();
  element('coins-filter').addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    filter();
  });
  const unfold = () => element('coins').classList.toggle('brief', !isAskedFor());
  addEventListener('hashchange', unfold);
  addEventListener('timeschange', () => void showList().catch(() => {}));
  unfold();
}

/** The choice of an order for a phone, where most columns are hidden. */
function wireSort() {
  const select = element('coins-sort');
  const options = COLUMNS.flatMap(({ id, title, first }) =>
    first === null ? [] : [make('option', { value: id }, NAMES[id] ?? title)],
  );
  fill(select, ...options);
  select.addEventListener('change', () => {
    const { value } = /** @type {HTMLSelectElement} */ (select);
    setAddress({ sort: value === 'rank' ? null : value, order: null, page: null });
  });
}

/** Names of columns whose title needs its column. @type {Record<string, string>} */
const NAMES = {
  rank: 'Rank',
  name: 'Name',
  percent_change_1h: 'Change 1 h',
  percent_change_24h: 'Change 24 h',
  percent_change_7d: 'Change 7 d',
  created_at: 'Newest data',
};

const SPREAD_NOTE = 'Only coins with prices from at least two sources';

/** Whether the address concerns the list. Otherwise a phone shows only its first rows. */
export const isAskedFor = () =>
  location.hash === '#coins' || ['sort', 'order', 'page', 'q'].some((name) => inAddress(name) !== null);

let followed = '';

/** Follows the address, if it changes the list. */
export function followList() {
  const wish = JSON.stringify(wishOf());
  markChosen();
  if (wish === followed) return;
  followed = wish;
  const words = input('coins-words');
  if (document.activeElement !== words) words.value = inAddress('q') ?? '';
  if (isAskedFor()) element('coins').classList.remove('brief');
  showList().catch(() => {}); // The panel shows the failure.
}

function wishOf() {
  const wanted = COLUMNS.find(({ id, first }) => id === inAddress('sort') && first !== null);
  const sort = wanted?.id ?? 'rank';
  const usual = wanted?.first ?? 'asc';
  const order = inAddress('order');
  const page = inAddress('page') ?? '';
  return {
    sort,
    order: /** @type {'asc' | 'desc'} */ (order === 'asc' || order === 'desc' ? order : usual),
    page: /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1,
    q: inAddress('q'),
  };
}

let asked = 0;
export async function showList() {
  const body = element('coins-body');
  asked += 1;
  const mine = asked;
  const wish = wishOf();
  followed = JSON.stringify(wish);
  /** @type {HTMLSelectElement} */ (element('coins-sort')).value = wish.sort;
  element('coins-note').textContent =
    wish.sort !== 'spread' ? '' : `${SPREAD_NOTE}${wish.q === null ? ' and a market cap of 1M USD' : ''}`;
  body.setAttribute('aria-busy', 'true');
  try {
    const { coins, total } = await pageOf(wish);
    if (mine !== asked) return; // A newer request is under way.
    show(coins, total, known);
    known = await extrasOf(coins);
    if (mine !== asked) return;
    show(coins, total, known);
    body.removeAttribute('aria-busy');
  } catch (error) {
    const isFirst = body.querySelector('table') === null;
    const again = () => void showList().catch(() => {});
    if (error instanceof FailedReply && isFirst) fill(body, emptiness(error.message, again));
    throw error;
  }
}

let known = NONE;

/**
 * @param {Coin[]} coins
 * @param {number | null} total
 * @param {Extras} extras
 */
function show(coins, total, extras) {
  const { q } = wishOf();
  const nothing =
    q === null ? 'No coins yet. The first run of a source adds them.' : `No coin matches “${q}”.`;
  fill(element('coins-body'), coins.length === 0 ? emptiness(nothing) : coinsTable(coins, extras));
  markChosen();
  showPages(coins.length, total);
}

/**
 * @param {Coin[]} coins
 * @param {Extras} extras
 */
function coinsTable(coins, extras) {
  const rows = coins.map((coin) =>
    make('tr', { 'data-row': coin.asset }, ...COLUMNS.map((column) => cellOf(column, coin, extras))),
  );
  return table('Coins', COLUMNS.map(heading), rows, 'coins');
}

/**
 * @param {import('./columns.js').Column} column
 * @param {Coin} coin
 * @param {Extras} extras
 */
function cellOf({ cell, wide }, coin, extras) {
  const made = cell(coin, extras);
  made.classList.toggle('wide', wide);
  return made;
}

/** @param {import('./columns.js').Column} column */
function heading({ id, title, first, wide }) {
  const { sort, order } = wishOf();
  const isSorted = id === sort;
  const other = order === 'asc' ? 'desc' : 'asc';
  const next = isSorted ? other : first;
  const left = ['name', 'created_at', 'week'].includes(id);
  const attributes = {
    scope: 'col',
    class: `${left ? '' : 'number'}${wide ? ' wide' : ''}`,
    'aria-sort': isSorted ? `${order}ending` : null,
  };
  if (first === null) return make('th', attributes, title);
  const turn = () =>
    setAddress({
      sort: id === 'rank' && next === 'asc' ? null : id,
      order: next === first ? null : next,
      page: null,
    });
  return make(
    'th',
    attributes,
    make('button', { type: 'button', class: 'sort', 'data-key': `sort ${id}`, onclick: turn }, title),
  );
}

/** Marks the row of the selected coin. */
function markChosen() {
  const chosen = element('coin').dataset.shown;
  for (const row of element('coins-body').querySelectorAll('tr[data-row]'))
    row.classList.toggle('chosen', row.getAttribute('data-row') === chosen);
}

/**
 * @param {number} returned
 * @param {number | null} total
 */
function showPages(returned, total) {
  const { page } = wishOf();
  const before = (page - 1) * PAGE_ROWS;
  const last = total === null ? null : Math.max(1, Math.ceil(total / PAGE_ROWS));
  const goTo = (/** @type {number} */ wanted) => {
    setAddress({ page: wanted === 1 ? null : String(wanted) });
    element('coins').scrollIntoView();
  };
  const button = (/** @type {string} */ text, /** @type {number} */ wanted, /** @type {boolean} */ off) =>
    make('button', { type: 'button', disabled: off, 'data-key': text, onclick: () => goTo(wanted) }, text);
  const jump = make('input', {
    id: 'coins-page',
    'data-key': 'page',
    inputmode: 'numeric',
    pattern: '[1-9][0-9]*',
    maxlength: 5,
    value: String(page),
    'aria-label': 'Page',
  });
  const range =
    returned === 0
      ? ''
      : `${counted(before + 1)}–${counted(before + returned)}${total === null ? '' : ` of ${counted(total)}`}`;
  fill(
    element('coins-pages'),
    make(
      'button',
      { type: 'button', class: 'unfold', onclick: () => element('coins').classList.remove('brief') },
      'Show all of this page',
    ),
    make('span', { class: 'quiet' }, range),
    button('Previous', page - 1, page === 1),
    make(
      'form',
      {
        onsubmit: (/** @type {SubmitEvent} */ event) => {
          event.preventDefault();
          const wanted = Number(jump.value);
          if (wanted >= 1) goTo(Math.min(wanted, last ?? wanted));
        },
      },
      'Page ',
      jump,
      last !== null && ` of ${counted(last)}`,
    ),
    button('Next', page + 1, returned < PAGE_ROWS || page === last),
  );
}
