import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import { SPOT_FIGURES, type SpotFigures } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { assetName } from '../identity/asset-ref.ts';
import { CANDIDATES_MAX } from '../identity/find-candidates.ts';
import { RETAINED, type Retained } from '../retention/horizon.ts';
import { basisPoints } from '../sql/basis-points.ts';
import { columnList } from '../sql/column-list.ts';
import { selectInstant } from '../sql/instant-text.ts';
import { type LateKnowledge, lateAmong } from './first-knowledge.ts';
import { unseen, versionAt } from './page.ts';
import { ageSeconds, type Clock, isFresh, sourceRank } from './prefer-source.ts';
import { firstVisible, visibleAt } from './row.ts';

/** What a caller asks the price of: an asset by its id, or by what its listings are called. */
export interface PriceInput {
  type: 'asset' | 'listing' | 'external_id' | 'symbol';
  /** Of a listing. */
  source: string | null;
  value: string;
}

export interface PriceRequest extends Clock {
  inputs: PriceInput[];
  sources: string[] | null;
  max_age_seconds: number | null;
  /** Only what was known then; null is now. */
  as_of: Instant | null;
  seen: Instant | null;
}

/**
 * An asset that an input matches (`match`) or may have meant (`candidate`), largest market cap first, with the
 * newest spot row at or before the instant asked for of the source that answers for it; without one the values
 * are null. A listing without an asset stands for itself.
 */
export interface PriceRow extends Retained, SpotFigures {
  current_version: Instant;
  /** The one that was read. */
  version: Instant;
  /** From 1, in the order of the inputs. */
  position: string;
  role: 'match' | 'candidate';
  asset_id: string | null;
  /** What can be sent as `asset`. */
  asset: string;
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  observed_at: Instant | null;
  revision: number | null;
  age_seconds: string | null;
  fresh: boolean | null;
  /** Between the fresh prices of its sources near in time to this one; null for fewer than two. */
  spread_bps: Decimal | null;
  /** Which listings of all inputs were not known at as_of. */
  late: LateKnowledge | null;
}

/** One row, of nulls, when there is nothing to tell of any input. */
export type PricePageRow = PriceRow | (Retained & NoPrice);
type NoPrice = Pick<PriceRow, 'current_version' | 'version'> & { position: null; late: null };

/** Prices further apart in time say nothing of each other. */
export const SPREAD_GAP_SECONDS = 900;

const SPOT = columnList(SPOT_FIGURES, 'o');

/** The prices of some inputs in one statement: PricePageRow rows, one per input and asset. */
export function listPrices(db: Db, request: PriceRequest) {
  return db.execute<PricePageRow>('observations.prices')(sql`
    select ${selectInstant('v.current')} as current_version, ${selectInstant('v.version')} as version, ${RETAINED},
      priced.*
    from (${versionAt(request.as_of)}) v
    left join lateral (
      with inputs as (${inputs(request)}),
      named as (${named(request.sources)}),
      found as (${found}),
      valued as (${valued(request)}),
      ranked as (
        select o.*,
          row_number() over (partition by position, asset order by ${preference(request)}) as oneOf,
          row_number() over (partition by position, asset, source order by ${preference(request)}) as choice_of_source
        from valued o
      )
      select o.position, o.role, o.asset_id, o.asset, o.source, o.external_id, o.symbol, o.name,
        ${selectInstant('o.observed_at')} as observed_at, o.revision, ${SPOT},
        o.age_seconds, o.fresh, spread.spread_bps,
        ${late(request)} as late
      from ranked o
      cross join lateral (
        select case when count(*) > 1 then ${basisPoints('max(r.price_usd) - min(r.price_usd)', 'min(r.price_usd)')} end
          as spread_bps
        from ranked r
        where r.position = o.position and r.asset = o.asset and r.choice_of_source = 1 and r.fresh
          and abs(extract(epoch from r.observed_at - o.observed_at)) <= ${SPREAD_GAP_SECONDS}::int
      ) spread
      where o.oneOf = 1
    ) priced on true
    order by priced.position, priced.market_cap_usd desc nulls last, priced.asset`);
}

const inputs = ({ inputs: given, seen }: PriceRequest): SQL => sql`
  select * from unnest(${sql.param(given.map(({ type }) => type))}::text[],
    ${sql.param(given.map(({ source }) => source))}::text[],
    ${sql.param(given.map(({ value }) => value))}::text[]) with ordinality as i (type, source, value, position)
  where ${unseen(seen)}`;

// Several joins rather than one with "or": each finds its listings through an index. A source narrows labels,
// which are its own; an asset stays the same for every source that prices it.
function named(sources: string[] | null): SQL {
  const from = (on: SQL) => sql`
    select i.position, l.id, l.asset_id from inputs i join listings l on ${on}`;
  const ofSource = sources === null ? sql`true` : sql`l.source = any(${sql.param(sources)}::text[])`;
  return sql`
    select i.position, l.id, l.asset_id
    from inputs i
    join assets a on i.type = 'asset' and a.id = i.value
    join listings l on l.asset_id = coalesce(a.merged_into, a.id)
    union all ${from(sql`i.type = 'listing' and l.source = i.source and l.external_id = i.value`)}
    union all ${from(sql`i.type = 'external_id' and l.external_id = i.value and ${ofSource}`)}
    union all ${from(sql`i.type = 'symbol' and l.symbol = i.value and ${ofSource}`)}`;
}

const found = sql`
  select n.position, 'match'::text as role, m.id from named n join listings m on m.asset_id = n.asset_id
  union
  select n.position, 'match', n.id from named n
  union
  select i.position, 'candidate', c.id
  from inputs i
  cross join lateral (
    select l.id from listings l left join latest_observations n on n.listing_id = l.id
    where l.external_id = i.value or l.symbol = upper(i.value)
    order by n.market_cap_usd desc nulls last, l.id
    limit ${CANDIDATES_MAX}::int
  ) c
  where i.type <> 'symbol' and not exists (select from named n where n.position = i.position)`;

const late = ({ as_of }: PriceRequest): SQL =>
  as_of === null
    ? sql`null::json`
    : lateAmong(
        'listings',
        sql`
          select min(c.first_known_at) as known_at
          from found f join counts c on c.listing_id = f.id and c.kind = 'spot'
          where f.role = 'match'
          group by f.id`,
        as_of,
      );

const valued = (request: PriceRequest): SQL => sql`
  select f.position, f.role, f.id, l.asset_id, ${assetName('l')} as asset, l.source, l.external_id,
    coalesce(a.symbol, l.symbol) as symbol, coalesce(a.name, l.name) as name, o.*,
    ${ageSeconds(request, 'o.observed_at')} as age_seconds, coalesce(${isFresh(request, 'l.source')}, false) as fresh
  from found f
  join listings l on l.id = f.id
  left join assets a on a.id = l.asset_id
  left join lateral (${valueAt(request)}) o on true`;

const preference = ({ source_order }: PriceRequest): SQL => sql`
  (o.price_usd is not null) desc, o.fresh desc, ${sourceRank(source_order, 'o.source')}, o.observed_at desc nulls last, o.id`;

// The newest row decides, even when it holds no price: the source then says that it knows none.
function valueAt({ at, as_of, max_age_seconds, sources }: PriceRequest): SQL {
  const ofSource = sources === null ? sql`true` : sql`l.source = any(${sql.param(sources)}::text[])`;
  const notOlder =
    max_age_seconds === null
      ? sql`true`
      : sql`o.observed_at >= ${at}::timestamptz - make_interval(secs => ${max_age_seconds}::int)`;
  return firstVisible(
    as_of,
    (condition) => sql`
      select o.observed_at, o.revision, ${SPOT}, o.flags
      from observations o
      where o.listing_id = f.id and o.kind = 'spot' and ${condition} and ${visibleAt(as_of)}
        and o.observed_at <= ${at}::timestamptz and ${ofSource} and ${notOlder}`,
    sql`order by o.observed_at desc, o.revision desc limit 1`,
  );
}
