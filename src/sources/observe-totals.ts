import type { Decimal } from '../domain/decimal.ts';
import { readUnixInstant } from '../domain/instant.ts';
import type { MarketTotals } from '../domain/observation.ts';
import { knownAmount, negativeAmount, observedAt } from './observe.ts';
import type { RecordFault } from './read-record.ts';
import type { ReadContext, Reading } from './source.ts';

/** What a source says of the whole market, before the rules that hold for every source. */
export interface TotalsStatement extends Omit<MarketTotals, 'observed_at' | 'flags' | 'pointer'> {
  /** Unix seconds or milliseconds; null when the source does not tell. */
  unix_time: Decimal | null;
}

/** Applies the rules of observeSpot to market totals. */
export function observeTotals(
  statement: TotalsStatement,
  pointer: string,
  context: ReadContext,
): Reading | RecordFault {
  const { unix_time, ...said } = statement;
  const refusal = negativeAmount(said);
  if (refusal !== null) return refusal;
  const time = observedAt(unix_time === null ? null : readUnixInstant(unix_time), context);
  if ('code' in time) return time;
  const marketCap = knownAmount(said.market_cap_usd);
  return {
    type: 'market_totals',
    totals: {
      ...said,
      observed_at: time.observed_at,
      market_cap_usd: marketCap.amount,
      flags: marketCap.was_zero ? [...time.flags, 'zero_unknown'] : time.flags,
      pointer,
    },
  };
}
