import { type Decimal, isNegative, isZero } from '../domain/decimal.ts';
import { BAR_FIGURES, type PageFacts, recordOf, type SpotFigures } from '../domain/figures.ts';
import { type Instant, type InstantReading, microsOf } from '../domain/instant.ts';
import type { Flag, ListingProfile } from '../domain/observation.ts';
import type { RecordFault } from './read-record.ts';
import type { ReadContext, Reading } from './source.ts';

/** What a source says of one coin at one instant, before the rules that hold for every source. */
export interface SpotStatement extends ListingProfile, SpotFigures {
  /** When it says so; null when it does not tell. */
  stated_at: InstantReading | null;
  page: PageFacts | null;
}

const NO_BAR = recordOf(BAR_FIGURES, () => null);

type Clocks = Pick<ReadContext, 'fetched_at' | 'first_fetched_at'>;

/**
 * Applies the rules of docs/normalization.md: a price or a market cap of zero is unknown, a volume of zero
 * is a volume, nothing of these is negative, and the time is the source's own or that of the first sight.
 */
export function observeSpot(
  statement: SpotStatement,
  pointer: string,
  clocks: Clocks,
): Reading | RecordFault {
  const { stated_at, ...said } = statement;
  const refusal = negativeAmount(said);
  if (refusal !== null) return refusal;
  const time = observedAt(stated_at, clocks);
  if ('code' in time) return time;
  const price = knownAmount(said.price_usd);
  const marketCap = knownAmount(said.market_cap_usd);
  const zeroUnknown = price.was_zero || marketCap.was_zero;
  return {
    type: 'observation',
    observation: {
      ...said,
      ...NO_BAR,
      kind: 'spot',
      observed_at: time.observed_at,
      price_usd: price.amount,
      market_cap_usd: marketCap.amount,
      flags: zeroUnknown ? [...time.flags, 'zero_unknown'] : time.flags,
      pointer,
    },
  };
}

/** An amount for which zero is the source's way of saying that it does not know. */
export function knownAmount(amount: Decimal | null): { amount: Decimal | null; was_zero: boolean } {
  const was_zero = amount !== null && isZero(amount);
  return { amount: was_zero ? null : amount, was_zero };
}

type Amounts = Pick<SpotStatement, 'price_usd' | 'market_cap_usd' | 'volume_24h_usd'>;

/** Refuses what cannot be below zero. */
export function negativeAmount(amounts: Partial<Amounts>): RecordFault | null {
  for (const field of ['price_usd', 'market_cap_usd', 'volume_24h_usd'] as const) {
    const amount = amounts[field];
    if (amount === null || amount === undefined || !isNegative(amount)) continue;
    const code = field === 'price_usd' ? 'negative_price' : 'number_out_of_range';
    return { code, message: `${field} is negative: ${amount}.` };
  }
  return null;
}

const HOUR_MICROS = 3_600_000_000n;
const STALE_MICROS = HOUR_MICROS;
/** A clock may be a little ahead, or a day off at worst; more is a misread time. */
const AHEAD_MICROS = 24n * HOUR_MICROS;

/** The instant of a statement, with the flags that tell where it is from and how old it was when fetched. */
export function observedAt(
  stated: InstantReading | null,
  clocks: Clocks,
): { observed_at: Instant; flags: Flag[] } | RecordFault {
  if (stated === null) return { observed_at: clocks.first_fetched_at, flags: ['no_source_time'] };
  if (stated.instant === undefined) {
    const fault =
      stated.fault === 'invalid_instant' ? 'is not an instant' : 'lies outside the years 1970 to 9999';
    return { code: stated.fault, message: `The time of the record ${fault}.` };
  }
  const age = microsOf(clocks.fetched_at) - microsOf(stated.instant);
  if (age < -AHEAD_MICROS)
    return {
      code: 'instant_out_of_range',
      message: `The time of the record, ${stated.instant}, is more than 24 hours after it was fetched.`,
    };
  return { observed_at: stated.instant, flags: age > STALE_MICROS ? ['stale'] : [] };
}
