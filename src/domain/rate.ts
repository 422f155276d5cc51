import { onTimeUntil } from './beat.ts';
import { type Decimal, isZero } from './decimal.ts';
import { INSTANT_MICROS_MAX, type Instant, instantOfMicros, microsOf, microsText } from './instant.ts';

/** The numbers of significant digits of a converted figure and of a rate. */
export const CONVERTED_DIGITS = 12;
export const RATE_DIGITS = 18;

/** Two currencies as one reply states them: the units of each per bitcoin. */
export interface RatePair {
  units_per_btc: Decimal;
  usd_per_btc: Decimal;
}

/** US dollars per unit: `usd_per_btc / units_per_btc`, rounded half away from zero. */
export const usdPerUnit = ({ units_per_btc, usd_per_btc }: RatePair): Decimal =>
  quotient([usd_per_btc], units_per_btc, RATE_DIGITS);

/** An amount of US dollars: `usd × units_per_btc / usd_per_btc`, rounded once, half away from zero. */
export const convertUsd = (usd: Decimal, { units_per_btc, usd_per_btc }: RatePair): Decimal =>
  quotient([usd, units_per_btc], usd_per_btc, CONVERTED_DIGITS);

/** Whether a rate is on time at a moment, by the beat of its reply. */
export const isRateOnTime = (rate: { observed_at: Instant; beat_seconds: number }, at: Instant): boolean =>
  microsOf(at) <= microsOf(onTimeUntil(rate));

/** The last instant at which a rate is still on time; null if it is not on time. */
export const rateTurnsAt = (
  rate: { observed_at: Instant; beat_seconds: number },
  at: Instant,
): Instant | null => (isRateOnTime(rate, at) ? onTimeUntil(rate) : null);

/**
 * The product of the factors divided by a number other than zero, to this many significant digits, half away from
 * zero. It uses only whole numbers and rounds only the result.
 */
export function quotient(factors: readonly Decimal[], divisor: Decimal, digits: number): Decimal {
  if (factors.some(isZero)) return '0';
  const numerator = product(factors);
  const denominator = product([divisor]);
  const is_negative = numerator.units < 0n !== denominator.units < 0n;
  const [n, d] = [size(numerator.units), size(denominator.units)];
  // One digit too many, or exactly enough: n × 10^shift / d.
  let shift = digits - (lengthOf(n) - lengthOf(d));
  if (scaled(n, shift) / scaled(d, -shift) >= 10n ** BigInt(digits)) shift -= 1;
  const [top, bottom] = [scaled(n, shift), scaled(d, -shift)];
  const rounded = (2n * top + bottom) / (2n * bottom);
  return (is_negative ? '-' : '') + plain(rounded, shift + numerator.scale - denominator.scale);
}

interface Units {
  units: bigint;
  /** Digits after the point. */
  scale: number;
}

const product = (decimals: readonly Decimal[]): Units =>
  decimals.reduce<Units>(
    (all, decimal) => ({
      units: all.units * BigInt(decimal.replace('.', '')),
      scale: all.scale + (decimal.split('.')[1]?.length ?? 0),
    }),
    { units: 1n, scale: 0 },
  );

const size = (units: bigint): bigint => (units < 0n ? -units : units);
const lengthOf = (units: bigint): number => units.toString().length;
const scaled = (units: bigint, shift: number): bigint => units * 10n ** BigInt(Math.max(shift, 0));

/** `units / 10^scale` in plain notation, without trailing zeros in the fraction. */
function plain(units: bigint, scale: number): Decimal {
  if (scale <= 0) return (units * 10n ** BigInt(-scale)).toString();
  const text = units.toString().padStart(scale + 1, '0');
  const fraction = text.slice(-scale).replace(/0+$/, '');
  return text.slice(0, -scale) + (fraction === '' ? '' : `.${fraction}`);
}

/** The key of the rate of one currency in one revision of a reading. */
export interface RateKey {
  source: string;
  currency: string;
  observed_at: Instant;
  revision: number;
}

/** `<source>_<currency>_rate_<observed_at in µs>_<revision>` */
export const formatRateId = ({ source, currency, observed_at, revision }: RateKey): string =>
  `${source}_${currency}_rate_${microsText(observed_at)}_${revision}`;

/** Undefined if formatRateId could not have written it. */
export function parseRateId(text: string): RateKey | undefined {
  const [, source = '', currency = '', micros = '', revision] = ID.exec(text) ?? [];
  if (Number(revision) > REVISION_MAX || micros === '' || BigInt(micros) > INSTANT_MICROS_MAX)
    return undefined;
  return { source, currency, observed_at: instantOfMicros(BigInt(micros)), revision: Number(revision) };
}

/** The largest `integer` of Postgres. */
const REVISION_MAX = 2_147_483_647;
const ID = /^([a-z]+)_([a-z0-9]{1,300})_rate_(0|[1-9]\d{0,17})_([1-9]\d{0,9})$/;
