import { type SQL, sql } from 'drizzle-orm';

/**
 * `difference / base` in basis points, rounded half away from zero to two decimals. Integer division after
 * scaling, so no digit is lost on the way, however long the numbers are. Both are SQL; base is above zero.
 */
export const basisPoints = (difference: string, base: string): SQL =>
  sql.raw(`(sign(${difference}) * div(abs(${difference}) * 2000000 + (${base}), 2 * (${base})) * 0.01)`);
