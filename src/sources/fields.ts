import * as z from 'zod';
import { type Decimal, isNegative, isZero, readDecimal } from '../domain/decimal.ts';
import { type Instant, type InstantReading, readInstant, readUnixInstant } from '../domain/instant.ts';
import { JsonNumber } from '../domain/json-number.ts';
import type { RejectCode } from '../domain/reject.ts';
import { excerpt, isStorable } from '../domain/text.ts';

// Fields of upstream records as zod types. In each of them "", null and an absent key all mean unknown (null). An
// invalid value rejects the record only if nothing remains without it: a price, an id, an instant. Any other
// invalid value is UNREADABLE, and the rest of the record counts.

/** Replaces a value that was sent and cannot be valid. */
export const UNREADABLE: unique symbol = Symbol('unreadable');
/** The value of a record's field; null if it has none. */
export type Told<Value> = Value | null | typeof UNREADABLE;

/** The value, or null if none can be read. */
export const told = <Value>(value: Told<Value>): Value | null => (value === UNREADABLE ? null : value);

const anything = z.unknown().optional();

/** An object. JavaScript treats a JsonNumber as one, but the author of the reply did not. */
export const group = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess((value) => (value instanceof JsonNumber ? value.text : value), z.object(shape));

/** A number, bare or in quotes, with every digit and any sign. Rejects the record if it is not a number. */
export const number = anything.transform((value, context): Decimal | null => {
  const read = readNumber(value);
  return isFault(read) ? refuse(context, read) : read;
});

/** A price: a number that is not below zero. Rejects the record if it is not. */
export const price = anything.transform((value, context): Decimal | null => {
  const read = readNumber(value);
  if (isFault(read)) return refuse(context, read);
  return read !== null && isNegative(read)
    ? refuse(context, { code: 'negative_price', message: `is negative: ${read}` })
    : read;
});

/** A number of any sign: a change. */
export const figure = anything.transform((value): Told<Decimal> => readFigure(value));

/** A number that cannot be below zero, and may be zero: a cap, a volume. */
export const amount = anything.transform((value): Told<Decimal> => readAmount(value));

/** A number for which zero means unknown: a supply. */
export const amountOrZero = anything.transform((value): Told<Decimal> => {
  const read = readAmount(value);
  return typeof read === 'string' && isZero(read) ? null : read;
});

/** A field that some plans of the vendor omit from every reply. */
export const ofSomePlans = <Field extends z.ZodType>(field: Field): Field =>
  field.meta({ of_some_plans: true });
export const isOfSomePlans = (field: z.ZodType): boolean => field.meta()?.of_some_plans === true;

/** A position in a list: a positive whole number. */
export const rank = anything.transform((value): Told<number> => readWhole(value));

/** A count; zero means unknown. */
export const count = anything.transform((value): Told<number> => {
  const read = readFigure(value);
  return typeof read === 'string' && isZero(read) ? null : readWhole(value);
});

type Fault = { code: RejectCode; message: string };

function readNumber(value: unknown): Decimal | null | Fault {
  if (isUnknown(value)) return null;
  const text = value instanceof JsonNumber ? value.text : value;
  if (typeof text !== 'string')
    return { code: 'contract_broken', message: `must be a number, not ${kindOf(value)}` };
  const { decimal, fault: code } = readDecimal(text);
  if (decimal !== undefined) return decimal;
  if (code === 'number_out_of_range') return { code, message: `has too many digits: ${quote(text)}` };
  return { code: 'invalid_number', message: `is not a number: ${quote(text)}` };
}

function readFigure(value: unknown): Told<Decimal> {
  const read = readNumber(value);
  return isFault(read) ? UNREADABLE : read;
}

function readAmount(value: unknown): Told<Decimal> {
  const read = readFigure(value);
  return typeof read === 'string' && isNegative(read) ? UNREADABLE : read;
}

function readWhole(value: unknown): Told<number> {
  const read = readFigure(value);
  if (typeof read !== 'string') return read;
  const whole = Number(/^(\d{1,10})(?:\.0*)?$/.exec(read)?.[1] ?? 0);
  return whole >= 1 && whole <= WHOLE_MAX ? whole : UNREADABLE;
}

/** The largest `integer` of Postgres. */
const WHOLE_MAX = 2_147_483_647;

const isFault = (read: Decimal | null | Fault): read is Fault => typeof read === 'object' && read !== null;

/** A text as sent, blanks included, if Postgres can store it. Rejects the record otherwise. */
export const label = (charsMax: number) =>
  anything.transform((value, context): string | null => {
    const read = readLabel(value, charsMax);
    return isFault(read) ? refuse(context, read) : read;
  });

function readLabel(value: unknown, charsMax: number): string | null | Fault {
  if (isUnknown(value)) return null;
  const code = 'contract_broken';
  if (typeof value !== 'string') return { code, message: `must be a text, not ${kindOf(value)}` };
  if (!isStorable(value)) return { code, message: 'contains a NUL or half a character' };
  if (value.length > charsMax)
    return { code, message: `is longer than ${charsMax} characters: ${quote(value)}` };
  return value;
}

/** A text as `label` accepts it, in a field that the record does not need. */
export const text = (charsMax: number) =>
  anything.transform((value): Told<string> => {
    const read = readLabel(value, charsMax);
    return isFault(read) ? UNREADABLE : read;
  });

// Limits of an index in Postgres (2,704 bytes), far above the longest known values (70, 38, 100).
export const LABEL_CHARS_MAX = 300;
export const SYMBOL_CHARS_MAX = 200;
export const NAME_CHARS_MAX = 1_000;
const TIME_CHARS_MAX = 40;

export const externalId = label(LABEL_CHARS_MAX).transform((id, context) => {
  return id ?? refuse(context, { code: 'missing_id', message: 'is missing' });
});
export const symbol = text(SYMBOL_CHARS_MAX).transform((read) =>
  typeof read === 'string' ? read.toUpperCase() : read,
);
export const name = text(NAME_CHARS_MAX);

/** A written instant. Rejects the record if it is not valid. */
export const instant = label(TIME_CHARS_MAX).transform((written, context): Instant | null =>
  written === null || ZERO_TIME.test(written) ? null : instantOr(context, readInstant(written), written),
);

/** An instant in unix seconds or milliseconds. Rejects the record if it is not valid. */
export const unixInstant = anything.transform((value, context): Instant | null => {
  const read = readNumber(value);
  if (read === null || read === ZERO_UNIX) return null;
  const written = value instanceof JsonNumber ? value.text : value;
  if (typeof written !== 'string')
    return refuse(context, { code: 'invalid_instant', message: `must be an instant, not ${kindOf(value)}` });
  return instantOr(context, isFault(read) ? NO_INSTANT : readUnixInstant(read), written);
});

/** An instant to which no figure of the record belongs. */
export const sideInstant = text(TIME_CHARS_MAX).transform((written): Told<Instant> => {
  if (written === null || written === UNREADABLE) return written;
  return ZERO_TIME.test(written) ? null : (readInstant(written).instant ?? UNREADABLE);
});

/** The zero time of Go, which its programs send for a time that was never set. */
const ZERO_TIME = /^0001-01-01(?:[Tt ]00:00(?::00(?:\.0+)?)?(?: ?(?:Z|z|UTC|[+-]00:?00))?)?$/;
const ZERO_UNIX = '-62135596800';
const NO_INSTANT = { fault: 'invalid_instant' } as const;

function instantOr(
  context: z.RefinementCtx,
  { instant: read, fault: code }: InstantReading,
  written: string,
): Instant {
  if (read !== undefined) return read;
  return refuse(context, { code, message: `${TIME_FAULTS[code]}: ${quote(written)}` });
}

export const TIME_FAULTS = {
  invalid_instant: 'is not an instant',
  instant_out_of_range: 'is outside the years 1970 to 9999',
} as const;

/** An address a browser may open: http or https. Others (`missing_large.png`, `javascript:`) are unknown. */
export const webAddress = anything.transform((value) =>
  typeof value === 'string' && isWebAddress(value) ? value : null,
);

const isWebAddress = (address: string) =>
  address.length <= 2_000 &&
  isStorable(address) &&
  /^https?:\/\/[^\s"<>]+$/i.test(address) &&
  URL.canParse(address);

const isUnknown = (value: unknown) => value === undefined || value === null || value === '';

function refuse(context: z.RefinementCtx, { code, message }: Fault): never {
  context.addIssue({ code: 'custom', message, params: { code } });
  return z.NEVER;
}

const quote = (quoted: string) => `“${excerpt(quoted, 40)}”`;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof JsonNumber) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
