import { compareDecimals, type Decimal } from '../../../domain/decimal.ts';
import type { Cells } from '../dialect.ts';
import { CsvFault } from '../fault.ts';

/**
 * Refuses a plan with which most bars would open, close or have a low above their high: the names of the columns,
 * or the sender's roles, are wrong. Single bars are mistakes of the vendor. Throws CsvFault.
 */
export function checkBars(rows: Cells[], nameOf: (role: 'high' | 'low') => string): void {
  const bars = rows.filter(({ high, low }) => high && low);
  const broken = bars.filter(isBroken);
  if (broken.length === 0 || broken.length * 2 <= bars.length) return;
  throw new CsvFault(
    'contradicted',
    `Most rows contradict what the columns are said to be: ${nameOf('high')} is not the highest price of a bar, or ${nameOf('low')} not the lowest. Correct the header, or say what each column is, as in columns=1:instant,2:open,3:high,4:low,5:close.`,
  );
}

function isBroken({ open, high, low, price }: Cells): boolean {
  if (!high || !low) return false;
  return [open, price, low, high].some((one) => Boolean(one) && isOutside(one ?? low, low, high));
}

const isOutside = (price: Decimal, low: Decimal, high: Decimal): boolean =>
  compareDecimals(price, low) < 0 || compareDecimals(price, high) > 0;
