import { sql } from 'drizzle-orm';
import { markStale, settleCandles } from '../../src/db/candles/follow.ts';
import type { Db } from '../../src/db/client.ts';
import { rows } from './deps.ts';

/** Makes the candles of all seeded spot rows. */
export async function makeCandles(db: Db): Promise<void> {
  await db.batch([
    db.execute('test.raw')(markStale(sql`(select * from observations where kind = 'spot')`)),
    settleCandles(db),
  ]);
}

/** Every candle, without the columns that thinning changes. */
export const candleValues = () =>
  rows(sql`
    select listing_id, interval, open_time, open_usd, high_usd, low_usd, close_usd, first_observed_at,
      last_observed_at, count
    from candles order by listing_id, interval, open_time`);
