// Instants on the page: in UTC, or where the reader is. The choice is kept in this browser.
import { clockText } from './figures.js';

const KEY = 'cointape.times';

export const isLocal = () => localStorage.getItem(KEY) === 'local';

/** The zone for Intl; undefined is the reader's. */
export const timeZone = () => (isLocal() ? undefined : 'UTC');

/** What stands behind a time. */
export const zoneName = () => (isLocal() ? 'local time' : 'UTC');

/** `2026-11-23 08:27:50`. @param {string} at */
export const moment = (at) => clockText(at, timeZone());

/**
 * @param {HTMLElement} button
 * @param {() => void} changed
 */
export function wireTimes(button, changed) {
  const label = () => {
    button.textContent = isLocal() ? 'Local' : 'UTC';
    button.setAttribute('aria-label', `Times in ${zoneName()}. Show ${isLocal() ? 'UTC' : 'local time'}`);
  };
  button.addEventListener('click', () => {
    if (isLocal()) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, 'local');
    label();
    changed();
  });
  label();
}
