// Instants on the page, in UTC or in the reader's time zone. The address says which.
import { addressWith, followAddress, inAddress, setAddress } from './address.js';
import { clockText } from './figures.js';

const KEY = 'cointape.times';
const LOCAL = 'local';

export const isLocal = () => inAddress('times') === LOCAL;

/** The time zone for Intl; undefined means the reader's. */
export const timeZone = () => (isLocal() ? undefined : 'UTC');

/** The name of the time zone, to write after a time. */
export const zoneName = () => (isLocal() ? 'local time' : 'UTC');

/** `2026-11-23 08:27:50`. @param {string} at */
export const moment = (at) => clockText(at, timeZone());

/**
 * A visit whose address has no parameters begins with the last choice of this browser.
 * @param {HTMLElement} button
 * @param {() => void} changed
 */
export function wireTimes(button, changed) {
  if (location.search === '' && localStorage.getItem(KEY) === LOCAL)
    history.replaceState(null, '', addressWith({ times: LOCAL }) + location.hash);
  let shown = isLocal();
  const label = () => {
    button.textContent = shown ? 'Local' : 'UTC';
    button.setAttribute('aria-label', `Times in ${zoneName()}. Show ${shown ? 'UTC' : 'local time'}`);
  };
  button.addEventListener('click', () => {
    if (shown) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, LOCAL);
    setAddress({ times: shown ? null : LOCAL });
  });
  followAddress(() => {
    if (shown === isLocal()) return;
    shown = isLocal();
    label();
    changed();
  });
  label();
}
