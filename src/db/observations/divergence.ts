import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { goesBy } from '../identity/asset-names.ts';
import { type AssetRef, assetIds } from '../identity/asset-ref.ts';
import { answering } from '../prices/price-at.ts';
import { newestSpot } from '../prices/series.ts';
import { basisPoints } from '../sql/basis-points.ts';
import { instantText } from '../sql/instant-text.ts';
import { unseen, versionAt } from '../tape/scope.ts';
import { ageSeconds, type Clock, momentOf, sourceRank } from './prefer-source.ts';

/**
 * Why a source's price is not compared: the source marks it as stale, or it is too old, or too far away in time.
 */
export const EXCLUSIONS = ['stale', 'age', 'gap'] as const;

/** The newest price of one source. */
export interface DivergenceReading {
  source: string;
  external_id: string;
  price_usd: Decimal;
  observed_at: Instant;
  revision: number;
  age_seconds: number;
  /** Seconds before the newest compared price; null if this price cannot be compared. */
  gap_seconds: Decimal | null;
  excluded: (typeof EXCLUSIONS)[number] | null;
  /** Deviation from the median; null unless compared with another. */
  deviation_bps: Decimal | null;
}

/** The divergence of one asset's sources. Without two prices to compare, the figures are null. */
export interface DivergenceRow {
  asset_id: string;
  symbol: string | null;
  name: string | null;
  market_cap_usd: Decimal | null;
  compared: string;
  /** (highest - lowest) / lowest. */
  spread_bps: Decimal | null;
  median_price_usd: Decimal | null;
  /** Between the oldest and the newest of the compared prices. */
  gap_seconds: Decimal | null;
  /** The source furthest from the median, if there are at least three and no two are equally far. */
  outlier: string | null;
  readings: DivergenceReading[];
}

export type DivergencePageRow = { current_version: Instant; total: string; position: string | null } & (
  | DivergenceRow
  | { asset_id: null }
);

export interface DivergenceRequest extends Clock {
  /** Null: all assets with two prices to compare. */
  ref: AssetRef | null;
  /** Only assets that go by it. */
  q: string | null;
  order: 'asc' | 'desc';
  max_gap_seconds: number;
  max_age_seconds: number | null;
  min_market_cap_usd: Decimal | null;
  after: { spread_bps: Decimal; asset_id: string } | null;
  limit: number;
  offset: number;
  seen: Instant | null;
}

/**
 * The divergence of assets, ordered by their spread, in one statement: DivergencePageRow rows, one of nulls if there is
 * none. It compares the spot price of each source; bars never take part, because they have another instant.
 */
export function listDivergence(db: Db, request: DivergenceRequest) {
  return db.execute<DivergencePageRow>('observations.divergence')(sql`
    with lines as materialized (${lines(request)}),
    readings as (${readings(request)}),
    timed as (${timed(request)}),
    judged as (
      select *, case when excluded is null and newest_at - observed_at > ${seconds(request.max_gap_seconds)}
        then 'gap' else excluded end as reason
      from timed
    ),
    spreads as materialized (${spreads(request)}),
    page as (
      select s.*, row_number() over (order by s.spread_bps ${sql.raw(request.order)} nulls last, s.asset_id) as position
      from spreads s where ${behind(request)}
      order by position
      limit ${request.limit}::int offset ${request.offset}::int
    ),
    details as (${details(request)})
    select ${instantText('v.current')} as current_version, total.total, shown.*
    from (${versionAt(null)}) v
    cross join (select count(*) as total from spreads) total
    left join (
      select a.id as asset_id, a.symbol, a.name, p.market_cap_usd, p.compared, p.spread_bps,
        p.median as median_price_usd, trim_scale(p.gap_seconds) as gap_seconds, d.outlier,
        coalesce(d.readings, '[]') as readings, p.position
      from page p
      join assets a on a.id = p.asset_id
      left join details d on d.asset_id = p.asset_id
    ) shown on true
    order by shown.position`);
}

const seconds = (count: number): SQL => sql`make_interval(secs => ${count}::int)`;

/** The listings of each asset and source. */
const lines = ({ ref, q, seen }: DivergenceRequest): SQL => sql`
  select l.asset_id, l.source, array_agg(l.id) as ids
  from (${versionAt(null)}) v cross join listings l
  where ${ref === null ? sql`l.asset_id is not null` : sql`l.asset_id = (${assetIds([ref])})`} and ${unseen(seen)}
    and ${q === null ? sql`true` : sql`l.asset_id in (select a.id from assets a where ${goesBy(q)})`}
  group by l.asset_id, l.source`;

const READING = sql`o.price_usd, o.market_cap_usd, o.observed_at, o.revision, 'stale' = any(o.flags) as is_stale`;

/**
 * One row per asset and source: its present price. If a source has several listings of the asset, the rule of a
 * price selects one; nearly always there is only one.
 */
const readings = (request: DivergenceRequest): SQL => sql`
  select g.asset_id, g.source, l.external_id, o.listing_id, ${READING}
  from lines g join listings l on l.id = g.ids[1] join latest_observations o on o.listing_id = g.ids[1]
  where cardinality(g.ids) = 1 and o.price_usd > 0
  union all
  select g.asset_id, g.source, o.external_id, o.listing_id, ${READING}
  from lines g
  cross join lateral (${answering(newestSpot(sql`l.id = any(g.ids)`), momentOf(request), request.source_order)}) o
  where cardinality(g.ids) > 1 and o.takes_part`;

// Most coins have only one source: they are excluded before anything is computed.
const timed = ({ at, ref, max_age_seconds }: DivergenceRequest): SQL => sql`
  select *, max(observed_at) filter (where excluded is null) over (partition by asset_id) as newest_at
  from (
    select *, count(*) over (partition by asset_id) as sources, case when is_stale then 'stale'
      when ${max_age_seconds === null ? sql`false` : sql`observed_at < ${at}::timestamptz - ${seconds(max_age_seconds)}`}
        then 'age' end as excluded
    from readings
  ) r
  where ${ref === null ? sql`sources > 1` : sql`true`}`;

/** For an even number, the median is exactly half of the sum of the middle two. */
function spreads({ ref, min_market_cap_usd, source_order }: DivergenceRequest): SQL {
  const isCompared = sql`filter (where source is not null and reason is null)`;
  const from =
    ref === null
      ? sql`judged`
      : sql`(${assetIds([ref])}) as known (asset_id) left join judged using (asset_id)`;
  return sql`
    select t.*, case when t.compared > 1 then ${basisPoints('highest - lowest', 'lowest')} end as spread_bps,
      case when t.compared < 2 then null when lower = upper then lower else (lower + upper) * 0.5 end as median
    from (
      select asset_id, count(*) ${isCompared} as compared,
        max(price_usd) ${isCompared} as highest, min(price_usd) ${isCompared} as lowest,
        percentile_disc(0.5) within group (order by price_usd) ${isCompared} as lower,
        percentile_disc(0.5) within group (order by price_usd desc) ${isCompared} as upper,
        case when count(*) ${isCompared} > 1 then
          extract(epoch from max(observed_at) ${isCompared} - min(observed_at) ${isCompared}) end as gap_seconds,
        (array_agg(market_cap_usd order by reason is not null, ${sourceRank(source_order, 'source')})
          filter (where market_cap_usd is not null))[1] as market_cap_usd
      from ${from}
      group by asset_id
      having ${ref === null ? sql`count(*) ${isCompared} > 1` : sql`true`}
    ) t
    where ${min_market_cap_usd === null ? sql`true` : sql`t.market_cap_usd >= ${min_market_cap_usd}::numeric`}`;
}

const behind = ({ after, order }: DivergenceRequest): SQL =>
  after === null
    ? sql`true`
    : sql`(s.spread_bps ${sql.raw(order === 'desc' ? '<' : '>')} ${after.spread_bps}::numeric
        or (s.spread_bps = ${after.spread_bps}::numeric and s.asset_id > ${after.asset_id}))`;

/** The readings of the page's assets, and the outlier among them. */
const details = (request: DivergenceRequest): SQL => sql`
  select r.asset_id,
    json_agg(json_build_object('source', r.source, 'external_id', r.external_id, 'price_usd', r.price_usd::text,
      'observed_at', ${instantText('r.observed_at')}, 'revision', r.revision,
      'age_seconds', ${ageSeconds(momentOf(request), 'r.observed_at')}, 'gap_seconds', trim_scale(r.gap_seconds)::text,
      'excluded', r.reason, 'deviation_bps', r.deviation_bps::text) order by ${sourceRank(request.source_order, 'r.source')}) as readings,
    case when count(r.distance) > 2 and count(*) filter (where r.distance = r.furthest) = 1
      then max(r.source) filter (where r.distance = r.furthest) end as outlier
  from (
    select j.*, d.distance, max(d.distance) over (partition by j.asset_id) as furthest,
      case when j.reason is null or j.reason = 'gap' then extract(epoch from j.newest_at - j.observed_at) end
        as gap_seconds,
      case when d.distance is not null then ${basisPoints('(j.price_usd - p.median)', 'p.median')} end as deviation_bps
    from page p
    join judged j on j.asset_id = p.asset_id
    cross join lateral (select case when j.reason is null then abs(j.price_usd - p.median) end as distance) d
  ) r
  group by r.asset_id`;
