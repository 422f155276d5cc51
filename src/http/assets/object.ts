import type { AssetRow } from '../../db/identity/asset-row.ts';
import type { MappingFacts } from '../../db/identity/mapping-row.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import { jsonDecimal } from '../json.ts';

type Decimals = 'number' | 'string' | undefined;

/** An asset with the values a price page shows, as the API shows it. */
export function assetObject(row: AssetRow, decimals: Decimals) {
  return {
    asset: row.asset_id,
    symbol: row.symbol,
    name: row.name,
    rank: row.rank,
    price_usd: jsonDecimal(row.price_usd, decimals),
    market_cap_usd: jsonDecimal(row.market_cap_usd, decimals),
    volume_24h_usd: jsonDecimal(row.volume_24h_usd, decimals),
    percent_change_1h: jsonDecimal(row.percent_change_1h, decimals),
    percent_change_24h: jsonDecimal(row.percent_change_24h, decimals),
    percent_change_7d: jsonDecimal(row.percent_change_7d, decimals),
    circulating_supply: jsonDecimal(row.circulating_supply, decimals),
    total_supply: jsonDecimal(row.total_supply, decimals),
    max_supply: jsonDecimal(row.max_supply, decimals),
    image_url: row.image_url,
    created_at: row.observed_at,
    age_seconds: row.age_seconds === null ? null : Number(row.age_seconds),
    stale: row.fresh === null ? null : !row.fresh,
    source: row.source,
    external_id: row.external_id,
    observation_id: row.source === null ? null : formatObservationId({ ...row, kind: 'spot' }),
    flags: row.flags ?? [],
    listings_count: Number(row.listings_count),
  };
}

/** A mapping, without its listing, as the API shows it. */
export function mappingObject(mapping: MappingFacts, decimals: Decimals) {
  const { id, asset_id, confidence, decisions, ...rest } = mapping;
  return {
    id,
    asset: asset_id,
    ...rest,
    confidence: jsonDecimal(confidence, decimals),
    decisions: decisions.map(({ asset_id: asset, ...decision }) => ({ ...decision, asset })),
  };
}
