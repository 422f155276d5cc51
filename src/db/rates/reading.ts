import { type SQL, sql } from 'drizzle-orm';
import { UNKNOWN_BEAT_SECONDS } from '../../domain/beat.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag } from '../../domain/observation.ts';
import { visibleAt } from '../observations/row.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** One currency of a reading. */
export interface RateRow {
  source: string;
  currency: string;
  name: string | null;
  observed_at: Instant;
  known_at: Instant;
  revision: number;
  units_per_btc: Decimal;
  usd_per_btc: Decimal;
  flags: Flag[];
  /** The planned distance between the readings of its endpoint. */
  beat_seconds: number;
}

/** The newest reading `o` at or before a moment that is visible at a version. */
export const readingAt = (at: SQL, version: Instant | null): SQL => sql`
  select o.* from rates o
  where ${visibleAt(version)} and o.observed_at <= ${at}
  order by o.observed_at desc, o.source, o.revision desc
  limit 1`;

/** The currencies `c` of reading `o`, in its order. */
export const CURRENCIES: SQL = sql`
  unnest(o.currencies, o.names, o.units_per_btc, o.pointers) c (currency, name, units_per_btc, pointer)`;

/** The price of a bitcoin in US dollars: every reading has it. */
const USD_PER_BTC: SQL = sql`o.units_per_btc[array_position(o.currencies, 'usd')]`;

/** The select list of a RateRow from `o` and `c`. */
export const RATE_ROW: SQL = sql`
  o.source, c.currency, c.name, ${selectInstant('o.observed_at')} as observed_at,
  ${selectInstant('o.known_at')} as known_at, o.revision, c.units_per_btc, ${USD_PER_BTC} as usd_per_btc, o.flags,
  coalesce((select p.beat_seconds from raw_payloads p where p.id = o.raw_payload_id), ${UNKNOWN_BEAT_SECONDS}::int)
    as beat_seconds`;
