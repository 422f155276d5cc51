/** An exact decimal number as text in plain notation (`-?digits[.digits]`, never an exponent). */
export type Decimal = string;

/** Postgres and most clients accept far more, but no price needs it, and `1e999999999` must not fill the memory. */
export const DECIMAL_DIGITS_MAX = 200;

export type DecimalReading =
  | { decimal: Decimal; fault?: never }
  | { decimal?: never; fault: 'invalid_number' | 'number_out_of_range' };

/**
 * Reads a number as JSON and CSV write it, including exponents, without losing or adding a digit: `1.50e-3` is
 * `0.00150`. It also accepts a leading `+`, `.5`, `5.` and leading zeros; the result has none of them, so it is
 * always a valid JSON number. `-0` stays. Anything else (`NaN`, `0x1f`, `1,000`, spaces, empty) is
 * `invalid_number`; more than DECIMAL_DIGITS_MAX digits in plain notation is `number_out_of_range`.
 */
export function readDecimal(text: string): DecimalReading {
  if (text.length <= DECIMAL_DIGITS_MAX && PLAIN.test(text)) return { decimal: text };
  const match = NUMBER.exec(text);
  if (match === null) return { fault: 'invalid_number' };
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return { fault: 'invalid_number' };
  const isZero = !/[1-9]/.test(whole) && !/[1-9]/.test(fraction);
  // Zero has no magnitude to shift: 0e-500 is 0.
  const shift = isZero ? 0 : Number(exponent);
  const digits = shiftPoint(whole.replace(/^0+/, ''), fraction, shift);
  if (digits === undefined) return { fault: 'number_out_of_range' };
  return { decimal: (sign === '-' ? '-' : '') + digits };
}

/** The number, or undefined if readDecimal does not accept the text. */
export function parseDecimal(text: string): Decimal | undefined {
  return readDecimal(text).decimal;
}

// The form of most numbers, and already the result.
const PLAIN = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

// No two parts can match the same digit, so the time is linear in the length of the text.
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** `whole.fraction` with the point moved `shift` places to the right; undefined if it becomes too long. */
function shiftPoint(whole: string, fraction: string, shift: number): string | undefined {
  const digits = whole + fraction;
  const point = whole.length + shift;
  const length = Math.max(digits.length, point) + Math.max(0, -point);
  if (length > DECIMAL_DIGITS_MAX) return undefined;
  const left = point > 0 ? digits.slice(0, point).padEnd(point, '0').replace(/^0+/, '') : '';
  const right = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return (left || '0') + (right && `.${right}`);
}

/** Whether the number equals zero: `0`, `-0`, `0.00`. */
export const isZero = (decimal: Decimal): boolean => (decimal[0] ?? '0') < '1' && !/[1-9]/.test(decimal);

/** Whether the number is below zero. `-0` is not. */
export const isNegative = (decimal: Decimal): boolean => decimal[0] === '-' && !isZero(decimal);

/** Orders two numbers exactly: below zero if a < b, zero if they are equal (`1.0` and `1.00` are). */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const negative = isNegative(a);
  if (negative !== isNegative(b)) return negative ? -1 : 1;
  const [x, y] = negative ? [b, a] : [a, b];
  const [wholeX, fractionX] = partsOf(x);
  const [wholeY, fractionY] = partsOf(y);
  if (wholeX.length !== wholeY.length) return wholeX.length < wholeY.length ? -1 : 1;
  // Same length before the point, so the order of texts is the order of numbers: `5` < `51` after it.
  const [left, right] = [wholeX + fractionX, wholeY + fractionY];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Whether two numbers above zero differ by more than a factor. */
export function areFarApart(a: Decimal, b: Decimal, times: number): boolean {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  const [x, y] = [unscaled(a, scale), unscaled(b, scale)];
  return x > y * BigInt(times) || y > x * BigInt(times);
}

/** Whether a number is another one rounded to its own digits after the point; a tie may be rounded either way. */
export const isRounded = (rounded: Decimal, exact: Decimal): boolean =>
  areWithin(rounded, exact, scaleOf(rounded), null);

/** Whether two numbers may be the same number, rounded to the digits of each. */
export const mayBeRoundedFromOne = (a: Decimal, b: Decimal): boolean =>
  areWithin(a, b, scaleOf(a), scaleOf(b));

/** Whether the distance between two numbers is at most half a unit of each of these decimal places. */
function areWithin(a: Decimal, b: Decimal, place: number, other: number | null): boolean {
  const scale = Math.max(scaleOf(a), scaleOf(b));
  const unit = (at: number) => 10n ** BigInt(scale - at);
  const apart = unscaled(a, scale) - unscaled(b, scale);
  return 2n * (apart < 0n ? -apart : apart) <= unit(place) + (other === null ? 0n : unit(other));
}

/**
 * How far the highest of some numbers above zero is from the lowest, in basis points of the lowest, rounded half up to two
 * decimals; null for fewer than two. `basisPoints` in db/sql says the same in SQL.
 */
export function spreadBasisPoints(numbers: readonly Decimal[]): Decimal | null {
  const [first, ...others] = numbers;
  if (first === undefined || others.length === 0) return null;
  const scale = Math.max(...numbers.map(scaleOf));
  let [low, high] = [unscaled(first, scale), unscaled(first, scale)];
  for (const other of others) {
    const number = unscaled(other, scale);
    if (number < low) low = number;
    if (number > high) high = number;
  }
  const hundredths = ((high - low) * 2_000_000n + low) / (2n * low);
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}

function scaleOf(decimal: Decimal): number {
  const point = decimal.indexOf('.');
  return point === -1 ? 0 : decimal.length - point - 1;
}

const unscaled = (decimal: Decimal, scale: number): bigint =>
  BigInt(decimal.replace('.', '') + '0'.repeat(scale - scaleOf(decimal)));

/** Digits before and after the point, without sign, leading zeros and trailing zeros. */
function partsOf(decimal: Decimal): [whole: string, fraction: string] {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  return [whole.replace(/^0+/, ''), fraction.replace(/0+$/, '')];
}
