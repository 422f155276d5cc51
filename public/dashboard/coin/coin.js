// One coin: its price, the newest price of each source, and its history.
import { inAddress, linkTo } from '../address.js';
import { ask, FailedReply, learnSources, sourceName, sourceOrder } from '../api.js';
import { element, fill, make } from '../dom.js';
import { changeBetween, exact, percent, readable } from '../figures.js';
import {
  amount,
  change,
  emptiness,
  facts,
  figure,
  number,
  numeric,
  since,
  skeleton,
  table,
} from '../parts.js';
import { searchFor } from '../search.js';
import { layOutHistory, showHistory } from './panel.js';

/** @typedef {import('./series.js').Asset} Asset */
/** @typedef {import('../api.js').DataOf<'/assets/{id}/divergence'>} Divergence */

let asked = 0;

/** Follows the address. If the coin stays the same, only the history changes. */
export function followCoin() {
  const wanted = inAddress('asset');
  if (current && (wanted ?? current.asset) === current.asset && (wanted !== null || isLargest))
    showHistory(current);
  else showCoin().catch(() => {}); // The panel shows the failure.
}

/** @type {Asset | null} */
let current = null;
let isLargest = false;

export async function showCoin() {
  const body = element('coin-body');
  if (body.childElementCount === 0) fill(body, skeleton(12));
  asked += 1;
  const mine = asked;
  const wanted = inAddress('asset');
  try {
    const id = wanted ?? (await largest());
    if (mine !== asked) return;
    if (id === null) return showNone('No coins yet. The first run of a source adds them.');
    const options = { params: { id } };
    const [asset, divergence] = await Promise.all([
      ask('/assets/{id}', { decimals: 'string' }, options),
      ask('/assets/{id}/divergence', { decimals: 'string' }, options),
      learnSources(),
    ]);
    if (mine !== asked) return;
    isLargest = wanted === null;
    show(asset, divergence.data);
  } catch (error) {
    if (mine === asked && error instanceof FailedReply) showRefusal(error, wanted);
    throw error;
  }
}

async function largest() {
  const { data } = await ask('/assets', { limit: 1 });
  return data[0]?.asset ?? null;
}

/**
 * @param {import('../api.js').Reply<'/assets/{id}'>} reply
 * @param {Divergence} divergence
 */
function show({ data: asset, meta }, divergence) {
  const panel = element('coin');
  const isNew = panel.dataset.shown !== asset.asset;
  current = asset;
  panel.dataset.shown = asset.asset;
  panel.removeAttribute('aria-busy');
  element('coin-title').textContent = `${asset.name ?? asset.asset}, the selected coin`;
  document.title = `${asset.symbol ?? asset.asset} ${readable(asset.price_usd)} · cointape`;
  if (isNew || document.getElementById('chart') === null) layOut();
  fill(element('heading'), ...heading(asset));
  fill(element('quotes'), readingsTable(divergence), factsOf(asset));
  showCredits(meta.attribution ?? []);
  showHistory(asset);
}

function layOut() {
  const history = make('div', { id: 'history' });
  fill(
    element('coin-body'),
    make('header', { id: 'heading' }),
    make('div', { class: 'desk' }, history, make('div', { id: 'quotes' })),
  );
  layOutHistory(history);
}

/** @param {Asset} asset */
function heading(asset) {
  return [
    make(
      'p',
      { class: 'who' },
      make('strong', {}, asset.name ?? asset.asset),
      make('span', { class: 'symbol' }, asset.symbol ?? ''),
      make('code', {}, asset.asset),
      asset.rank !== null && make('span', { class: 'quiet' }, `rank ${asset.rank}`),
    ),
    make(
      'p',
      { class: 'headline' },
      figure(asset.price_usd, asset.observation_id, { key: 'price' }),
      make('span', { class: 'quiet' }, 'USD'),
      change(asset.percent_change_24h),
      make('span', { class: 'quiet' }, '24 h'),
    ),
    make(
      'p',
      { class: asset.stale ? 'quiet warn' : 'quiet' },
      asset.source === null ? 'No source prices it now' : `${sourceName(asset.source)}, `,
      asset.created_at && since(asset.created_at),
      asset.stale && ', stale',
    ),
  ];
}

/** Why a price is not compared. @type {Record<string, string>} */
const EXCLUDED = {
  stale: 'stale',
  age: 'too old',
  gap: 'of another time',
};
/** An older price says nothing about the present. The chart has its history. */
const NOW_S = 7 * 86_400;

/** @param {Divergence} divergence */
function readingsTable({ readings, spread_bps, outlier }) {
  const recent = readings
    .filter(({ age_seconds }) => age_seconds <= NOW_S)
    .toSorted((a, b) => sourceOrder.indexOf(a.source) - sourceOrder.indexOf(b.source));
  if (recent.length === 0) return null;
  const rows = recent.map((one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, sourceName(one.source)),
      number(figure(one.price_usd, one.observation_id, { key: `reading ${one.observation_id}` })),
      number(
        one.excluded === null
          ? deviation(one.deviation_bps)
          : make('span', { class: 'quiet' }, EXCLUDED[one.excluded] ?? one.excluded),
      ),
      number(since(one.created_at)),
    ),
  );
  const spread =
    spread_bps === null
      ? 'No spread: fewer than two prices can be compared.'
      : `Spread ${exact(spread_bps)} bp (1 bp is 0.01 %)${outlier ? `; furthest from the median: ${sourceName(outlier)}` : ''}.`;
  return make(
    'div',
    {},
    table(
      'Newest price by source',
      ['Source', numeric('Price, USD'), numeric('From median'), numeric('Updated')],
      rows,
      'readings',
    ),
    make('p', { class: 'quiet spread' }, spread),
  );
}

/** @param {string | null} bps */
const deviation = (bps) => (bps === null ? '–' : `${percent(bps).replace(' %', '')} bp`);

/** @param {Asset} asset */
function factsOf(asset) {
  return facts([
    ['Market cap', amount(asset.market_cap_usd)],
    ['Volume 24 h', amount(asset.volume_24h_usd)],
    ['Change 1 h', change(asset.percent_change_1h)],
    ['Change 7 d', change(asset.percent_change_7d)],
    ['Circulating supply', amount(asset.circulating_supply)],
    asset.max_supply === null
      ? ['Total supply', amount(asset.total_supply)]
      : ['Max supply', amount(asset.max_supply)],
    ['Fully diluted', amount(asset.fully_diluted_valuation_usd)],
    ['All-time high', highest(asset)],
  ]);
}

/** The highest price, its day, and the distance of the present price. @param {Asset} asset */
function highest({ ath_usd, ath_at, price_usd }) {
  if (ath_usd === null) return '–';
  const distance = price_usd === null ? null : changeBetween(ath_usd, price_usd);
  return make(
    'span',
    {},
    figure(ath_usd, null),
    distance !== null && ' ',
    distance !== null && change(distance),
    ath_at !== null && ' ',
    ath_at !== null && make('time', { class: 'quiet', datetime: ath_at }, ath_at.slice(0, 10)),
  );
}

/**
 * @param {FailedReply} refusal
 * @param {string | null} wanted
 */
function showRefusal(refusal, wanted) {
  const body = element('coin-body');
  if (refusal.status !== 404) {
    const again = () => void showCoin().catch(() => {});
    if (!element('coin').dataset.shown) fill(body, emptiness(refusal.message, again));
    return;
  }
  showNone(`No coin has the id “${wanted}”.`, waysOn(wanted ?? '', refusal.candidates));
}

/**
 * @param {string} wanted
 * @param {string[]} candidates
 */
const waysOn = (wanted, candidates) => [
  candidates.length > 0 &&
    make(
      'p',
      { class: 'empty candidates' },
      'Similar: ',
      ...candidates.map((asset) => make('a', { href: linkTo('/', { asset }), 'data-asset': asset }, asset)),
    ),
  make(
    'p',
    { class: 'empty candidates' },
    make(
      'button',
      { type: 'button', class: 'link', onclick: () => searchFor(wanted) },
      `Search for “${wanted}”`,
    ),
    make('a', { href: '/#coins' }, 'All coins'),
    make('a', { href: '/' }, 'The largest coin'),
  ),
];

/**
 * @param {string} text
 * @param {import('../dom.js').Child[]} ways
 */
function showNone(text, ways = []) {
  const panel = element('coin');
  current = null;
  delete panel.dataset.shown;
  panel.removeAttribute('aria-busy');
  fill(element('coin-body'), emptiness(text), ...ways);
}

/** @param {{ text: string, url: string | null }[]} credits */
function showCredits(credits) {
  const parts = credits.flatMap(({ text, url }) => [
    url === null ? text : make('a', { href: url, rel: 'noreferrer' }, text),
    '. ',
  ]);
  fill(element('attribution'), ...parts);
}
