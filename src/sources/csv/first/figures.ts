import { readDecimal } from '../../../domain/decimal.ts';
import type { FigureReader } from '../row-cells.ts';

const EXPONENT = { K: 'e3', M: 'e6', B: 'e9' };

/** Reads figures like plans of the first version for Investing.com: `90,098.90`, `67.69K`, `-0.49%`. */
export const readFirstFigure: FigureReader = (text) => {
  if (text === '-') return null;
  const { decimal, fault } = readDecimal(plainFigure(text));
  return decimal ?? { fault: fault ?? 'invalid_number' };
};

function plainFigure(text: string): string {
  const [, figure, suffix] = /^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)([KMB%]?)$/.exec(text) ?? [];
  if (figure === undefined) return text;
  return figure.replaceAll(',', '') + (EXPONENT[suffix as keyof typeof EXPONENT] ?? '');
}
