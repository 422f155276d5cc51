import { type SQL, sql } from 'drizzle-orm';

/**
 * `difference / base` in basis points, rounded half away from zero to two decimals. It scales first and divides
 * integers, so numbers of any length lose no digit. Both are SQL; base is above zero.
 */
export const basisPoints = (difference: string, base: string): SQL =>
  sql.raw(`(sign(${difference}) * div(abs(${difference}) * 2000000 + (${base}), 2 * (${base})) * 0.01)`);
