import type { AssetRow } from '../../db/identity/asset-row.ts';
import type { MappingFacts } from '../../db/identity/mapping-row.ts';
import { PAGE_FACTS, SPOT_FIGURES } from '../../domain/figures.ts';
import { formatObservationId } from '../../domain/observation-id.ts';
import { jsonDecimal, valueMembers } from '../json.ts';

type Decimals = 'number' | 'string' | undefined;

const SHOWN = [...SPOT_FIGURES, ...PAGE_FACTS];

/** An asset with the values a price page shows, as the API shows it. */
export function assetObject(row: AssetRow, decimals: Decimals) {
  return {
    asset: row.asset_id,
    symbol: row.symbol,
    name: row.name,
    ...valueMembers(row, SHOWN, decimals),
    created_at: row.observed_at,
    age_seconds: row.age_seconds === null ? null : Number(row.age_seconds),
    stale: row.fresh === null ? null : !row.fresh,
    source: row.source,
    external_id: row.external_id,
    observation_id: row.source === null ? null : formatObservationId(row),
    flags: row.flags ?? [],
    listings_count: Number(row.listings_count),
    kind: row.kind,
    status: row.is_inactive ? 'inactive' : 'active',
    last_seen_at: row.last_seen_at,
  };
}

/** A mapping, without its listing, as the API shows it. */
export function mappingObject(mapping: MappingFacts, decimals: Decimals) {
  const { id, asset_id, confidence, decisions, prices, ...rest } = mapping;
  return {
    id,
    asset: asset_id,
    ...rest,
    confidence: jsonDecimal(confidence, decimals),
    decisions: decisions.map(({ asset_id: asset, ...decision }) => ({ ...decision, asset })),
    prices: prices.map(({ price_usd, observed_at, ...listing }) => ({
      ...listing,
      price_usd: jsonDecimal(price_usd, decimals),
      created_at: observed_at,
    })),
  };
}
