import { type SQL, sql } from 'drizzle-orm';
import {
  BAR_FIGURES,
  FIGURES,
  PAGE_FACTS,
  type PageFacts,
  recordOf,
  valueType,
} from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag, Kind, ListingProfile } from '../../domain/observation.ts';
import type { observations } from '../schema/observations.ts';
import { columnList } from '../sql/column-list.ts';
import { RESULT_TYPES, selectList, typeList } from '../sql/result-types.ts';

type Stored = Pick<typeof observations.$inferSelect, StoredColumn>;

/** One revision of one observation with the labels of its listing, as reads return it. */
export interface ObservationRow extends Stored, ListingProfile {
  /** Null until the listing is resolved. */
  asset_id: string | null;
  kind: Kind;
  flags: Flag[];
}

/** The newest row of a listing, with its page facts; all of them null if the row is no longer the newest. */
export interface LatestRow extends ObservationRow, PageFacts {}

/** The columns of observations about the origin of a row: reads of rows omit them. */
type Provenance = 'raw_payload_id' | 'pointer' | 'run_id' | 'normalizer_version';
type StoredColumn = Exclude<keyof typeof observations.$inferSelect, Provenance>;

// The type of each column for unlessCurrent.
const STORED: Record<StoredColumn, string> = {
  listing_id: 'int',
  kind: 'text',
  observed_at: 'timestamp',
  revision: 'int',
  source: 'text',
  known_at: 'timestamp',
  superseded_at: 'timestamp',
  ...recordOf(FIGURES, (figure) => RESULT_TYPES[valueType(figure)]),
  flags: 'text[]',
};
const LABELS: Record<Exclude<keyof ObservationRow, StoredColumn>, string> = {
  external_id: 'text',
  symbol: 'text',
  name: 'text',
  asset_id: 'text',
};

/** The columns of observations that reads need, unformatted, from a range up to the page. */
export const OBSERVATION_COLUMNS: SQL = columnList(Object.keys(STORED));

/** The select list of an ObservationRow from `o` (those columns) and `l` (its listing). */
export const OBSERVATION_ROW: SQL = sql`${selectList(STORED, 'o')}, ${selectList(LABELS, 'l')}`;

/** The columns of that list, for unlessCurrent. */
export const OBSERVATION_ROW_TYPES: SQL = typeList({ ...STORED, ...LABELS });

interface RowLists {
  columns: SQL;
  row: SQL;
  types: SQL;
}

export const OBSERVATION_LISTS: RowLists = {
  columns: OBSERVATION_COLUMNS,
  row: OBSERVATION_ROW,
  types: OBSERVATION_ROW_TYPES,
};

const { superseded_at: _, ...CURRENT } = STORED;

/** The same for rows of which none is superseded: they have UNSUPERSEDED in common. */
export const CURRENT_LISTS: RowLists = {
  columns: columnList(Object.keys(CURRENT)),
  row: sql`${selectList(CURRENT, 'o')}, ${selectList(LABELS, 'l')}`,
  types: typeList({ ...CURRENT, ...LABELS }),
};
export const UNSUPERSEDED: Pick<ObservationRow, 'superseded_at'> = { superseded_at: null };

const PAGE_TYPES = recordOf(PAGE_FACTS, (fact) => RESULT_TYPES[valueType(fact)]);

type SameOfSpot = Pick<LatestRow, 'kind' | 'superseded_at' | (typeof BAR_FIGURES)[number]>;

/** The members that all current spot rows have in common: reads of the newest rows do not select them. */
export const SAME_OF_SPOT: SameOfSpot = {
  kind: 'spot',
  superseded_at: null,
  ...recordOf(BAR_FIGURES, () => null),
};

/** A LatestRow without those members. At an older version it may have been superseded since. */
export type SentLatestRow = Omit<LatestRow, keyof SameOfSpot> & Partial<Pick<LatestRow, 'superseded_at'>>;

const LATEST_TYPES = {
  ...Object.fromEntries(Object.entries(STORED).filter(([name]) => !(name in SAME_OF_SPOT))),
  ...PAGE_TYPES,
};

/** The columns of those that are stored, unformatted, from `o`. */
export const LATEST_COLUMNS: SQL = columnList(Object.keys(LATEST_TYPES), 'o');

/** The select list of a SentLatestRow from `o` (those columns) and `l` (its listing), and its types. */
export const LATEST_ROW: SQL = sql`${selectList(LATEST_TYPES, 'o')}, ${selectList(LABELS, 'l')}`;
export const LATEST_ROW_TYPES: SQL = typeList({ ...LATEST_TYPES, ...LABELS });

/** Joins to each row `o` the page facts `n` of its reading, while that is the newest: older rows have none. */
export const WITH_PAGE_FACTS: SQL = sql`
  left join lateral (
    select ${columnList(PAGE_FACTS)} from latest_observations n
    where n.listing_id = o.listing_id and n.observed_at = o.observed_at and n.revision = o.revision
    offset 0
  ) n on true`;

/**
 * Joins to each of a page's rows `o` its listing `l`, by its key: `offset 0` prevents the planner from reading all
 * listings, of which there are more than rows on a page.
 */
export const WITH_LISTING: SQL = sql`
  cross join lateral (select * from listings l where l.id = o.listing_id offset 0) l`;

/**
 * The rows `o` visible at a version: known by then and not yet superseded; with `history`, superseded ones too.
 * Null is the newest version, at which everything visible to a statement is. Plain values let the planner estimate;
 * a version ahead of the newest sees the same rows.
 */
export function visibleAt(version: Instant | null, history = false): SQL {
  if (version === null) return history ? sql`true` : sql`o.superseded_at is null`;
  const known = sql`o.known_at <= ${version}::timestamptz`;
  return history
    ? known
    : sql`${known} and (o.superseded_at is null or o.superseded_at > ${version}::timestamptz)`;
}

/**
 * The first of the rows `o` visible at a version, in an order and up to a limit; `rows` is their select, given one
 * more condition. The rows of an older version are in two ranges of observed_at: up to the version itself, and
 * beyond it. The second has only the few rows from a source whose clock was ahead, which have their own index.
 * Without the first bound a read would skip everything that came since.
 */
export function firstVisible(
  version: Instant | null,
  rows: (condition: SQL) => SQL,
  orderAndLimit: SQL,
): SQL {
  if (version === null) return sql`${rows(sql`true`)} ${orderAndLimit}`;
  const ahead = rows(sql`o.observed_at > ${version}::timestamptz and o.observed_at > o.known_at`);
  // `offset 0` hides the order from the planner, which would prefer an index in that order to the small one.
  return sql`
    select * from (
      (${rows(sql`o.observed_at <= ${version}::timestamptz`)} ${orderAndLimit})
      union all
      (select * from (${ahead} offset 0) o ${orderAndLimit})
    ) o ${orderAndLimit}`;
}
