import { type SQL, sql } from 'drizzle-orm';
import {
  PAGE_FACTS,
  type PageFact,
  type PageFacts,
  recordOf,
  SPOT_FIGURES,
  type SpotFigures,
  valueType,
} from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag, Kind } from '../../domain/observation.ts';
import { ageSeconds, type Clock, momentOf, sourceRank } from '../observations/prefer-source.ts';
import { answering } from '../prices/price-at.ts';
import { newestSeries } from '../prices/series.ts';
import { instantText } from '../sql/instant-text.ts';
import { RESULT_TYPES, selectList } from '../sql/result-types.ts';
import { lastSeenAt } from './asset-names.ts';
import { secondsBefore } from './place.ts';

/** The last row of the series that answers for an asset. */
export interface AssetReading {
  /** Its listing, for the position in an order. */
  listing_id: number;
  source: string;
  external_id: string;
  kind: Kind;
  observed_at: Instant;
  revision: number;
  age_seconds: string;
  fresh: boolean;
  /** The last instant at which the clock alone does not change the answer; null if no series is on time. */
  turns_at: Instant | null;
  flags: Flag[];
}

interface AssetFacts extends SpotFigures, PageFacts {
  asset_id: string;
  symbol: string | null;
  name: string | null;
  listings_count: string;
  is_inactive: boolean;
  last_seen_at: Instant | null;
}

/** An asset with its reading. If all its rows were withdrawn, all values of the reading are null. */
export type AssetRow = AssetFacts & (AssetReading | { [Key in keyof AssetReading]: null });

// The values of the best reading on an asset's page. The image may come from another source.
const IMAGE = 'image_url' satisfies PageFact;
const SHOWN = [...SPOT_FIGURES, ...PAGE_FACTS.filter((fact) => fact !== IMAGE)];
const SHOWN_TYPES = recordOf(SHOWN, (name) => RESULT_TYPES[valueType(name)]);

/** Which rows may answer. */
export interface ReadingClock extends Clock {
  /** The maximum age in seconds; null for no limit. */
  max_age_seconds: number | null;
}

/** The series that answers for an asset (by default `a`): a select with at most one row. */
export const bestReading = (clock: ReadingClock, asset: SQL = sql`a.id`): SQL => {
  const { max_age_seconds: age } = clock;
  const since = age === null ? null : secondsBefore(clock, age);
  return answering(newestSeries(sql`l.asset_id = ${asset}`, since), momentOf(clock), clock.source_order);
};

/** The select list of an AssetRow from `a`, its asset, and `b`, its best reading. */
export const assetRow = (clock: Clock): SQL => sql`
  a.id as asset_id, a.symbol, a.name, (select count(*) from listings l where l.asset_id = a.id) as listings_count,
  a.inactive_since is not null as is_inactive, ${lastSeenAt()} as last_seen_at,
  b.listing_id, b.source, b.external_id, b.kind, ${instantText('b.observed_at')} as observed_at, b.on_time as fresh,
  ${instantText('b.turns_at')} as turns_at,
  ${ageSeconds(momentOf(clock), 'b.observed_at')} as age_seconds, b.flags, b.revision, ${selectList(SHOWN_TYPES, 'b')},
  coalesce(b.image_url, (${otherImage(clock)})) as image_url`;

// Not a figure: the image of any source will do.
const otherImage = ({ source_order }: Clock): SQL => sql`
  select o.image_url from listings l join latest_observations o on o.listing_id = l.id
  where l.asset_id = a.id and o.image_url is not null
  order by ${sourceRank(source_order, 'l.source')}, o.listing_id
  limit 1`;
