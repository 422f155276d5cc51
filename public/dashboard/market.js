// The newest price of each coin by each source, and how far they are apart.
import { ask, FailedReply, polledSources, sourceName } from './api.js';
import { element, fill, make } from './dom.js';
import { compact, exact } from './figures.js';
import { change, emptiness, figure, number, numeric, skeleton, table } from './parts.js';

const ROWS = matchMedia('(max-width: 640px)').matches ? 10 : 25;
/** Where a spread of a worthless coin would crowd out the rest. */
const SPREAD_CAP_MIN = 1_000_000;

/**
 * @typedef {object} Coin
 * @property {string} asset
 * @property {string | null} symbol
 * @property {string | null} name
 * @property {string | null} market_cap_usd
 * @property {string | null | undefined} percent_change_24h undefined where the list does not tell it
 * @property {string | null} spread_bps
 * @property {Map<string, { text: string | null, id: string, stale: boolean }>} prices by source
 */

const VIEWS = { cap: 'Largest', spread: 'Widest spread' };
/** @type {keyof typeof VIEWS} */
let view = 'cap';
let offset = 0;

export function wireMarket() {
  const buttons = Object.entries(VIEWS).map(([name, text]) =>
    make(
      'button',
      { type: 'button', 'data-view': name, 'aria-pressed': String(name === view), onclick: turn },
      text,
    ),
  );
  fill(element('market-views'), ...buttons);

  function turn(/** @type {MouseEvent} */ event) {
    const chosen = /** @type {HTMLElement} */ (event.currentTarget).dataset.view;
    view = chosen === 'spread' ? 'spread' : 'cap';
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.view === view));
    goTo(0);
  }
}

/** @param {number} place */
function goTo(place) {
  offset = place;
  showMarket().catch(() => {}); // the panel itself has said it
}

let asked = 0;
export async function showMarket() {
  const body = element('market-body');
  if (body.childElementCount === 0) fill(body, skeleton(ROWS));
  asked += 1;
  const mine = asked;
  try {
    const { coins, total } = await (view === 'cap' ? largest() : widest());
    if (mine !== asked) return; // a newer question is under way
    fill(body, coins.length === 0 ? emptiness(NOTHING[view]) : marketTable(coins));
    markChosen();
    showPages(coins.length, total);
    body.removeAttribute('aria-busy');
  } catch (error) {
    const first = body.querySelector('table') === null;
    if (error instanceof FailedReply && first)
      fill(
        body,
        emptiness(error.message, () => goTo(offset)),
      );
    throw error;
  }
}

const NOTHING = {
  cap: 'No coin yet. The first run of a source brings them.',
  spread: 'No coin has two fresh prices to compare.',
};

/** @returns {Promise<{ coins: Coin[], total: number | null }>} */
async function largest() {
  const assets = await ask('/assets', { limit: ROWS, offset, decimals: 'string' });
  const ids = assets.data.map((/** @type {{ asset: string }} */ { asset }) => asset);
  if (ids.length === 0) return { coins: [], total: assets.pagination.total };
  const { data, missing } = await ask('/prices', { asset: ids, explain: 'true', decimals: 'string' });
  const answers = new Map([...data, ...missing].map((/** @type {any} */ row) => [row.input, row]));
  const coins = assets.data.map((/** @type {any} */ row) => {
    const { spread_bps = null, explain } = answers.get(row.asset) ?? {};
    const newestFirst = (/** @type {any} */ a, /** @type {any} */ b) =>
      a.created_at < b.created_at ? 1 : -1;
    return {
      ...row,
      spread_bps,
      prices: bySource(
        (explain?.series ?? [])
          .toSorted(newestFirst)
          .map((/** @type {any} */ one) => [one.source, one.price_usd, one.observation_id, !one.on_time]),
      ),
    };
  });
  return { coins, total: assets.pagination.total };
}

/** @returns {Promise<{ coins: Coin[], total: number | null }>} */
async function widest() {
  const query = { limit: ROWS, offset, min_market_cap_usd: SPREAD_CAP_MIN, decimals: 'string' };
  const { data, pagination } = await ask('/divergence', query);
  const coins = data.map((/** @type {any} */ row) => ({
    ...row,
    percent_change_24h: undefined,
    prices: bySource(
      row.readings.map((/** @type {any} */ one) => [
        one.source,
        one.price_usd,
        one.observation_id,
        one.excluded !== null,
      ]),
    ),
  }));
  return { coins, total: pagination.total };
}

/**
 * The first price of each source; the newest come first.
 * @param {[string, string | null, string, boolean][]} readings
 */
function bySource(readings) {
  /** @type {Coin['prices']} */
  const prices = new Map();
  for (const [source, text, id, stale] of readings)
    if (!prices.has(source)) prices.set(source, { text, id, stale });
  return prices;
}

/** @param {Coin[]} coins */
function marketTable(coins) {
  const showsChange = coins.some(({ percent_change_24h }) => percent_change_24h !== undefined);
  const headings = [
    'Coin',
    ...polledSources.map((source) => numeric(sourceName(source))),
    numeric('Spread, bp'),
    showsChange && numeric('24 h'),
    numeric('Market cap'),
  ];
  const rows = coins.map((coin) => coinRow(coin, showsChange));
  return table('Prices by source, in USD', headings.filter(Boolean), rows, 'market');
}

/**
 * @param {Coin} coin
 * @param {boolean} showsChange
 */
function coinRow(coin, showsChange) {
  const name = make('span', { class: 'quiet' }, coin.name ?? coin.asset);
  const choose = make(
    'button',
    { type: 'button', class: 'coin', 'data-asset': coin.asset, 'data-key': `coin ${coin.asset}` },
    make('strong', {}, coin.symbol ?? '?'),
    ' ',
    name,
  );
  return make(
    'tr',
    { 'data-row': coin.asset },
    make('th', { scope: 'row' }, choose),
    ...polledSources.map((source) => priceCell(coin.prices.get(source), source)),
    withLabel(
      'Spread, bp',
      number(make('span', { class: isWide(coin.spread_bps) ? 'warn' : '' }, exact(coin.spread_bps))),
    ),
    showsChange && changeCell(coin.percent_change_24h ?? null),
    withLabel(
      'Market cap',
      number(make('span', { title: exact(coin.market_cap_usd) }, compact(coin.market_cap_usd))),
    ),
  );
}

/** More than one percent. @param {string | null} bps */
const isWide = (bps) => /^\d{3,}/.test(bps ?? '');

/**
 * @param {{ text: string | null, id: string, stale: boolean } | undefined} price
 * @param {string} source
 */
function priceCell(price, source) {
  const cell = number(price ? figure(price.text, price.id) : '–');
  cell.classList.add('price');
  if (price?.stale) cell.classList.add('stale');
  return withLabel(sourceName(source), cell);
}

/** @param {string | null} text */
function changeCell(text) {
  const cell = number(change(text));
  cell.classList.add('change');
  return withLabel('24 h', cell);
}

/**
 * On a phone the heading stands in the cell.
 * @param {string} label
 * @param {HTMLTableCellElement} cell
 */
function withLabel(label, cell) {
  cell.dataset.label = label;
  return cell;
}

/** Marks the row of the coin that is shown beside. */
export function markChosen() {
  const chosen = element('instrument').dataset.shown;
  for (const row of element('market-body').querySelectorAll('tr[data-row]'))
    row.classList.toggle('chosen', row.getAttribute('data-row') === chosen);
}

/**
 * @param {number} returned
 * @param {number | null} total
 */
function showPages(returned, total) {
  const end = offset + returned;
  const button = (/** @type {string} */ text, /** @type {number} */ place, /** @type {boolean} */ off) =>
    make('button', { type: 'button', disabled: off, 'data-key': text, onclick: () => goTo(place) }, text);
  fill(
    element('market-pages'),
    make(
      'span',
      { class: 'quiet' },
      returned === 0 ? '' : `${offset + 1}–${end}${total === null ? '' : ` of ${total}`}`,
    ),
    button('Previous', Math.max(0, offset - ROWS), offset === 0),
    button('Next', end, returned < ROWS || end === total),
  );
}
