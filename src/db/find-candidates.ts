import { sql } from 'drizzle-orm';
import type { Decimal } from '../domain/decimal.ts';
import type { Db } from './client.ts';

export interface CandidateRow {
  source: string;
  external_id: string;
  symbol: string | null;
  name: string | null;
  market_cap_usd: Decimal | null;
}

export const CANDIDATES_MAX = 10;

/** Listings somebody may have meant by one of these words, largest market cap first: CandidateRow rows. */
export function findCandidates(db: Db, words: string[]) {
  const symbols = words.map((word) => word.toUpperCase());
  return db.execute(sql`
    select l.source, l.external_id, l.symbol, l.name, o.market_cap_usd
    from listings l left join latest_observations o on o.listing_id = l.id
    where l.external_id = any(${sql.param(words)}::text[]) or l.symbol = any(${sql.param(symbols)}::text[])
    order by o.market_cap_usd desc nulls last, l.id
    limit ${CANDIDATES_MAX}::int`);
}
