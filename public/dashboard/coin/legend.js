// The exact data at the pointer: the instant, the figures and their source.
import { sourceName } from '../api.js';
import { make } from '../dom.js';
import { changeBetween } from '../figures.js';
import { barInstant, change, figure } from '../parts.js';
import { isOfDays } from './buckets.js';

/** @typedef {import('./panel.js').Line} Line */
/** @typedef {import('./buckets.js').Point} Point */

/**
 * @param {Line[]} lines
 * @param {number | null} time of the pointer; null means the newest point
 */
export function legend(lines, time) {
  const [main] = lines;
  if (main === undefined) return [];
  const point = pointAt(main, time);
  if (point === null) return [make('span', { class: 'quiet' }, 'No data here')];
  return lines.length > 1 ? comparedParts(lines, point) : singleParts(point, isOfDays(main.drawn.bucket));
}

/**
 * @param {Line} line
 * @param {number | null} time
 */
const pointAt = ({ drawn: { points } }, time) =>
  (time === null ? points.at(-1) : points.find((point) => point.time === time)) ?? null;

/**
 * @param {Point} point
 * @param {boolean} isDay
 */
function singleParts(point, isDay) {
  const pair = (/** @type {string} */ name, /** @type {string | null} */ text) =>
    text !== null && make('span', {}, make('i', {}, name), figure(text, null));
  const { open, high, low, close, id, count, complete } = point;
  const origin = [sourceName(point.source), point.external_id].filter(Boolean).join(' ');
  return [
    make('span', { class: 'quiet' }, barInstant(point.at, isDay)),
    pair('O', open),
    pair('H', high),
    pair('L', low),
    make('span', {}, open !== null && make('i', {}, 'C'), figure(close, id)),
    make('span', { class: 'quiet' }, origin),
    count !== null && make('span', { class: 'quiet' }, `${count} ${count === 1 ? 'reading' : 'readings'}`),
    !complete && make('span', { class: 'quiet' }, 'incomplete'),
  ];
}

/**
 * Each coin, with its change since the first bar.
 * @param {Line[]} lines
 * @param {Point} at
 */
function comparedParts(lines, at) {
  const parts = lines.map((line, index) => {
    const [first, point] = [line.drawn.points[0], pointAt(line, at.time)];
    const moved = first && point ? changeBetween(first.close, point.close) : null;
    return make(
      'span',
      {},
      make('i', { class: `series-${index + 1}` }, line.asset),
      point ? figure(point.close, null) : '–',
      ' ',
      change(moved),
    );
  });
  return [
    make('span', { class: 'quiet' }, barInstant(at.at, isOfDays(lines[0]?.drawn.bucket ?? null))),
    ...parts,
  ];
}
