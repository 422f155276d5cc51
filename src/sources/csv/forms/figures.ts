import { DECIMAL_MARKS, type DecimalMark } from '../../../domain/files/parameters.ts';

/** Why a text is not a figure, or not a certain one. This is the only list. */
export const FIGURE_FAULTS = {
  unsettled_mark: { meaning: 'its mark may be a decimal mark or a thousands separator', cure: 'decimal' },
  other_mark: { meaning: 'it is not a number with the decimal mark of the file', cure: 'decimal' },
  no_figure: { meaning: 'it is no figure', cure: null },
} as const satisfies Record<string, { meaning: string; cure: 'decimal' | null }>;
export type FigureFault = keyof typeof FIGURE_FAULTS;

export type FigureReading =
  | {
      /** As readDecimal accepts it: the digits of the text, a point, and for a suffix an exponent. */
      figure: string;
      is_percent: boolean;
      /** The sign or code of a currency beside the digits, as written; null if there is none. */
      currency: string | null;
      fault?: never;
    }
  | { fault: FigureFault; figure?: never };

/** Blanks of every width, and the Swiss apostrophe, which occur only between thousands. */
const BLANKS = " \\u00a0\\u2009\\u202f'’";
const BLANK = `[${BLANKS}]`;
/** Three digits each, never after a leading zero: 0,523 is not a group of thousands. */
const grouped = (mark: string) => `[1-9]\\d{0,2}(?:(?:${mark}\\d{3})+|(?:${BLANK}\\d{3})+)`;
const FORM: Record<DecimalMark, RegExp> = {
  point: new RegExp(`^(?:(${grouped(',')})|(\\d+))?(?:\\.(\\d*))?$`),
  comma: new RegExp(`^(?:(${grouped('\\.')})|(\\d+))?(?:,(\\d*))?$`),
};
const EXPONENT = /^(.*\d[.,]?)e([+-]?\d{1,4})$/i;
const SUFFIXES: Readonly<Record<string, string>> = { K: 'e3', k: 'e3', M: 'e6', B: 'e9', T: 'e12' };
/** Sign, currency, digits, suffix, per cent, currency. A code has capitals, so a word is not a code. */
const CURRENCY = String.raw`[A-Z]{0,3}\p{Sc}|[A-Z]{3,5}`;
const AROUND = new RegExp(
  String.raw`^([+\-−]?) ?(?:(${CURRENCY}) ?)?([+\-−]?)((?=[.,]?\d)[\d.,${BLANKS}]*[\d.,](?:[eE][+-]?\d+)?) ?([KkMBT]?)(?: ?(%))?(?: ?(${CURRENCY}))?$`,
  'u',
);

interface Parts {
  sign: string;
  digits: string;
  exponent: string;
  is_percent: boolean;
  currency: string | null;
}

/** Reads a figure with a settled decimal mark; without one, only a figure with a single possible reading. */
export function readFigure(text: string, mark: DecimalMark | null): FigureReading {
  if (mark === 'point' && PLAIN.test(text)) return { figure: text, is_percent: false, currency: null };
  const parts = partsOf(text);
  if (parts === null) return { fault: 'no_figure' };
  const { is_percent, currency } = parts;
  const figures = DECIMAL_MARKS.map((one) => plain(parts, one));
  if (mark === null) {
    const [first, second] = new Set(figures.filter((figure) => figure !== null));
    if (first === undefined) return { fault: 'no_figure' };
    return second === undefined ? { figure: first, is_percent, currency } : { fault: 'unsettled_mark' };
  }
  const figure = figures[DECIMAL_MARKS.indexOf(mark)] ?? null;
  if (figure !== null) return { figure, is_percent, currency };
  return { fault: figures.every((one) => one === null) ? 'no_figure' : 'other_mark' };
}

/** The evidence about the decimal mark in the figures of several texts. */
export interface MarkEvidence {
  /** `none`: no figure has a mark. `proven`: one is left. `contradictory`: neither fits all of them. */
  verdict: 'none' | 'proven' | 'ambiguous' | 'contradictory';
  marks: DecimalMark[];
  /** A text that needs or proves the mark, or two texts that contradict each other. */
  examples: string[];
}

/** The decimal marks that fit all texts. Texts that are not figures do not count. */
export function markOf(texts: Iterable<string>): MarkEvidence {
  const proof: Partial<Record<DecimalMark, string>> = {};
  let open: string | null = null;
  for (const text of texts) {
    const parts = partsOf(text.trim());
    if (parts === null) continue;
    const [point, comma] = DECIMAL_MARKS.map((mark) => plain(parts, mark));
    if (point === comma) continue;
    if (point === null) proof.comma ??= text;
    else if (comma === null) proof.point ??= text;
    else open ??= text;
    if (proof.point !== undefined && proof.comma !== undefined)
      return { verdict: 'contradictory', marks: [], examples: [proof.point, proof.comma] };
  }
  const [proven] = DECIMAL_MARKS.filter((mark) => proof[mark] !== undefined);
  if (proven !== undefined) return { verdict: 'proven', marks: [proven], examples: [proof[proven] ?? ''] };
  return open === null
    ? { verdict: 'none', marks: [...DECIMAL_MARKS], examples: [] }
    : { verdict: 'ambiguous', marks: [...DECIMAL_MARKS], examples: [open] };
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;

/** A text around its digits; null if there is more or less than a figure. */
function partsOf(text: string): Parts | null {
  const match = AROUND.exec(text);
  if (match === null) return null;
  const [, outer = '', before, inner = '', digits = '', suffix = '', percent, after] = match;
  if ((outer !== '' && inner !== '') || (before !== undefined && after !== undefined)) return null;
  const [, mantissa = digits, power] = EXPONENT.exec(digits) ?? [];
  const exponent = SUFFIXES[suffix] ?? '';
  if ((power !== undefined || percent !== undefined) && exponent !== '') return null;
  return {
    sign: /[-−]/.test(outer + inner) ? '-' : '',
    digits: mantissa,
    exponent: power === undefined ? exponent : `e${power}`,
    is_percent: percent !== undefined,
    currency: before ?? after ?? null,
  };
}

/** The digits with a point before the decimals; null if a mark of that kind does not fit. */
function plain({ sign, digits, exponent }: Parts, mark: DecimalMark): string | null {
  const match = FORM[mark].exec(digits);
  if (match === null) return null;
  const [, groups, run = '', decimals] = match;
  // Machines write powers of ten, and group nothing.
  if (groups !== undefined && /^e[+-]?\d/.test(exponent) && !Object.values(SUFFIXES).includes(exponent))
    return null;
  const whole = groups === undefined ? run : groups.replace(/\D/g, '');
  if (whole === '' && !decimals) return null;
  return `${sign}${whole}${decimals === undefined ? '' : `.${decimals}`}${exponent}`;
}
