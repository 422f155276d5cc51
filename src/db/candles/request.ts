import type { CandleInterval, CandleView } from '../../domain/candle.ts';
import type { Instant } from '../../domain/instant.ts';
import type { ListingFilter } from '../observations/listing-filter.ts';
import type { PageRequest } from '../observations/page-request.ts';

/**
 * The position at which a page begins: after the candle with these sort values. Consolidated candles are ordered by
 * asset.
 */
export type CandleKey = { open_time: Instant } & ({ listing_id: number } | { asset: string });

export interface CandleRequest extends Omit<PageRequest, 'as_of'> {
  filter: ListingFilter;
  interval: CandleInterval;
  basis: CandleView;
  /** Limits of open_time. */
  opened_from: Instant | null;
  /** Exclusive. */
  opened_before: Instant | null;
  order: 'asc' | 'desc';
  after: CandleKey | null;
}
