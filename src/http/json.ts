import type { Decimal } from '../domain/decimal.ts';

declare global {
  interface JSON {
    /** ES2025: a value that stringify writes as this very text. */
    rawJSON(text: string): unknown;
  }
}

/** A decimal as a JSON number literal with the same digits, or as a string of them. Unknown stays null. */
export function jsonDecimal(decimal: Decimal | null, as: 'number' | 'string' = 'number'): unknown {
  if (decimal === null || as === 'string') return decimal;
  return JSON.rawJSON(decimal);
}
