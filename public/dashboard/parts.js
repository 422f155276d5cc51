// Pieces that several panels are made of.
import { make } from './dom.js';
import { age, directionOf, exact, moment, percent, short } from './figures.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * A price that leads to its proof. The text holds every digit: what is read out and copied is the whole figure, also
 * where the eye sees only its first digits and an ellipsis.
 * @param {string | null} text
 * @param {string | null} observationId null for a figure without a proof
 * @param {{ full?: boolean, key?: string }} options
 */
export function figure(text, observationId, { full = false, key } = {}) {
  const all = exact(text);
  const seen = full ? all : short(text).text;
  const rest = all.slice(seen.length);
  const content = [seen, rest && make('span', { class: 'hidden' }, rest)];
  const className = /[1-9]/.test(rest) ? 'figure cut' : 'figure';
  if (text === null || observationId === null)
    return make('span', { class: className, title: text === null ? 'unknown' : all }, ...content);
  const attributes = { 'data-proof': observationId, 'data-key': key ?? observationId };
  const title = `${all} – show the proof`;
  return make('button', { type: 'button', class: className, title, ...attributes }, ...content);
}

/** @param {string | null} text */
export function change(text) {
  const shown = percent(text);
  const direction = /[1-9]/.test(shown) ? directionOf(text) : 'flat';
  return make('span', { class: direction, title: text ?? 'unknown' }, shown);
}

/**
 * An instant as an age that keeps counting.
 * @param {string | null} at
 * @param {string} never
 */
export function since(at, never = 'never') {
  if (at === null) return make('span', {}, never);
  return make('time', { datetime: at, title: `${moment(at)} UTC`, 'data-age': true }, ageOf(at));
}

/** Moves every age on the page on. */
export function tickAges() {
  for (const node of document.querySelectorAll('time[data-age]'))
    node.textContent = ageOf(node.getAttribute('datetime') ?? '');
}

/** @param {string} at */
const ageOf = (at) => `${age((Date.now() - Date.parse(at)) / 1000)} ago`;

/**
 * A status with a sign beside its colour.
 * @param {string} status
 */
export const badge = (status) => make('span', { class: `badge ${status}` }, status);

/**
 * @param {Child[]} headings `text` or a cell of its own
 * @param {string} caption for screen readers
 * @param {HTMLTableRowElement[]} rows
 * @param {string} className
 */
export function table(caption, headings, rows, className = '') {
  const head = headings.map((heading) =>
    heading instanceof HTMLTableCellElement ? heading : make('th', { scope: 'col' }, heading),
  );
  const box = make(
    'div',
    { class: 'scroll' },
    make(
      'table',
      { class: className },
      make('caption', { class: 'hidden' }, caption),
      make('thead', {}, make('tr', {}, ...head)),
      make('tbody', {}, ...rows),
    ),
  );
  new ResizeObserver(() => reachByKeyboard(box, caption)).observe(box);
  return box;
}

/**
 * Only what can be scrolled is a stop of the Tab key.
 * @param {HTMLElement} box
 * @param {string} label
 */
function reachByKeyboard(box, label) {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  const attributes = Object.entries({ tabindex: '0', role: 'region', 'aria-label': label });
  for (const [name, value] of attributes) {
    if (scrolls) box.setAttribute(name, value);
    else box.removeAttribute(name);
  }
}

/** @param {string} text */
export const numeric = (text) => make('th', { scope: 'col', class: 'number' }, text);

/** @param {Child[]} children */
export const number = (...children) => make('td', { class: 'number' }, ...children);

/**
 * Terms and what they are.
 * @param {[string, Child][]} pairs
 */
export const facts = (pairs) =>
  make(
    'dl',
    { class: 'facts' },
    ...pairs.map(([term, value]) => make('div', {}, make('dt', {}, term), make('dd', {}, value || '–'))),
  );

/**
 * What stands where nothing could be shown.
 * @param {string} text
 * @param {(() => void) | null} retry
 */
export const emptiness = (text, retry = null) =>
  make(
    'p',
    { class: 'empty' },
    text,
    retry && make('button', { type: 'button', class: 'link', onclick: retry }, 'Try again'),
  );

/** @param {number} rows */
export const skeleton = (rows) =>
  make(
    'div',
    { class: 'skeleton', 'aria-hidden': 'true' },
    ...Array.from({ length: rows }, () => make('span', {})),
  );
