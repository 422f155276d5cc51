import { bigint, numeric, timestamp } from 'drizzle-orm/pg-core';

/** An instant with microseconds; text in TypeScript, so that none is lost. */
export const instant = (name: string) =>
  timestamp(name, { withTimezone: true, precision: 6, mode: 'string' });

export const count = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/** The figures of an observation: unconstrained, so that each keeps its digits. */
export const values = {
  price_usd: numeric('price_usd'),
  market_cap_usd: numeric('market_cap_usd'),
  volume_24h_usd: numeric('volume_24h_usd'),
  percent_change_24h: numeric('percent_change_24h'),
  open_usd: numeric('open_usd'),
  high_usd: numeric('high_usd'),
  low_usd: numeric('low_usd'),
};
