import type { AssetCandidate } from '../../db/identity/find-candidates.ts';
import { jsonDecimal } from '../json.ts';

/** A possible asset for an input, as the API shows it. */
export function candidateObject(row: AssetCandidate, decimals?: 'number' | 'string') {
  return {
    asset: row.asset,
    symbol: row.symbol,
    name: row.name,
    rank: row.rank,
    market_cap_usd: jsonDecimal(row.market_cap_usd, decimals),
  };
}
