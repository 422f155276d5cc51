// Numbers are text here from the reply to the screen: what is shown are the source's own digits.

/**
 * @typedef {object} Digits
 * @property {boolean} negative
 * @property {string} whole
 * @property {string} fraction
 */

const NONE = '–';
const MINUS = '−';
const UNITS = /** @type {const} */ ([
  [12, 'T'],
  [9, 'B'],
  [6, 'M'],
]);

/**
 * Every digit, with commas between thousands. A dash is unknown.
 * @param {string | null} text
 */
export function exact(text) {
  if (text === null) return NONE;
  const { negative, whole, fraction } = digitsOf(text);
  return `${negative ? '-' : ''}${grouped(whole)}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * The first significant digits, cut and never rounded; `cut` tells that there are more. The whole part stays whole.
 * @param {string | null} text
 * @param {number} significant
 * @returns {{ text: string, cut: boolean }}
 */
export function short(text, significant = 8) {
  if (text === null) return { text: NONE, cut: false };
  const { negative, whole, fraction } = digitsOf(text);
  const zeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  const places = whole === '0' ? zeros + significant : Math.max(2, significant - whole.length);
  const kept = fraction.slice(0, places);
  const cut = /[1-9]/.test(fraction.slice(places));
  return {
    text: `${negative ? '-' : ''}${grouped(whole)}${kept === '' ? '' : `.${kept}`}`,
    cut,
  };
}

/**
 * Four digits and a unit: `1.510 T`. Below a million the whole number.
 * @param {string | null} text
 */
export function compact(text) {
  if (text === null) return NONE;
  const { negative, whole, fraction } = digitsOf(text);
  const [power, unit] = UNITS.find(([digits]) => whole.length > digits) ?? [0, ''];
  const head = whole.slice(0, whole.length - power);
  const tail = whole.slice(whole.length - power) + fraction;
  const figure = rounded(`${head}.${tail || '0'}`, power === 0 ? 0 : Math.max(0, 4 - head.length));
  return `${negative ? MINUS : ''}${figure}${unit && ` ${unit}`}`;
}

/**
 * Rounded half away from zero, with its sign: `+1.07 %`.
 * @param {string | null} text
 * @param {number} places
 */
export function percent(text, places = 2) {
  if (text === null) return NONE;
  const figure = rounded(text.replace('-', ''), places);
  const sign = directionOf(text) === 'down' ? MINUS : directionOf(text) === 'up' ? '+' : '';
  return `${/[1-9]/.test(figure) ? sign : ''}${figure} %`;
}

/**
 * @param {string | null} text
 * @returns {'up' | 'down' | 'flat'}
 */
export function directionOf(text) {
  if (text === null || !/[1-9]/.test(text)) return 'flat';
  return text.startsWith('-') ? 'down' : 'up';
}

/** @param {number} count */
export const counted = (count) => grouped(String(count));

/** @param {number} bytes */
export function bytes(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const [unit, size] = bytes < 1_000_000 ? ['kB', 1000] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${(bytes / Number(size)).toFixed(bytes < 10 * Number(size) ? 1 : 0)} ${unit}`;
}

/** @param {number | null} ms */
export function duration(ms) {
  if (ms === null) return NONE;
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/**
 * How long ago, in one unit.
 * @param {number} seconds
 */
export function age(seconds) {
  if (seconds < 100) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${counted(Math.floor(seconds / 86_400))} d`;
}

/**
 * `2026-11-23T08:27:50.001Z` as `2026-11-23 08:27:50`, in UTC.
 * @param {string} at
 */
export const moment = (at) => at.slice(0, 19).replace('T', ' ');

/**
 * @param {string} text plain decimal notation
 * @returns {Digits}
 */
function digitsOf(text) {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return { negative: text.startsWith('-'), whole, fraction };
}

/** @param {string} whole */
const grouped = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * @param {string} text not negative
 * @param {number} places
 */
function rounded(text, places) {
  const { whole, fraction } = digitsOf(text);
  const all = BigInt(whole + fraction.padEnd(places + 1, '0').slice(0, places + 1));
  const digits = String((all + 5n) / 10n).padStart(places + 1, '0');
  const cut = digits.length - places;
  return `${grouped(digits.slice(0, cut))}${places === 0 ? '' : `.${digits.slice(cut)}`}`;
}
