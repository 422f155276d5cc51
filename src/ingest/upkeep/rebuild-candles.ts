import { settleCandles } from '../../db/candles/follow.ts';
import { type ListingDay, markNextStale } from '../../db/candles/rebuild.ts';
import { rowIn } from '../../db/client.ts';
import { openVersion } from '../../db/tape/version.ts';
import type { Deps } from '../../deps.ts';

/** Observations per transaction: each locks the tape for well under a second. */
const SLICE_ROWS = 20_000;
const SLICE_MS_MAX = 10_000;
const FIRST_DAY: ListingDay = { listing_id: 0, day: '1970-01-01T00:00:00Z' };

export interface Rebuild {
  /** Where to begin; absent at the beginning. */
  from?: ListingDay | undefined;
  slice_rows?: number;
}

/**
 * Rebuilds all candles from the observations, slice by slice; those of frozen buckets stay. Null at the end,
 * or where to go on when time ran out. Loads may come in between, and it is safe to repeat.
 */
export async function rebuildCandles(
  { db, log, now }: Deps,
  { from = FIRST_DAY, slice_rows = SLICE_ROWS }: Rebuild = {},
): Promise<ListingDay | null> {
  const deadline = now().getTime() + SLICE_MS_MAX;
  let at = from;
  for (;;) {
    const [, marked] = await db.batch([
      openVersion(db),
      markNextStale(db, at, slice_rows),
      settleCandles(db),
    ]);
    const { listing_id, day } = rowIn(marked);
    log.info('candles.rebuilt', { up_to: day, listing_id });
    if (listing_id === null || day === null) return null;
    at = { listing_id, day };
    if (now().getTime() > deadline) return at;
  }
}
