import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../domain/decimal.ts';
import type { Instant } from '../domain/instant.ts';
import type { Db } from './client.ts';
import { CANDIDATES_MAX } from './find-candidates.ts';
import { instantText } from './instant-text.ts';
import { pinnedVersion, unseen } from './list-observations.ts';

/** What a caller asks the price of. `source` narrows it; an asset without one matches nothing by itself. */
export interface PriceInput {
  type: 'asset' | 'external_id' | 'symbol';
  source: string | null;
  value: string;
}

export interface PriceWish {
  inputs: PriceInput[];
  sources: string[] | null;
  at: Instant;
  max_age_seconds: number | null;
  /** Per source, the age from which its value is stale. */
  stale_after: { source: string; seconds: number }[];
  seen: Instant | null;
}

/**
 * A listing that an input matches (`match`) or may have meant (`candidate`), largest market cap first, with
 * its newest spot row at or before the wished instant; without one the values are null.
 */
export interface PriceRow {
  current_version: Instant;
  /** From 1, in the order of the inputs; null when there is nothing to tell. */
  position: string | null;
  role: 'match' | 'candidate';
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  observed_at: Instant | null;
  revision: number | null;
  price_usd: Decimal | null;
  market_cap_usd: Decimal | null;
  volume_24h_usd: Decimal | null;
  percent_change_24h: Decimal | null;
  age_seconds: string | null;
  fresh: boolean | null;
  /** Between the highest and the lowest fresh price of the input's matches; null for fewer than two. */
  spread_bps: Decimal | null;
}

/** The prices of some inputs in one statement: PriceRow rows. */
export function listPrices(db: Db, wish: PriceWish) {
  return db.execute(sql`
    select ${instantText('v.current')} as current_version, priced.*
    from (${pinnedVersion(null)}) v
    left join lateral (
      with inputs as (${inputs(wish)}),
      matches as (${matches(wish.sources)}),
      found as (
        select position, 'match'::text as role, id, source, external_id, symbol, name from matches
        union all
        select i.position, 'candidate', c.id, c.source, c.external_id, c.symbol, c.name
        from inputs i cross join lateral (${candidates}) c
        where i.type <> 'symbol' and not exists (select from matches m where m.position = i.position)
      ), valued as (
        select f.*, o.*, floor(extract(epoch from ${wish.at}::timestamptz - o.observed_at))::bigint as age_seconds,
          extract(epoch from ${wish.at}::timestamptz - o.observed_at) <= p.seconds
            and not 'stale' = any(o.flags) and o.price_usd > 0 as fresh
        from found f
        left join lateral (${valueAt(wish)}) o on true
        left join ${paces(wish)} as p (pace_source, seconds) on p.pace_source = f.source
      )
      select position, role, source, external_id, symbol, name, ${instantText('observed_at')} as observed_at,
        revision, price_usd, market_cap_usd, volume_24h_usd, percent_change_24h, age_seconds, fresh,
        case when count(*) filter (where fresh) over same > 1 then
          round((max(price_usd) filter (where fresh) over same / min(price_usd) filter (where fresh) over same - 1)
            * 10000, 2)
        end as spread_bps
      from valued
      window same as (partition by position, role)
    ) priced on true
    order by priced.position, priced.market_cap_usd desc nulls last, priced.source, priced.external_id`);
}

const inputs = ({ inputs: given, seen }: PriceWish): SQL => sql`
  select * from unnest(${sql.param(given.map(({ type }) => type))}::text[],
    ${sql.param(given.map(({ source }) => source))}::text[],
    ${sql.param(given.map(({ value }) => value))}::text[]) with ordinality as i (type, source, value, position)
  where ${unseen(seen)}`;

// Three joins rather than one with "or": each finds its listings through an index.
function matches(sources: string[] | null): SQL {
  const from = (on: SQL) => sql`
    select i.position, l.id, l.source, l.external_id, l.symbol, l.name from inputs i join listings l on ${on}
    where ${sources === null ? sql`true` : sql`l.source = any(${sql.param(sources)}::text[])`}`;
  return sql.join(
    [
      from(sql`i.type = 'asset' and l.source = i.source and l.external_id = i.value`),
      from(sql`i.type = 'external_id' and l.external_id = i.value`),
      from(sql`i.type = 'symbol' and l.symbol = i.value`),
    ],
    sql` union all `,
  );
}

const candidates = sql`
  select l.id, l.source, l.external_id, l.symbol, l.name
  from listings l left join latest_observations n on n.listing_id = l.id
  where l.external_id = i.value or l.symbol = upper(i.value)
  order by n.market_cap_usd desc nulls last, l.id
  limit ${CANDIDATES_MAX}::int`;

// The newest row decides, even when it holds no price: the source then says that it knows none.
const valueAt = ({ at, max_age_seconds }: PriceWish): SQL => sql`
  select o.observed_at, o.revision, o.price_usd, o.market_cap_usd, o.volume_24h_usd, o.percent_change_24h, o.flags
  from observations o
  where o.listing_id = f.id and o.kind = 'spot' and o.superseded_at is null
    and o.observed_at <= ${at}::timestamptz
    and ${max_age_seconds === null ? sql`true` : sql`o.observed_at >= ${at}::timestamptz - make_interval(secs => ${max_age_seconds}::int)`}
  order by o.observed_at desc, o.revision desc
  limit 1`;

const paces = ({ stale_after }: PriceWish): SQL =>
  sql`unnest(${sql.param(stale_after.map(({ source }) => source))}::text[],
    ${sql.param(stale_after.map(({ seconds }) => seconds))}::int[])`;
