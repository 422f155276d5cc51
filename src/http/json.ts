import type { Decimal } from '../domain/decimal.ts';
import { isOfType, recordOf, type ValueName } from '../domain/figures.ts';

/** A decimal as a JSON number literal with the same digits, or as a string of them. Unknown stays null. */
export function jsonDecimal(decimal: Decimal | null, as: 'number' | 'string' = 'number'): unknown {
  if (decimal === null || as === 'string') return decimal;
  return JSON.rawJSON(decimal);
}

/** Figures or page facts of a row as members of its object. */
export const valueMembers = <Name extends ValueName>(
  row: Readonly<Record<Name, Decimal | number | null>>,
  names: readonly Name[],
  decimals: 'number' | 'string' | undefined,
): Record<Name, unknown> =>
  recordOf(names, (name) => {
    const value = row[name];
    return isOfType(name, 'decimal') && typeof value === 'string' ? jsonDecimal(value, decimals) : value;
  });
