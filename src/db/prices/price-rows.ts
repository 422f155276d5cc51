import type { Decimal } from '../../domain/decimal.ts';
import type { SpotFigures } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag, Kind } from '../../domain/observation.ts';
import type { LateKnowledge } from '../observations/first-knowledge.ts';
import type { Retained } from '../retention/horizon.ts';

// The rows of prices: as the statement of list.ts gives them, and as answers.ts makes them.

/** A series with its last row at or before the instant. */
export interface PriceSeries {
  source: string;
  external_id: string;
  kind: Kind;
  observed_at: Instant;
  revision: number;
  price_usd: Decimal | null;
  flags: Flag[];
  beat_seconds: number | null;
}

/** The same with all its figures, in the order of SPOT_FIGURES, and without names, which would be most of its text. */
export type SeriesCells = [
  source: string,
  external_id: string,
  kind: Kind,
  observed_at: Instant,
  revision: number,
  flags: Flag[],
  beat_seconds: number | null,
  ...figures: (Decimal | null)[],
];

interface PriceValue extends SpotFigures {
  source: string;
  external_id: string;
  kind: Kind;
  observed_at: Instant;
  revision: number;
  flags: Flag[];
  age_seconds: string;
  /** False for the newest row if no series takes part. */
  takes_part: boolean;
  on_time: boolean;
  /** The last instant at which the clock alone does not change the answer; null if no series is on time. */
  turns_at: Instant | null;
}

/** The value that answers for an asset; nulls if it has no row by then. */
export type PriceFound = PriceValue | { [Key in keyof PriceValue]: null };

interface AssetNamed {
  current_version: Instant;
  /** The version that was read. */
  version: Instant;
  /** Starts at 1, in the order of the points. */
  position: string;
  role: 'match' | 'candidate';
  asset_id: string | null;
  /** A value for the parameter `asset`. */
  asset: string;
  symbol: string | null;
  name: string | null;
  /** The listings of all points that were unknown at as_of. */
  late: LateKnowledge | null;
}

/**
 * An asset that matches a point (`match`) or may have been meant (`candidate`), by rank, with the row that answers
 * for it. A listing without an asset represents itself.
 */
export type PriceRow = PriceFound &
  Retained &
  AssetNamed & {
    /** The rank of the coin, as in lists (identity/place.ts); only if a point has several rows. */
    rank: number | null;
    /** Without recent data; such candidates come last. */
    is_old: boolean | null;
    /** Over the values kept in step 2; null for one. */
    spread_bps: Decimal | null;
    /** With `explain`: all its series, in the order of their sources. */
    series: PriceSeries[] | null;
  };

/** Such an asset with its series, of which answers.ts makes a PriceRow. */
export type AssetSeriesRow = Retained &
  AssetNamed & {
    /** Its place in lists; only where a point has several rows. */
    place: { rank: number | null; is_old: boolean } | null;
    /** All of them, with `explain` in the order of their sources; null when there is none. */
    series: SeriesCells[] | null;
  };

/** One row of nulls if there is no answer to any point. */
export type PricePageRow = AssetSeriesRow | NoPrice;
export type NoPrice = Retained &
  Pick<PriceRow, 'current_version' | 'version'> & { position: null; late: null };
