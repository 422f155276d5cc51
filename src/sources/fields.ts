import * as z from 'zod';
import { type Decimal, isNegative, isZero, readDecimal } from '../domain/decimal.ts';
import { JsonNumber } from '../domain/json-number.ts';
import type { RejectCode } from '../domain/reject.ts';
import { excerpt, isStorable } from '../domain/text.ts';

// Fields of upstream records as zod types. In each of them "", null and an absent key all mean unknown
// (null); anything else that is not what the field holds is an issue that names its reject code.

const anything = z.unknown().optional();

/** An object. A JsonNumber is one to JavaScript, but not to the author of the reply. */
export const group = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.preprocess((value) => (value instanceof JsonNumber ? value.text : value), z.object(shape));

/** A number, bare or in quotes, with every digit. */
export const figure = anything.transform((value, context): Decimal | null => {
  if (isUnknown(value)) return null;
  const text = value instanceof JsonNumber ? value.text : value;
  if (typeof text !== 'string')
    return fault(context, 'contract_broken', `must be a number, not ${kindOf(value)}`);
  const { decimal, fault: code } = readDecimal(text);
  if (decimal !== undefined) return decimal;
  if (code === 'number_out_of_range') return fault(context, code, `has too many digits: ${quote(text)}`);
  return fault(context, 'invalid_number', `is not a number: ${quote(text)}`);
});

/** A number that is unknown when it is zero: a supply or a rank. */
export const figureOrZero = figure.transform((decimal) =>
  decimal !== null && isZero(decimal) ? null : decimal,
);

/** A count or a rank; zero means unknown. */
export const count = figureOrZero.transform((decimal, context): number | null => {
  if (decimal === null) return null;
  const whole = /^(\d{1,10})(?:\.0*)?$/.exec(decimal)?.[1];
  if (whole !== undefined && Number(whole) <= COUNT_MAX) return Number(whole);
  const code = isNegative(decimal) || decimal.includes('.') ? 'contract_broken' : 'number_out_of_range';
  return fault(context, code, `must be a whole number from 0 to ${COUNT_MAX}, not ${quote(decimal)}`);
});

/** The largest `integer` of Postgres. */
const COUNT_MAX = 2_147_483_647;

/** A text kept as sent, blanks included, as long as Postgres can hold it. */
export const label = (charsMax: number) =>
  anything.transform((value, context): string | null => {
    if (isUnknown(value)) return null;
    if (typeof value !== 'string')
      return fault(context, 'contract_broken', `must be a text, not ${kindOf(value)}`);
    if (!isStorable(value)) return fault(context, 'contract_broken', 'holds a NUL or half a character');
    if (value.length > charsMax)
      return fault(context, 'contract_broken', `is longer than ${charsMax} characters: ${quote(value)}`);
    return value;
  });

// Bounds of what an index of Postgres can hold (2,704 bytes), far above anything seen (70, 38, 100).
export const LABEL_CHARS_MAX = 300;
export const SYMBOL_CHARS_MAX = 200;
export const NAME_CHARS_MAX = 1_000;

export const externalId = label(LABEL_CHARS_MAX).transform((id, context) => {
  return id ?? fault(context, 'missing_id', 'is missing');
});
export const symbol = label(SYMBOL_CHARS_MAX).transform((text) => text?.toUpperCase() ?? null);
export const name = label(NAME_CHARS_MAX);

/** An address a browser may open: http or https. Others (`missing_large.png`, `javascript:`) are unknown. */
export const webAddress = anything.transform((value) =>
  typeof value === 'string' && isWebAddress(value) ? value : null,
);

const isWebAddress = (text: string) =>
  text.length <= 2_000 && isStorable(text) && /^https?:\/\/[^\s"<>]+$/i.test(text) && URL.canParse(text);

const isUnknown = (value: unknown) => value === undefined || value === null || value === '';

function fault(context: z.RefinementCtx, code: RejectCode, message: string): never {
  context.addIssue({ code: 'custom', message, params: { code } });
  return z.NEVER;
}

const quote = (text: string) => `“${excerpt(text, 40)}”`;

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof JsonNumber) return 'a number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
