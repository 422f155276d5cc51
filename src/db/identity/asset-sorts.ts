// What a list of assets is sorted by, and where the value of each order is found.

/**
 * The column of `latest_observations` that holds it, and its type in SQL; null is the asset's own name. The changes
 * have no index, which each poll would pay for: their newest values are sorted whole, a row per listing.
 */
const SORTS = {
  rank: { column: 'rank', type: 'int' },
  market_cap_usd: { column: 'market_cap_usd', type: 'numeric' },
  volume_24h_usd: { column: 'volume_24h_usd', type: 'numeric' },
  price_usd: { column: 'price_usd', type: 'numeric' },
  percent_change_1h: { column: 'percent_change_1h', type: 'numeric' },
  percent_change_24h: { column: 'percent_change_24h', type: 'numeric' },
  percent_change_7d: { column: 'percent_change_7d', type: 'numeric' },
  created_at: { column: 'observed_at', type: 'timestamptz' },
  name: { column: null, type: 'text' },
} as const satisfies Record<string, { column: string | null; type: string }>;

export type AssetSort = keyof typeof SORTS;
export type SortType = (typeof SORTS)[AssetSort]['type'];

export const ASSET_SORTS = Object.keys(SORTS) as AssetSort[];

export const sortType = (sort: AssetSort): SortType => SORTS[sort].type;
export const sortColumn = (sort: AssetSort) => SORTS[sort].column;
