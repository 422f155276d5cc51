// The choices for the chart, from the address.
import { inAddress } from '../address.js';
import { RANGES, seriesOf } from './series.js';

/** @typedef {import('./series.js').Asset} Asset */
/** @typedef {import('./series.js').Range} Range */

const DAY_MS = 86_400_000;
export const COMPARED_MAX = 3;

/**
 * @param {Asset} asset
 * @returns {{ series: import('./series.js').Series, range: Range, form: 'candles' | 'line', log: boolean, compared: string[] }}
 */
export function choicesOf(asset) {
  const all = seriesOf(asset);
  const [first] = all;
  const series = all.find(({ id }) => id === inAddress('series')) ?? first;
  if (series === undefined) throw new Error('A coin has its consolidated series.');
  const range = inAddress('range');
  const compared = (inAddress('compare') ?? '').split(',').filter((id) => id !== '' && id !== asset.asset);
  return {
    series,
    range: isRange(range) ? range : usualRange(asset, series),
    form: inAddress('form') === 'readings' ? 'line' : 'candles',
    log: inAddress('scale') === 'log',
    compared: [...new Set(compared)].slice(0, COMPARED_MAX),
  };
}

/**
 * @param {string | null} text
 * @returns {text is Range}
 */
const isRange = (text) => text !== null && Object.hasOwn(RANGES, text);

/**
 * The shortest span with data, up to a month.
 * @param {Asset} asset
 * @param {import('./series.js').Series} series
 * @returns {Range}
 */
function usualRange({ coverage }, { source, period }) {
  const spans = coverage.filter((one) => source === null || (one.source === source && one.period === period));
  const [from, to] = [
    Math.max(0, ...spans.map(({ first }) => Date.now() - Date.parse(first))),
    Math.min(...spans.map(({ last }) => Date.now() - Date.parse(last))),
  ];
  if (to > 30 * DAY_MS) return 'all';
  return from <= DAY_MS ? '24h' : from <= 7 * DAY_MS ? '7d' : '30d';
}
