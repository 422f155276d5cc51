// Numbers stay decimal text from the reply to the screen. People see a rounded text; the page keeps the exact text too.

const NONE = '–';
const MINUS = '−';
const UNITS = /** @type {const} */ ([
  [12, 'T'],
  [9, 'B'],
  [6, 'M'],
]);
/** Significant digits of a rounded figure. */
const SIGNIFICANT = 6;
/** With at least this many zeros after the point, a small digit gives their number. */
const ZEROS_MIN = 4;
const SMALL_DIGITS = '₀₁₂₃₄₅₆₇₈₉';

/**
 * Every digit, with commas between thousands. A dash means unknown.
 * @param {string | null} text
 */
export function exact(text) {
  if (text === null) return NONE;
  const { sign, whole, fraction } = digitsOf(text);
  return `${sign}${grouped(whole)}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * Rounded to six significant digits, with the whole part complete and a count for many zeros: `81,132.9`, `1.00`,
 * `0.0₆9899`. Never has more decimals than the text.
 * @param {string | null} text
 * @param {number} significant
 */
export function readable(text, significant = SIGNIFICANT) {
  if (text === null) return NONE;
  const { whole, fraction } = digitsOf(text);
  const zeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  const places = whole === '0' ? zeros + significant : Math.max(0, significant - whole.length);
  const kept = Math.min(places, fraction.length);
  const [head, tail = ''] = rounded(text, kept).split('.');
  const figure = `${head}${tail === '' ? '' : `.${countZeros(head, trimmed(tail))}`}`;
  return `${/[1-9]/.test(figure) ? signOf(text) : ''}${figure}`;
}

/** Without trailing zeros, except in the first two places. @param {string} fraction */
const trimmed = (fraction) => fraction.slice(0, 2) + fraction.slice(2).replace(/0+$/, '');

/**
 * @param {string | undefined} whole
 * @param {string} fraction
 */
function countZeros(whole, fraction) {
  const zeros = /^0*(?=[1-9])/.exec(fraction)?.[0].length ?? 0;
  if (whole !== '0' || zeros < ZEROS_MIN) return fraction;
  const count = [...String(zeros)].map((digit) => SMALL_DIGITS[Number(digit)]).join('');
  return `0${count}${fraction.slice(zeros)}`;
}

/**
 * Three digits and a unit: `1.60T`. A number below a million has no unit; below a thousand it is rounded like any figure.
 * @param {string | null} text
 */
export function compact(text) {
  if (text === null) return NONE;
  const { whole, fraction } = digitsOf(text);
  if (whole.length <= 3) return readable(text);
  const unit = UNITS.find(([digits]) => whole.length > digits);
  if (unit === undefined) return `${signOf(text)}${rounded(text, 0)}`;
  const [power, letter] = unit;
  const head = whole.slice(0, whole.length - power);
  const tail = whole.slice(whole.length - power) + fraction;
  return `${signOf(text)}${rounded(`${head}.${tail}`, Math.max(0, 3 - head.length))}${letter}`;
}

/**
 * Rounded half away from zero, with its sign: `+1.07 %`.
 * @param {string | null} text
 * @param {number} places
 */
export function percent(text, places = 2) {
  if (text === null) return NONE;
  const figure = rounded(text, places);
  const sign = directionOf(text) === 'up' ? '+' : signOf(text);
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

/**
 * Negative, zero or positive if `a` is below, equal to or above `b`.
 * @param {string} a
 * @param {string} b
 */
export function compareDecimals(a, b) {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/**
 * The change from `from` to `to` in per cent, with four decimals; null if `from` is zero.
 * @param {string} from
 * @param {string} to
 */
export function changeBetween(from, to) {
  const [a, b] = aligned(from, to);
  if (a === 0n) return null;
  const scaled = ((b - a) * 1_000_000n) / a;
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(5, '0');
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/**
 * Both numbers as multiples of one unit.
 * @param {string} a
 * @param {string} b
 * @returns {[bigint, bigint]}
 */
function aligned(a, b) {
  const places = Math.max(digitsOf(a).fraction.length, digitsOf(b).fraction.length);
  const whole = (/** @type {string} */ text) => {
    const { sign, whole, fraction } = digitsOf(text);
    const value = BigInt(whole + fraction.padEnd(places, '0'));
    return sign === '' ? value : -value;
  };
  return [whole(a), whole(b)];
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
 * A duration in one unit.
 * @param {number} seconds
 */
export function age(seconds) {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${counted(Math.floor(seconds / 86_400))} d`;
}

/**
 * `2026-11-23T08:27:50.001Z` as `2026-11-23 08:27:50`, in a time zone, by default the reader's.
 * @param {string} at
 * @param {string | undefined} timeZone
 */
export const clockText = (at, timeZone) =>
  // Swedish dates have the form of ISO 8601.
  new Date(at).toLocaleString('sv-SE', { timeZone });

/** @param {string} text plain decimal notation */
function digitsOf(text) {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return { sign: text.startsWith('-') ? '-' : '', whole, fraction };
}

/** @param {string} text */
const signOf = (text) => (text.startsWith('-') ? MINUS : '');

/** @param {string} whole */
const grouped = (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * Rounds half away from zero, and omits the sign.
 * @param {string} text
 * @param {number} places
 */
function rounded(text, places) {
  const { whole, fraction } = digitsOf(text);
  const all = BigInt(whole + fraction.padEnd(places + 1, '0').slice(0, places + 1));
  const digits = String((all + 5n) / 10n).padStart(places + 1, '0');
  const cut = digits.length - places;
  return `${grouped(digits.slice(0, cut))}${places === 0 ? '' : `.${digits.slice(cut)}`}`;
}
