import type { Decimal } from '../domain/decimal.ts';

/** A decimal as a JSON number literal with the same digits, or as a string of them. Unknown stays null. */
export function jsonDecimal(decimal: Decimal | null, as: 'number' | 'string' = 'number'): unknown {
  if (decimal === null || as === 'string') return decimal;
  return JSON.rawJSON(decimal);
}
