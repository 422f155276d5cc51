// Finds a coin. A symbol is not an identity: if several coins have it, the reader chooses.
import { ask, FailedReply } from './api.js';
import { element, fill, input as inputOf, make } from './dom.js';
import { readable } from './figures.js';
import { amount } from './parts.js';

const TYPING_MS = 150;
const MATCHES = 10;

/** @typedef {import('./api.js').RowOf<'/assets'>} Match */

/**
 * @param {string} id of the input; the ids of its popup begin with it
 * @param {(asset: string) => void} choose
 */
export function wireSearch(id, choose) {
  const input = inputOf(id);
  const [popup, list, words] = [element(`${id}-popup`), element(`${id}-matches`), element(`${id}-note`)];
  /** @type {Match[]} */
  let matches = [];
  let active = -1;
  /** The text that the matches belong to. */
  let found = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  let asking = new AbortController();

  input.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(look, TYPING_MS);
  });
  input.addEventListener('focus', () => {
    if (input.value.trim() !== '' && matches.length > 0) open();
  });
  input.addEventListener('blur', close);
  input.addEventListener('keydown', onKey);
  if (id === 'search') document.addEventListener('keydown', focusOnSlash);
  // The input must keep the focus until the click arrives.
  popup.addEventListener('pointerdown', (event) => event.preventDefault());
  // A quick reader may have typed before this module was loaded.
  if (document.activeElement === input) look();

  async function look() {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const text = input.value.trim();
    matches = [];
    found = '';
    if (text === '') return close();
    try {
      const { data } = await ask('/assets', { q: text, limit: MATCHES, decimals: 'string' }, { signal });
      matches = data;
      found = text;
      show(noteOn(text, matches));
    } catch (error) {
      if (signal.aborted) return;
      show(error instanceof FailedReply ? error.message : 'The search failed.');
    }
  }

  /** @param {string} note */
  function show(note) {
    active = -1;
    words.textContent = note;
    fill(list, ...matches.map(option));
    open();
  }

  /**
   * @param {Match} match
   * @param {number} index
   */
  function option(match, index) {
    return make(
      'div',
      { role: 'option', id: `${id}-match-${index}`, 'aria-selected': 'false', onclick: () => take(match) },
      make('strong', {}, match.symbol ?? '?'),
      make('span', { class: 'name' }, match.name ?? ''),
      make('span', { class: 'number' }, readable(match.price_usd)),
      make('code', {}, match.asset),
      make('span', { class: 'number quiet' }, amount(match.market_cap_usd)),
    );
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (matches.length > 0) move(step);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      enter();
    } else if (event.key === 'Escape') {
      if (popup.hidden) input.value = '';
      close();
    }
  }

  /** @param {number} step */
  function move(step) {
    open();
    active = (active + step + matches.length) % matches.length;
    for (const [index, node] of [...list.children].entries())
      node.setAttribute('aria-selected', String(index === active));
    input.setAttribute('aria-activedescendant', `${id}-match-${active}`);
    element(`${id}-match-${active}`).scrollIntoView({ block: 'nearest' });
  }

  async function enter() {
    clearTimeout(typing);
    if (found !== input.value.trim()) await look();
    const text = input.value.trim().toLowerCase();
    const exact = matches.filter(({ asset, symbol, name }) =>
      [asset, symbol, name].some((one) => one?.toLowerCase() === text),
    );
    const chosen =
      matches[active] ?? exact.find(({ asset }) => asset === text) ?? only(exact) ?? only(matches);
    if (chosen) take(chosen);
  }

  /** @param {Match} match */
  function take(match) {
    input.value = '';
    matches = [];
    close();
    choose(match.asset);
  }

  function open() {
    popup.hidden = false;
    input.setAttribute('aria-expanded', 'true');
  }

  function close() {
    popup.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  /** @param {KeyboardEvent} event */
  function focusOnSlash(event) {
    const inField = event.target instanceof HTMLElement && event.target.matches('input, select, textarea');
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || inField) return;
    event.preventDefault();
    input.focus();
  }
}

/** Puts a text into the search of the page. @param {string} text */
export function searchFor(text) {
  const input = inputOf('search');
  input.value = text;
  input.focus();
  input.dispatchEvent(new Event('input'));
}

/**
 * @param {string} text
 * @param {Match[]} matches
 */
function noteOn(text, matches) {
  if (matches.length === 0) return `No coin matches “${text}”.`;
  const symbol = text.toUpperCase();
  const same = matches.filter((match) => match.symbol === symbol).length;
  if (same > 1) return `${same} coins have the symbol ${symbol}. Choose one.`;
  return matches.length === 1
    ? '1 coin'
    : `${matches.length === MATCHES ? 'First ' : ''}${matches.length} coins`;
}

/**
 * @template Item
 * @param {Item[]} items
 */
const only = (items) => (items.length === 1 ? items[0] : undefined);
