// One coin: what each source says of it now, and its history.
import { ask, FailedReply, sourceName } from './api.js';
import { element, fill, make } from './dom.js';
import { compact, exact, percent, short } from './figures.js';
import { showHistory } from './history.js';
import { markChosen } from './market.js';
import { change, emptiness, facts, figure, number, numeric, since, skeleton, table } from './parts.js';

/** What the address asks for; null shows the largest coin. @type {string | null} */
let chosen = null;
let asked = 0;

/** @param {string | null} asset */
export function showChosen(asset) {
  if (asset === chosen && element('instrument').dataset.shown) return;
  chosen = asset;
  showInstrument().catch(() => {}); // the panel itself has said it
}

export async function showInstrument() {
  const body = element('instrument-body');
  if (body.childElementCount === 0) fill(body, skeleton(12));
  asked += 1;
  const mine = asked;
  try {
    const id = chosen ?? (await largest());
    if (mine !== asked) return;
    if (id === null) return showNone('No coin yet. The first run of a source brings them.');
    const path = `/assets/${encodeURIComponent(id)}`;
    const [asset, divergence] = await Promise.all([
      ask(path, { decimals: 'string' }),
      ask(`${path}/divergence`, { decimals: 'string' }),
    ]);
    if (mine === asked) show(asset, divergence.data);
  } catch (error) {
    if (mine === asked && error instanceof FailedReply) showRefusal(error);
    throw error;
  }
}

async function largest() {
  const { data } = await ask('/assets', { limit: 1 });
  return data[0]?.asset ?? null;
}

/**
 * @param {{ data: any, meta: any }} reply
 * @param {any} divergence
 */
function show({ data: asset, meta }, divergence) {
  const panel = element('instrument');
  const body = element('instrument-body');
  const isNew = panel.dataset.shown !== asset.asset;
  panel.dataset.shown = asset.asset;
  panel.removeAttribute('aria-busy');
  element('instrument-title').textContent = `${asset.name ?? asset.asset}, the coin that is shown`;
  document.title = `${asset.symbol ?? asset.asset} ${short(asset.price_usd).text} · cointape`;
  if (isNew || body.querySelector('#history') === null)
    fill(body, make('div', { id: 'quotes' }), make('div', { id: 'history' }));
  fill(element('quotes'), heading(asset), readingsTable(divergence), factsOf(asset));
  showCredits(meta.attribution);
  markChosen();
  showHistory(asset, isNew);
}

/** @param {any} asset */
function heading(asset) {
  return make(
    'header',
    { class: 'instrument' },
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
      figure(asset.price_usd, asset.observation_id, { full: true, key: 'price' }),
      make('span', { class: 'quiet' }, 'USD'),
      change(asset.percent_change_24h),
    ),
    make(
      'p',
      { class: asset.stale ? 'quiet warn' : 'quiet' },
      asset.source === null ? 'No source prices it now' : `${sourceName(asset.source)}, `,
      asset.created_at && since(asset.created_at),
      asset.stale && ', stale',
    ),
  );
}

/** Why a price is not compared. @type {Record<string, string>} */
const EXCLUDED = {
  stale: 'stale',
  age: 'too old',
  gap: 'other time',
};

/** @param {any} divergence */
function readingsTable({ readings, spread_bps, outlier }) {
  if (readings.length === 0) return null;
  const rows = readings.map((/** @type {any} */ one) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, sourceName(one.source)),
      number(
        figure(one.price_usd, one.observation_id, {
          full: true,
          key: `reading ${one.observation_id}`,
        }),
      ),
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
      ? 'Fewer than two fresh prices: nothing to compare.'
      : `Spread ${exact(spread_bps)} bp${outlier ? `; furthest from the median: ${sourceName(outlier)}` : ''}.`;
  return make(
    'div',
    {},
    table(
      'Newest price by source',
      ['Source', numeric('Price, USD'), numeric('vs median'), numeric('As of')],
      rows,
      'readings',
    ),
    make('p', { class: 'quiet spread' }, spread),
  );
}

/** @param {string | null} bps */
const deviation = (bps) => (bps === null ? '–' : `${percent(bps).replace(' %', '')} bp`);

/** @param {any} asset */
function factsOf(asset) {
  const amount = (/** @type {string | null} */ text) => make('span', { title: exact(text) }, compact(text));
  return facts([
    ['Market cap', amount(asset.market_cap_usd)],
    ['Volume 24 h', amount(asset.volume_24h_usd)],
    ['1 h', change(asset.percent_change_1h)],
    ['7 d', change(asset.percent_change_7d)],
    ['Circulating', amount(asset.circulating_supply)],
    ['Supply limit', amount(asset.max_supply ?? asset.total_supply)],
  ]);
}

/** @param {FailedReply} refusal */
function showRefusal(refusal) {
  const panel = element('instrument');
  const body = element('instrument-body');
  if (refusal.status !== 404) {
    if (!panel.dataset.shown) fill(body, emptiness(refusal.message, showAgain));
    return;
  }
  const candidates = refusal.candidates.map((asset) =>
    make('button', { type: 'button', 'data-asset': asset, class: 'link' }, asset),
  );
  showNone(`No coin has the id “${chosen}”.`, candidates);
}

const showAgain = () => void showInstrument().catch(() => {});

/**
 * @param {string} text
 * @param {HTMLElement[]} candidates
 */
function showNone(text, candidates = []) {
  const panel = element('instrument');
  delete panel.dataset.shown;
  panel.removeAttribute('aria-busy');
  markChosen();
  fill(
    element('instrument-body'),
    emptiness(text),
    candidates.length > 0 && make('p', { class: 'empty candidates' }, 'Close to it: ', ...candidates),
  );
}

/** @param {{ text: string, url: string | null }[]} credits */
function showCredits(credits) {
  const parts = credits.flatMap(({ text, url }) => [
    url === null ? text : make('a', { href: url, rel: 'noreferrer' }, text),
    '. ',
  ]);
  fill(element('attribution'), ...parts);
}
