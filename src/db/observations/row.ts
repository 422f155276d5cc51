import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag, Kind } from '../../domain/observation.ts';
import { instant } from '../sql/instant-text.ts';

/** One revision of one observation with the labels of its listing, as reads deliver it. */
export interface ObservationRow {
  listing_id: number;
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  /** Null until the listing was resolved. */
  asset_id: string | null;
  kind: Kind;
  observed_at: Instant;
  revision: number;
  known_at: Instant;
  superseded_at: Instant | null;
  price_usd: Decimal | null;
  market_cap_usd: Decimal | null;
  volume_24h_usd: Decimal | null;
  percent_change_24h: Decimal | null;
  open_usd: Decimal | null;
  high_usd: Decimal | null;
  low_usd: Decimal | null;
  flags: Flag[];
}

/** The columns of observations that reads need, unformatted: what a lane carries up to the page. */
export const OBSERVATION_COLUMNS = sql.raw(
  [
    'listing_id, kind, observed_at, revision, source, known_at, superseded_at, price_usd, market_cap_usd',
    'volume_24h_usd, percent_change_24h, open_usd, high_usd, low_usd, flags',
  ].join(', '),
);

/** The select list of an ObservationRow from `o` (those columns) and `l` (its listing). */
export const OBSERVATION_ROW: SQL = sql`
  o.listing_id, o.source, l.external_id, l.symbol, l.name, l.asset_id, o.kind,
  ${instant('o.observed_at')} as observed_at, o.revision, ${instant('o.known_at')} as known_at,
  ${instant('o.superseded_at')} as superseded_at, o.price_usd, o.market_cap_usd, o.volume_24h_usd,
  o.percent_change_24h, o.open_usd, o.high_usd, o.low_usd, o.flags`;

/** What that selects, as unlessCurrent needs to know. */
export const OBSERVATION_ROW_TYPES: SQL = sql`
  listing_id int, source text, external_id text, symbol text, name text, asset_id text, kind text,
  observed_at timestamp, revision int, known_at timestamp,
  superseded_at timestamp, price_usd numeric, market_cap_usd numeric, volume_24h_usd numeric,
  percent_change_24h numeric, open_usd numeric, high_usd numeric, low_usd numeric, flags text[]`;

/**
 * Joins to each of a page's rows `o` its listing `l`, by its key: `offset 0` keeps the planner from reading all
 * listings, of which there are more than rows on a page.
 */
export const WITH_LISTING: SQL = sql`
  cross join lateral (select * from listings l where l.id = o.listing_id offset 0) l`;

/**
 * The rows `o` that a version sees: known by then and not yet superseded; with `history` superseded ones too.
 * Null is the newest version, which sees all that a statement can see. Plain values, so the planner can
 * estimate; a version ahead of the newest sees the same.
 */
export function visibleAt(pin: Instant | null, history = false): SQL {
  if (pin === null) return history ? sql`true` : sql`o.superseded_at is null`;
  const known = sql`o.known_at <= ${pin}::timestamptz`;
  return history
    ? known
    : sql`${known} and (o.superseded_at is null or o.superseded_at > ${pin}::timestamptz)`;
}

/**
 * The first of the rows `o` that a version sees, in an order and up to a limit; `rows` is their select, given one
 * more condition. What an older version sees lies in two ranges of observed_at: up to the version itself, and
 * beyond it, where only the few rows are whose source's clock was ahead, which have an index of their own.
 * Without the first bound a read would pass over everything that came since.
 */
export function firstVisible(pin: Instant | null, rows: (condition: SQL) => SQL, orderAndLimit: SQL): SQL {
  if (pin === null) return sql`${rows(sql`true`)} ${orderAndLimit}`;
  const ahead = rows(sql`o.observed_at > ${pin}::timestamptz and o.observed_at > o.known_at`);
  // `offset 0` hides the order from the planner, which would prefer an index in that order to the small one.
  return sql`
    select * from (
      (${rows(sql`o.observed_at <= ${pin}::timestamptz`)} ${orderAndLimit})
      union all
      (select * from (${ahead} offset 0) o ${orderAndLimit})
    ) o ${orderAndLimit}`;
}
