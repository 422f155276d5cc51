import { type SQL, sql } from 'drizzle-orm';
import { SPOT_FIGURES } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { assetName, refListings, refRows } from '../identity/asset-ref.ts';
import { CANDIDATES_MAX } from '../identity/find-candidates.ts';
import { ofAsset, placeByRank } from '../identity/place.ts';
import { lateAmong } from '../observations/first-knowledge.ts';
import { type Clock, sourceRank } from '../observations/prefer-source.ts';
import { RETAINED } from '../retention/horizon.ts';
import { instantText, selectInstant } from '../sql/instant-text.ts';
import { selectedLater } from '../sql/later.ts';
import { type Scope, unseen, versionAt } from '../tape/scope.ts';
import type { PricePageRow } from './price-rows.ts';
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

/**
 * The assets at some points with their series in one statement: PricePageRow rows, one per point and asset. pricedRows
 * (answers.ts) says which series answers.
 */
export function listPrices(db: Db, request: PriceRequest) {
  return db.execute<PricePageRow>('prices.list')(sql`
    select ${selectInstant('v.current')} as current_version, ${selectInstant('v.version')} as version, ${RETAINED},
      priced.*
    from (${versionAt(request.as_of, scopeOf(request))}) v
    left join lateral (
      with points as (${points(request)}),
      named as (${named(request)}),
      unnamed as (${UNNAMED}),
      found as (${found(request)})
      select g.position, g.role, g.asset_id, g.asset, coalesce(a.symbol, g.symbol) as symbol,
        coalesce(a.name, g.name) as name, ${place(request)} as place, g.series, ${late(request)} as late
      from (${assetsFound(request)}) g
      left join assets a on a.id = g.asset_id
    ) priced on true
    order by priced.position, priced.asset`);
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

type Way = PricePoint['type'];
const waysOf = ({ points: given }: PriceRequest): Way[] => [...new Set(given.map(({ type }) => type))];

// Several joins rather than one with "or": each finds its listings through an index. Only those that the points take: each
// costs the planner more than it costs to walk. A source narrows labels, which are its own; an asset stays the same for
// every source that prices it.
const BY_WAY: Record<Way, (ofSource: SQL) => SQL> = {
  asset: () => sql`
    join assets a on i.type = 'asset' and a.id = i.value
    join listings l on l.asset_id = coalesce(a.merged_into, a.id)`,
  listing: () => sql`
    join listings l on i.type = 'listing' and l.source = i.source and l.external_id = i.value`,
  contract: () => sql`
    join contracts k on i.type = 'contract' and (k.platform, k.address) = (i.source, i.value)
    join listings l on (l.source, l.external_id) = (k.source, k.external_id)`,
  external_id: (ofSource) => sql`
    join listings l on i.type = 'external_id' and l.external_id = i.value and ${ofSource}`,
  symbol: (ofSource) => sql`join listings l on i.type = 'symbol' and l.symbol = i.value and ${ofSource}`,
};

function named(request: PriceRequest): SQL {
  const { sources } = request;
  const ofSource = sources === null ? sql`true` : sql`l.source = any(${sql.param(sources)}::text[])`;
  return sql.join(
    waysOf(request).map(
      (way) => sql`select i.position, l.id, l.asset_id from points i ${BY_WAY[way](ofSource)}`,
    ),
    sql` union all `,
  );
}

const UNNAMED = sql`
  select array_agg(i.position)::text as positions, array_agg(i.value)::text as values from points i
  where i.type <> 'symbol' and not exists (select from named n where n.position = i.position)`;

// Nearly every point is named.
const CANDIDATES = selectedLater(
  sql`
    select json_agg(json_build_object('position', i.position, 'id', c.id))
    from unnest((@1)::bigint[], (@2)::text[]) as i (position, value)
    cross join lateral (
      select l.id from listings l left join latest_observations n on n.listing_id = l.id
      where l.external_id = i.value or l.symbol = upper(i.value)
      order by n.rank, n.market_cap_usd desc nulls last, l.id
      limit ${CANDIDATES_MAX}::int
    ) c`,
  [sql`u.positions`, sql`u.values`],
);

// What an asset names are all its listings already.
const MATCHED_BY_ASSET = sql`select n.position, 'match'::text as role, n.id from named n`;
const MATCHED = sql`
  select n.position, 'match'::text as role, m.id
  from (select distinct position, asset_id from named) n join listings m on m.asset_id = n.asset_id
  union
  select n.position, 'match', n.id from named n where n.asset_id is null`;

const namesOnlyAssets = (request: PriceRequest): boolean => waysOf(request).every((way) => way === 'asset');

const found = (request: PriceRequest): SQL => sql`
  ${namesOnlyAssets(request) ? MATCHED_BY_ASSET : MATCHED}
  union all
  select c.position, 'candidate', c.id
  from unnamed u
  cross join lateral json_to_recordset(case when u.positions is not null then ${CANDIDATES} end) as c (position bigint, id int)`;

/** The assets of the points, each with the ids of its listings and its series. */
const assetsFound = (request: PriceRequest): SQL => sql`
  select f.position, f.role, l.asset_id, ${assetName('l')} as asset, array_agg(l.id) as ids, min(l.symbol) as symbol,
    min(l.name) as name, json_agg(${cells(request)}) filter (where s.source is not null) as series,
    ${isRival(request)} as is_rival
  from found f
  join points i on i.position = f.position
  join listings l on l.id = f.id
  left join lateral (${seriesAt({ ...request, at: sql`i.at` })}) s on true
  group by f.position, f.role, l.asset_id, 4`;

const isRival = (request: PriceRequest): SQL =>
  namesOnlyAssets(request)
    ? sql`f.role = 'candidate'`
    : sql`f.role = 'candidate' or count(*) over (partition by f.position) > 1`;

const cells = ({ explain, clock }: PriceRequest): SQL => {
  const ordered = sql`order by ${sourceRank(clock.source_order, 's.source')}, s.external_id, s.kind`;
  return sql`json_build_array(s.source, s.external_id, s.kind, ${instantText('s.observed_at')}, s.revision, s.flags,
    s.beat_seconds, ${FIGURE_CELLS}) ${explain ? ordered : sql``}`;
};

const FIGURE_CELLS = sql.raw(SPOT_FIGURES.map((figure) => `s.${figure}::text`).join(', '));

// Few points have several assets.
const place = ({ clock }: PriceRequest): SQL => {
  const placed = sql`
    select json_build_object('rank', p.rank, 'is_old', p.is_old)
    from (${placeByRank(ofAsset('@1', '@2::int[]'), clock)}) p`;
  return sql`case when g.is_rival then ${selectedLater(placed, [sql`g.asset_id`, sql`g.ids::text`])} end`;
};

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
