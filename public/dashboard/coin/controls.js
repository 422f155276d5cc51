// The controls above the chart: span, series, form and scale.
import { setAddress } from '../address.js';
import { element, fill, make } from '../dom.js';
import { choice } from '../parts.js';
import { choicesOf } from './choices.js';
import { RANGES, seriesOf } from './series.js';

/** @typedef {import('./series.js').Asset} Asset */

/** @type {[string, string][]} */
const FORMS = [
  ['candles', 'Candles'],
  ['readings', 'Readings'],
];

/** @param {Asset} asset */
export function showControls(asset) {
  const { series, range, form, log, compared } = choicesOf(asset);
  const ranges = Object.entries(RANGES).map(([id, { name }]) => /** @type {[string, string]} */ ([id, name]));
  const select = make(
    'select',
    {
      'aria-label': 'Series of the chart',
      id: 'chart-series',
      'data-key': 'series',
      onchange: () =>
        setAddress({ series: select.value === 'consolidated' ? null : select.value, range: null }),
    },
    ...seriesOf(asset).map(({ id, name }) => make('option', { value: id, selected: id === series.id }, name)),
  );
  fill(
    element('chart-controls'),
    choice('Span of the chart', ranges, range, (one) => setAddress({ range: one })),
    select,
    compared.length === 0 &&
      choice('Form of the chart', FORMS, form === 'line' ? 'readings' : 'candles', (one) =>
        setAddress({ form: one === 'readings' ? one : null }),
      ),
    compared.length === 0 &&
      make(
        'button',
        {
          type: 'button',
          class: 'toggle',
          'aria-pressed': String(log),
          'data-key': 'log',
          onclick: () => setAddress({ scale: log ? null : 'log' }),
        },
        'Log scale',
      ),
  );
}
