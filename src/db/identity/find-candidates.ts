import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Db } from '../client.ts';
import { type ListingFilter, listingConditions } from '../observations/listing-filter.ts';
import { type Clock, sourceRank } from '../observations/prefer-source.ts';
import { selectedLater } from '../sql/later.ts';
import { assetName } from './asset-ref.ts';
import { ofAsset, placeByRank } from './place.ts';

/** An asset that the caller may have meant. `asset` is a value for the parameter of that name. */
export interface AssetCandidate {
  asset: string;
  symbol: string | null;
  name: string | null;
  /** See placeByRank. */
  rank: number | null;
  market_cap_usd: Decimal | null;
}

export const CANDIDATES_MAX = 10;

/** Assets that the caller may have meant by one of these words, by rank: AssetCandidate rows. */
export function findCandidates(db: Db, words: string[], clock: Clock) {
  const symbols = words.map((word) => word.toUpperCase());
  return db.execute<AssetCandidate>('identity.candidates')(sql`
    select c.asset, c.symbol, c.name, p.rank, c.market_cap_usd
    from (
      select ${assetName('l')} as asset, max(coalesce(a.symbol, l.symbol)) as symbol, ${facts(clock)}
      ${FROM}
      where l.external_id = any(${sql.param(words)}::text[]) or l.symbol = any(${sql.param(symbols)}::text[])
      group by 1
    ) c
    ${placed(clock)}
    order by ${BY_RANK}
    limit ${CANDIDATES_MAX}::int`);
}

/**
 * For a select list: for each symbol of the filter with several assets, these assets by rank, as a JSON array of
 * AssetCandidate; null if every symbol is unambiguous. `symbol` is the requested symbol.
 */
export const ambiguousAssets = (filter: ListingFilter): SQL => sql`
  case when ${isContested(filter)} then ${selectedLater(rivals(filter))} end`;

// Few symbols are contested, and planning the ranking costs far more than planning the page.
const isContested = (filter: ListingFilter): SQL => sql`exists (
  select from listings l where ${listingConditions(filter)}
  group by l.symbol having min(${assetName('l')}) <> max(${assetName('l')}))`;

const rivals = (filter: ListingFilter): SQL => sql`
        select json_agg(json_build_object('asset', c.asset, 'symbol', c.symbol, 'name', c.name, 'rank', p.rank,
          'market_cap_usd', c.market_cap_usd::text) order by c.symbol, ${BY_RANK})
        from (
          select l.symbol, ${assetName('l')} as asset, ${facts(filter.clock)},
            count(*) over (partition by l.symbol) as rivals
          ${FROM}
          where ${listingConditions(filter)}
          group by l.symbol, 2
        ) c
        ${placed(filter.clock)}
        where c.rivals > 1`;

const FROM = sql`
  from listings l
  left join assets a on a.id = l.asset_id
  left join latest_observations o on o.listing_id = l.id`;

/** The market cap of one source, never a mix: the first source that has one. */
const facts = ({ source_order }: Clock): SQL => sql`
  max(coalesce(a.name, l.name)) as name, max(l.asset_id) as asset_id, array_agg(l.id) as ids,
  (array_agg(o.market_cap_usd order by ${sourceRank(source_order, 'l.source')}, l.id) filter (where o.market_cap_usd is not null))[1]
    as market_cap_usd`;

const placed = (clock: Clock): SQL => sql`
  cross join lateral (${placeByRank(ofAsset('c.asset_id', 'c.ids'), clock)}) p`;

const BY_RANK = sql`p.is_old, p.rank, c.market_cap_usd desc nulls last, c.asset`;
