import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Db } from '../client.ts';
import { type ListingFilter, listingConditions } from '../observations/listing-filter.ts';
import { type SourceOrder, sourceRank } from '../observations/prefer-source.ts';
import { assetName } from './asset-ref.ts';

/** An asset somebody may have meant. `asset` can be sent as it is. */
export interface AssetCandidate {
  asset: string;
  symbol: string | null;
  name: string | null;
  market_cap_usd: Decimal | null;
}

export const CANDIDATES_MAX = 10;

/** Assets somebody may have meant by one of these words, largest market cap first: AssetCandidate rows. */
export function findCandidates(db: Db, words: string[], order: SourceOrder) {
  const symbols = words.map((word) => word.toUpperCase());
  return db.execute<AssetCandidate>('identity.candidates')(sql`
    select ${assetName('l')} as asset, ${LABELS}, ${marketCap(order)} as market_cap_usd
    ${FROM}
    where l.external_id = any(${sql.param(words)}::text[]) or l.symbol = any(${sql.param(symbols)}::text[])
    group by 1
    order by market_cap_usd desc nulls last, asset
    limit ${CANDIDATES_MAX}::int`);
}

/**
 * For a select list: of each symbol of a filter that names some, the assets that go by it when there are several,
 * largest market cap first, as a JSON array of AssetCandidate; null when every symbol is clear. `symbol` is the one
 * asked for.
 */
export const ambiguousAssets = (filter: ListingFilter): SQL => sql`(
        select json_agg(json_build_object('asset', c.asset, 'symbol', c.symbol, 'name', c.name,
          'market_cap_usd', c.market_cap_usd::text) order by c.symbol, c.market_cap_usd desc nulls last, c.asset)
        from (
          select l.symbol, ${assetName('l')} as asset, max(coalesce(a.name, l.name)) as name,
            ${marketCap(filter.source_order)} as market_cap_usd, count(*) over (partition by l.symbol) as rivals
          ${FROM}
          where ${listingConditions(filter)}
          group by l.symbol, 2
        ) c
        where c.rivals > 1)`;

const FROM = sql`
  from listings l
  left join assets a on a.id = l.asset_id
  left join latest_observations o on o.listing_id = l.id`;

const LABELS = sql`max(coalesce(a.symbol, l.symbol)) as symbol, max(coalesce(a.name, l.name)) as name`;

/** One source's figure, never a mix: that of the first source which has one. */
const marketCap = (order: SourceOrder): SQL => sql`
  (array_agg(o.market_cap_usd order by ${sourceRank(order, 'l.source')}, l.id) filter (where o.market_cap_usd is not null))[1]`;
