import type { RateRow } from '../../db/rates/reading.ts';
import { type Instant, microsOf } from '../../domain/instant.ts';
import { formatRateId, isRateOnTime, usdPerUnit } from '../../domain/rate.ts';
import { jsonDecimal } from '../json.ts';

/** A rate as the API shows it, with its age at a moment. */
export function rateObject(row: RateRow, at: Instant, decimals: 'number' | 'string') {
  return {
    currency: row.currency,
    name: row.name,
    usd_per_unit: jsonDecimal(usdPerUnit(row), decimals),
    units_per_btc: jsonDecimal(row.units_per_btc, decimals),
    usd_per_btc: jsonDecimal(row.usd_per_btc, decimals),
    created_at: row.observed_at,
    ingested_at: row.known_at,
    age_seconds: rateAge(row, at),
    source: row.source,
    stale: !isRateOnTime(row, at),
    rate_id: formatRateId(row),
    flags: row.flags,
  };
}

/** Whole seconds. */
export const rateAge = ({ observed_at }: Pick<RateRow, 'observed_at'>, at: Instant): number =>
  Number((microsOf(at) - microsOf(observed_at)) / 1_000_000n);
