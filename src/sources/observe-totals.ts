import type { Decimal } from '../domain/decimal.ts';
import type { Instant } from '../domain/instant.ts';
import type { Flag } from '../domain/observation.ts';
import { type Told, told } from './fields.ts';
import { isUnreadable, knownAmount, observedAt } from './observe.ts';
import type { ReadContext, Reading } from './source.ts';

/** A source's statement about the whole market, before the rules for every source. */
export interface TotalsStatement {
  /** The stated time; null if the source gives none. */
  stated_at: Instant | null;
  market_cap_usd: Told<Decimal>;
  volume_24h_usd: Told<Decimal>;
  bitcoin_dominance_percent: Told<Decimal>;
  market_cap_change_24h_percent: Told<Decimal>;
  assets_count: Told<number>;
}

/** Applies the rules of observeSpot to market totals. */
export function observeTotals(statement: TotalsStatement, pointer: string, context: ReadContext): Reading {
  const time = observedAt(statement.stated_at, context);
  const marketCap = knownAmount(told(statement.market_cap_usd));
  const flags: Flag[] = [...time.flags];
  if (marketCap.was_zero) flags.push('zero_unknown');
  if (isUnreadable(statement)) flags.push('unreadable');
  return {
    type: 'market_totals',
    totals: {
      observed_at: time.observed_at,
      market_cap_usd: marketCap.amount,
      volume_24h_usd: told(statement.volume_24h_usd),
      bitcoin_dominance_percent: told(statement.bitcoin_dominance_percent),
      market_cap_change_24h_percent: told(statement.market_cap_change_24h_percent),
      assets_count: told(statement.assets_count),
      flags,
      pointer,
    },
  };
}
