// The coins that the chart compares.
import { setAddress } from '../address.js';
import { element, fill, make } from '../dom.js';
import { COMPARED_MAX, choicesOf } from './choices.js';

/** @typedef {import('./series.js').Asset} Asset */

export function compareSearch() {
  return make(
    'search',
    { class: 'search compare' },
    make('label', { class: 'hidden', for: 'compare' }, `Compare with up to ${COMPARED_MAX} coins`),
    make('input', {
      id: 'compare',
      type: 'text',
      role: 'combobox',
      'aria-expanded': 'false',
      'aria-controls': 'compare-matches',
      'aria-autocomplete': 'list',
      'aria-describedby': 'compare-note',
      autocomplete: 'off',
      spellcheck: 'false',
      maxlength: '100',
      placeholder: 'Compare with…',
    }),
    make(
      'div',
      { id: 'compare-popup', class: 'popup', hidden: true },
      make('p', { id: 'compare-note', role: 'status' }),
      make('div', { id: 'compare-matches', role: 'listbox', 'aria-label': 'Coins to compare with' }),
    ),
  );
}

/**
 * @param {Asset} asset
 * @param {string} id
 */
export function addCompared(asset, id) {
  const { compared } = choicesOf(asset);
  setAddress({ compare: [...compared, id].slice(-COMPARED_MAX).join(',') });
}

/**
 * @param {Asset} asset
 * @param {string} id
 */
function dropCompared(asset, id) {
  const rest = choicesOf(asset).compared.filter((one) => one !== id);
  setAddress({ compare: rest.length > 0 ? rest.join(',') : null });
}

/** @param {Asset} asset */
export function showCompared(asset) {
  const { compared } = choicesOf(asset);
  fill(
    element('chart-compared'),
    ...compared.map((id, index) =>
      make(
        'button',
        {
          type: 'button',
          class: `chip series-${index + 2}`,
          'data-key': `drop ${id}`,
          'aria-label': `Stop comparing with ${id}`,
          onclick: () => dropCompared(asset, id),
        },
        `${id} ✕`,
      ),
    ),
  );
}
