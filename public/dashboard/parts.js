// Elements that several panels use.
import { make } from './dom.js';
import { age, compact, directionOf, exact, percent, readable } from './figures.js';
import { moment, zoneName } from './time.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * A rounded text with its exact text, which hovering and focusing show, copying copies, and screen readers read.
 * @param {string} seen
 * @param {string} all
 */
const twoTexts = (seen, all) => [
  make('span', { class: 'seen', 'aria-hidden': 'true' }, seen),
  make('span', { class: 'hidden all' }, all),
];

/**
 * A rounded price. With an observation it is a button that opens the proof.
 * @param {string | null} text
 * @param {string | null} observationId null if the figure has no proof
 * @param {{ full?: boolean, key?: string }} options full: shows every digit
 */
export function figure(text, observationId, { full = false, key } = {}) {
  if (text === null) return make('span', { class: 'figure' }, '–');
  const seen = full ? exact(text) : readable(text);
  const content = seen === text ? [text] : twoTexts(seen, text);
  const attributes = { class: 'figure', 'data-exact': exact(text) };
  if (observationId === null) return make('span', attributes, ...content);
  const proof = { 'data-proof': observationId, 'data-key': key ?? observationId };
  return make('button', { type: 'button', ...attributes, ...proof }, ...content);
}

/** A large amount in three digits and a unit. @param {string | null} text */
export function amount(text) {
  if (text === null) return make('span', {}, '–');
  return make('span', { class: 'figure', 'data-exact': exact(text) }, ...twoTexts(compact(text), text));
}

/** A change in per cent. @param {string | null} text */
export function change(text) {
  if (text === null) return make('span', { class: 'flat' }, '–');
  const shown = percent(text);
  const direction = /[1-9]/.test(shown) ? directionOf(text) : 'flat';
  return make('span', { class: `figure ${direction}`, 'data-exact': `${text} %` }, ...twoTexts(shown, text));
}

/** An instant in the time zone of the page. @param {string} at */
export const instant = (at) => make('time', { datetime: at, 'data-exact': at }, ...twoTexts(moment(at), at));

/** The instant of a bar. A bar of a whole UTC day has no clock time. @param {string} at @param {boolean} isDay */
export const barInstant = (at, isDay) =>
  isDay ? make('time', { datetime: at }, at.slice(0, 10)) : instant(at);

/**
 * The age of an instant, which the page keeps up to date.
 * @param {string | null} at
 * @param {string} never
 */
export function since(at, never = 'never') {
  if (at === null) return make('span', {}, never);
  const all = `${moment(at)} ${zoneName()}`;
  return make('time', { datetime: at, 'data-exact': all, 'data-age': true }, ageOf(at));
}

/** Updates every age on the page. */
export function tickAges() {
  for (const node of document.querySelectorAll('time[data-age]'))
    node.textContent = ageOf(node.getAttribute('datetime') ?? '');
}

/** @param {string} at */
const ageOf = (at) => `${age((Date.now() - Date.parse(at)) / 1000)} ago`;

/**
 * A group of buttons; one of them is pressed.
 * @param {string} label for screen readers
 * @param {[name: string, text: string][]} options
 * @param {string} pressed
 * @param {(name: string) => void} choose
 */
export const choice = (label, options, pressed, choose) =>
  make(
    'div',
    { class: 'choice', role: 'group', 'aria-label': label },
    ...options.map(([name, text]) =>
      make(
        'button',
        {
          type: 'button',
          'aria-pressed': String(name === pressed),
          'data-key': `${label} ${name}`,
          onclick: () => choose(name),
        },
        text,
      ),
    ),
  );

/**
 * A status, with a sign in addition to its colour.
 * @param {string} status
 */
export const badge = (status) => make('span', { class: `badge ${status}` }, status);

/**
 * @param {Child[]} headings a text, or a complete cell
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
 * The Tab key stops only at boxes that scroll.
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
 * A list of terms and values.
 * @param {[string, Child][]} pairs
 */
export const facts = (pairs) =>
  make(
    'dl',
    { class: 'facts' },
    ...pairs.map(([term, value]) => make('div', {}, make('dt', {}, term), make('dd', {}, value || '–'))),
  );

/**
 * The text of a panel that has nothing to show.
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

/** The most rows that a list asks for at once. */
const LIST_MAX = 500;

/**
 * A button that shows four times as many rows of a list, or false if there are no more.
 * @param {{ shown: number }} list
 * @param {{ next_cursor: string | null }} pagination
 * @param {() => Promise<void>} show
 */
export function moreOf(list, { next_cursor }, show) {
  if (next_cursor === null || list.shown >= LIST_MAX) return false;
  const more = () => {
    list.shown = Math.min(list.shown * 4, LIST_MAX);
    void show().catch(() => {}); // The panel shows the failure.
  };
  return make('button', { type: 'button', class: 'link', 'data-key': 'more', onclick: more }, 'Show more');
}
