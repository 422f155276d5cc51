// All coins, a hundred a page: sorted, filtered and turned by the address.
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
const NONE = { spreads: new Map(), closes: new Map() };

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

/** Whether the address speaks of the list: on a phone only its first rows are shown otherwise. */
export const isAskedFor = () =>
  location.hash === '#coins' || ['sort', 'order', 'page', 'q'].some((name) => inAddress(name) !== null);

let followed = '';

/** Follows the address, when it changed what the list shows. */
export function followList() {
  const wish = JSON.stringify(wishOf());
  markChosen();
  if (wish === followed) return;
  followed = wish;
  const words = input('coins-words');
  if (document.activeElement !== words) words.value = inAddress('q') ?? '';
  if (isAskedFor()) element('coins').classList.remove('brief');
  showList().catch(() => {}); // the panel itself has said it
}

function wishOf() {
  const wanted = COLUMNS.find(({ id, first }) => id === inAddress('sort') && first !== null);
  const sort = wanted?.id ?? 'rank';
  const usual = wanted?.first ?? 'asc';
  const order = inAddress('order');
  const page = inAddress('page') ?? '';
  return {
    sort,
    // Of spreads the service knows one order.
    order: /** @type {'asc' | 'desc'} */ (
      sort !== 'spread' && (order === 'asc' || order === 'desc') ? order : usual
    ),
    page: /^[1-9]\d{0,4}$/.test(page) ? Number(page) : 1,
    q: sort === 'spread' ? null : inAddress('q'),
  };
}

let asked = 0;
export async function showList() {
  const body = element('coins-body');
  asked += 1;
  const mine = asked;
  const wish = wishOf();
  followed = JSON.stringify(wish);
  body.setAttribute('aria-busy', 'true');
  try {
    const { coins, total } = await pageOf(wish);
    if (mine !== asked) return; // a newer question is under way
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
    q === null ? 'No coin yet. The first run of a source brings them.' : `No coin goes by “${q}”.`;
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
  const next = isSorted && id !== 'spread' ? other : first;
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

/** Marks the row of the coin that is shown above. */
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
