import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import { SPOT_FIGURES, type SpotFigures } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag, Kind } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { assetName, refListings, refRows } from '../identity/asset-ref.ts';
import { CANDIDATES_MAX } from '../identity/find-candidates.ts';
import { ofAsset, placeByRank } from '../identity/place.ts';
import { type LateKnowledge, lateAmong } from '../observations/first-knowledge.ts';
import { ageSeconds, type Clock, sourceRank } from '../observations/prefer-source.ts';
import { RETAINED, type Retained } from '../retention/horizon.ts';
import { basisPoints } from '../sql/basis-points.ts';
import { columnList } from '../sql/column-list.ts';
import { instantText, selectInstant } from '../sql/instant-text.ts';
import { selectedLater } from '../sql/later.ts';
import { type Scope, unseen, versionAt } from '../tape/scope.ts';
import { answering } from './price-at.ts';
import { seriesAt } from './series.ts';

/** The asset and the instant of a requested price: an asset by its id, or by the labels of its listings. */
export interface PricePoint {
  type: 'asset' | 'listing' | 'contract' | 'external_id' | 'symbol';
  /** The source of a listing; the chain of a contract. */
  source: string | null;
  value: string;
  at: Instant;
}

export interface PriceRequest {
  points: PricePoint[];
  /** The moment of the request, for the rank of candidates. */
  clock: Clock;
  sources: string[] | null;
  max_age_seconds: number | null;
  /** Only rows known then; null is now. */
  as_of: Instant | null;
  /** Whether each row has all its series. */
  explain: boolean;
  /** Whether the answer is cached by a tag that stays while nothing about its assets changes. */
  is_tagged?: boolean;
  seen: Instant | null;
}

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

/**
 * An asset that matches a point (`match`) or may have been meant (`candidate`), by rank, with the row that answers
 * for it. A listing without an asset represents itself.
 */
export type PriceRow = PriceFound &
  Retained & {
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
    /** The rank of the coin, as in lists (identity/place.ts); only if a point has several rows. */
    rank: number | null;
    /** Without recent data; such candidates come last. */
    is_old: boolean | null;
    /** Over the values kept in step 2; null for one. */
    spread_bps: Decimal | null;
    /** With `explain`: all its series, in the order of their sources. */
    series: PriceSeries[] | null;
    /** The listings of all points that were unknown at as_of. */
    late: LateKnowledge | null;
  };

/** One row of nulls if there is no answer to any point. */
export type PricePageRow = PriceRow | (Retained & NoPrice);
type NoPrice = Pick<PriceRow, 'current_version' | 'version'> & { position: null; late: null };

const SPOT = columnList(SPOT_FIGURES, 'o');

/** The prices at some points in one statement: PricePageRow rows, one per point and asset. */
export function listPrices(db: Db, request: PriceRequest) {
  return db.execute<PricePageRow>('prices.list')(sql`
    select ${selectInstant('v.current')} as current_version, ${selectInstant('v.version')} as version, ${RETAINED},
      priced.*
    from (${versionAt(request.as_of, scopeOf(request))}) v
    left join lateral (
      with points as (${points(request)}),
      named as (${named(request.sources)}),
      found as (${found}),
      assets_found as (${assetsFound})
      select g.position, g.role, g.asset_id, g.asset, g.symbol, g.name,
        (p.place->>'rank')::int as rank, (p.place->>'is_old')::boolean as is_old, o.source, o.external_id, o.kind,
        ${selectInstant('o.observed_at')} as observed_at, o.revision, o.flags, ${SPOT}, o.takes_part, o.on_time,
        ${selectInstant('o.turns_at')} as turns_at,
        ${ageSeconds(sql`g.at`, 'o.observed_at')} as age_seconds,
        case when o.kept_count > 1 then ${basisPoints('(o.highest - o.lowest)', 'o.lowest')} end as spread_bps,
        ${explained(request)} as series, ${late(request)} as late
      from assets_found g
      left join lateral (${rank(request)}) p on true
      left join lateral (${answering(seriesOf(request), sql`g.at`, request.clock.source_order)}) o on true
    ) priced on true
    order by priced.position, priced.is_old, priced.rank, priced.market_cap_usd desc nulls last, priced.asset`);
}

/**
 * The scope of prices. Prices of assets and listings depend on all listings of those assets. A point with any other
 * name, or without a listing, also shows the ranked candidates; with as_of, also how new the tape is.
 */
function scopeOf({ points: given, as_of, is_tagged = false }: PriceRequest): Scope | null {
  if (!is_tagged || as_of !== null || given.some(({ type }) => type !== 'asset' && type !== 'listing'))
    return null;
  const refs = given.map(({ source, value }) => ({ source, value }));
  return {
    touched: sql`select max(c.changed_at) from counts c where c.listing_id in (${refListings(refs)})`,
    unless: sql`exists (select from ${refRows(refs)} as r (source, value) where not ${isListed})`,
  };
}

const isListed = sql`(
  exists (
    select from assets a join listings l on l.asset_id = coalesce(a.merged_into, a.id)
    where r.source is null and a.id = r.value)
  or exists (select from listings l where l.source = r.source and l.external_id = r.value))`;

const points = ({ points: given, seen }: PriceRequest): SQL => sql`
  select * from unnest(${sql.param(given.map(({ type }) => type))}::text[],
    ${sql.param(given.map(({ source }) => source))}::text[],
    ${sql.param(given.map(({ value }) => value))}::text[],
    ${sql.param(given.map(({ at }) => at))}::timestamptz[]) with ordinality as i (type, source, value, at, position)
  where ${unseen(seen)}`;

// Several joins instead of one with "or": each finds its listings through an index. A source narrows labels, which
// belong to it; an asset is the same for every source that prices it.
function named(sources: string[] | null): SQL {
  const from = (on: SQL) => sql`
    select i.position, l.id, l.asset_id from points i join listings l on ${on}`;
  const ofSource = sources === null ? sql`true` : sql`l.source = any(${sql.param(sources)}::text[])`;
  return sql`
    select i.position, l.id, l.asset_id
    from points i
    join assets a on i.type = 'asset' and a.id = i.value
    join listings l on l.asset_id = coalesce(a.merged_into, a.id)
    union all ${from(sql`i.type = 'listing' and l.source = i.source and l.external_id = i.value`)}
    union all
    select i.position, l.id, l.asset_id
    from points i
    join contracts k on i.type = 'contract' and (k.platform, k.address) = (i.source, i.value)
    join listings l on (l.source, l.external_id) = (k.source, k.external_id)
    union all ${from(sql`i.type = 'external_id' and l.external_id = i.value and ${ofSource}`)}
    union all ${from(sql`i.type = 'symbol' and l.symbol = i.value and ${ofSource}`)}`;
}

const found = sql`
  select n.position, 'match'::text as role, m.id
  from (select distinct position, asset_id from named) n join listings m on m.asset_id = n.asset_id
  union
  select n.position, 'match', n.id from named n where n.asset_id is null
  union
  select i.position, 'candidate', c.id
  from points i
  cross join lateral (
    select l.id from listings l left join latest_observations n on n.listing_id = l.id
    where l.external_id = i.value or l.symbol = upper(i.value)
    order by n.rank, n.market_cap_usd desc nulls last, l.id
    limit ${CANDIDATES_MAX}::int
  ) c
  where i.type <> 'symbol' and not exists (select from named n where n.position = i.position)`;

/** The assets of the points, each with the ids of its listings. */
const assetsFound = sql`
  select g.position, g.at, g.role, g.asset_id, g.asset, g.ids, coalesce(a.symbol, g.symbol) as symbol,
    coalesce(a.name, g.name) as name, g.role = 'candidate' or count(*) over (partition by g.position) > 1 as is_rival
  from (
    select f.position, i.at, f.role, l.asset_id, ${assetName('l')} as asset, array_agg(l.id) as ids,
      min(l.symbol) as symbol, min(l.name) as name
    from found f
    join points i on i.position = f.position
    join listings l on l.id = f.id
    group by 1, 2, 3, 4, 5
  ) g
  left join assets a on a.id = g.asset_id`;

// Few points have several assets.
const rank = ({ clock }: PriceRequest): SQL => sql`
  select case when g.is_rival then ${selectedLater(place(clock), [sql`g.asset_id`, sql`g.ids::text`])} end as place`;

const place = (clock: Clock): SQL => sql`
  select json_build_object('rank', p.rank, 'is_old', p.is_old)
  from (${placeByRank(ofAsset('@1', '@2::int[]'), clock)}) p`;

const seriesOf = ({ as_of, sources, max_age_seconds }: PriceRequest): SQL =>
  seriesAt(sql`l.id = any(g.ids)`, { at: sql`g.at`, as_of, sources, max_age_seconds });

const explained = (request: PriceRequest): SQL =>
  request.explain
    ? sql`(
        select json_agg(json_build_object('source', s.source, 'external_id', s.external_id, 'kind', s.kind,
          'observed_at', ${instantText('s.observed_at')}, 'revision', s.revision, 'price_usd', s.price_usd::text,
          'flags', s.flags, 'beat_seconds', s.beat_seconds) order by ${sourceRank(request.clock.source_order, 's.source')}, s.external_id, s.kind)
        from (${seriesOf(request)}) s)`
    : sql`null::json`;

const late = ({ as_of }: PriceRequest): SQL =>
  as_of === null
    ? sql`null::json`
    : lateAmong(
        'listings',
        sql`
          select min(c.first_known_at) as known_at
          from found f join counts c on c.listing_id = f.id
          where f.role = 'match'
          group by f.id`,
        as_of,
      );
