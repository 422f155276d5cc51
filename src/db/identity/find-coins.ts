import { sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** A coin that matches a word: by its ticker, its name, or its id at a source. */
export interface CoinByWord {
  /** The requested word, in lower case. */
  word: string;
  by: 'symbol' | 'name' | 'id';
  symbol: string | null;
  name: string | null;
  asset: string | null;
}

/** The coins that identity knows for words in lower case: CoinByWord rows, from the listings of polled sources. */
export function findCoinsByWord(db: Db, words: string[]) {
  const asked = sql.param(words);
  return db.execute<CoinByWord>('identity.coins-by-word')(sql`
    with coins as (
      select l.symbol, coalesce(a.name, l.name) as name, l.external_id, l.asset_id as asset
      from listings l left join assets a on a.id = l.asset_id
      where l.source <> 'csv'
    )
    select distinct on (w.word, w.by, c.asset, c.symbol, c.name) w.word, w.by, c.symbol, c.name, c.asset
    from coins c cross join lateral (values
      (lower(c.symbol), 'symbol'), (lower(c.name), 'name'), (lower(c.external_id), 'id')) as w (word, by)
    where w.word = any(${asked}::text[])
    limit 5000`);
}
