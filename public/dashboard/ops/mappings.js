// Mappings that the evidence leaves open, each with both series in one chart, for an operator to decide.
import { addressOf, ask, failureOf, send, sourceName, tokens } from '../api.js';
import { openChart } from '../coin/chart.js';
import { loadReadings } from '../coin/series.js';
import { element, fill, make } from '../dom.js';
import { counted } from '../figures.js';
import { emptiness, figure, moreOf, skeleton } from '../parts.js';
import { tokenForm } from '../token-form.js';

/** @typedef {import('../api.js').RowOf<'/mappings'>} Mapping */

const list = { shown: 10 };
let isOpen = false;

const showAnyway = () => {
  isOpen = false;
  return showMappings();
};

export async function showMappings() {
  const body = element('mappings-body');
  if (body.childElementCount === 0) fill(body, skeleton(4));
  // A refresh would disturb an operator who is deciding.
  if (isOpen) return;
  const { data, pagination } = await ask('/mappings', {
    state: 'proposed,conflict',
    limit: list.shown,
    decimals: 'string',
  });
  const total = pagination.total;
  const note = total !== null && total > data.length ? `The newest ${list.shown} of ${counted(total)}.` : '';
  fill(
    body,
    ...(data.length === 0 ? [emptiness('Nothing to decide.')] : data.map(mappingPart)),
    make('p', { class: 'quiet' }, note && `${note} `, moreOf(list, pagination, showAnyway)),
  );
}

/** @type {Record<Mapping['method'], string>} */
const GROUNDS = {
  decision: 'a decision',
  reviewed: 'a reviewed list',
  contract: 'the same contract',
  id: 'the same id',
  succession: 'it may follow a listing that is gone',
  name: 'the same name',
  similar: 'similar names',
  symbol: 'the same ticker',
  own: 'no other coin fits',
};

/** @param {Mapping} mapping */
function mappingPart(mapping) {
  const { source, external_id, symbol, name, asset, method, state } = mapping;
  const content = make('div', {});
  const details = make(
    'details',
    { class: 'mapping' },
    make(
      'summary',
      {},
      make('strong', {}, `${name ?? external_id} ${symbol ?? ''}`),
      // Two listings may have the same name, so the id is shown too.
      ` of ${sourceName(source)}, `,
      make('code', {}, external_id),
      ': is it ',
      make('strong', {}, asset),
      '? ',
      make('span', { class: 'quiet' }, `${state}: ${GROUNDS[method]}`),
    ),
    content,
  );
  details.addEventListener('toggle', () => {
    isOpen = element('mappings-body').querySelector('details[open]') !== null;
    if (details.open && content.childElementCount === 0) open(mapping, content);
  });
  return details;
}

/**
 * @param {Mapping} mapping
 * @param {HTMLElement} content
 */
function open(mapping, content) {
  const box = make('div', { class: 'chart small', role: 'img', 'aria-label': 'Both series' });
  const words = make('p', { class: 'quiet' }, 'Loading both series…');
  fill(content, pricesList(mapping), box, words, decisionForm(mapping));
  draw(mapping, box, words).catch((error) => {
    words.textContent = failureOf(error).message;
  });
}

/** @param {Mapping} mapping */
const pricesList = ({ prices }) =>
  make(
    'ul',
    { class: 'plain' },
    ...prices.map(({ source, external_id, price_usd, is_mapped }, index) =>
      make(
        'li',
        {},
        make('i', { class: `series-${index + 1}` }, sourceName(source)),
        ` ${external_id}: `,
        figure(price_usd, null),
        is_mapped ? ' USD, the listing' : ' USD, the coin',
      ),
    ),
  );

/**
 * @param {Mapping} mapping
 * @param {HTMLElement} box
 * @param {HTMLElement} words
 */
async function draw({ prices }, box, words) {
  const wanted = prices.slice(0, 4);
  const drawn = await Promise.all(
    wanted.map(({ source, external_id }) => loadReadings({ source, external_id }, '7d')),
  );
  const [main, ...others] = drawn;
  if (main === undefined || drawn.every(({ points }) => points.length === 0)) {
    words.textContent = 'Neither series has a reading of the last 7 days.';
    return;
  }
  const chart = await openChart(box, () => {});
  chart.draw({ main, others, log: false, span: 'mapping' });
  const counts = drawn.map(({ points }, index) => `${wanted[index]?.external_id}: ${points.length}`);
  words.textContent = `Change in per cent over the last 7 days. Readings: ${counts.join(', ')}.`;
}

/** @param {Mapping} mapping */
function decisionForm({ id, asset }) {
  const place = make('div', {});
  const show = (/** @type {string} */ note) => {
    if (tokens.get('scheduler') === null)
      return fill(
        place,
        tokenForm('scheduler', 'You need the operator token to decide.', note, () => show('')),
      );
    const who = make('input', { type: 'text', required: true, maxlength: 200, autocomplete: 'name' });
    const why = make('input', { type: 'text', required: true, maxlength: 1000, class: 'long' });
    const words = make('p', { role: 'status' }, note);
    const form = make(
      'form',
      { class: 'controls' },
      make('label', {}, 'Your name ', who),
      make('label', {}, 'Reason ', why),
      make('button', { type: 'submit', value: 'confirm' }, `It is ${asset}`),
      make('button', { type: 'submit', value: 'reject' }, 'It is another coin'),
      words,
    );
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const action = event.submitter instanceof HTMLButtonElement ? event.submitter.value : 'confirm';
      const path = addressOf('/mappings/{id}/decisions', { id });
      try {
        await send(path, 'scheduler', { action, who: who.value, why: why.value });
        fill(
          place,
          make(
            'p',
            { role: 'status' },
            'Decision stored. The next resolution applies it, in about a minute.',
          ),
        );
        isOpen = false;
      } catch (error) {
        const failure = failureOf(error);
        if (failure.status === 401) tokens.set('scheduler', null);
        if (failure.status === 401) show('That token is not the right one.');
        else words.textContent = failure.message;
      }
    });
    fill(place, form);
  };
  show('');
  return place;
}
