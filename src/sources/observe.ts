import { type Decimal, isZero } from '../domain/decimal.ts';
import { BAR_FIGURES, PAGE_FACTS, type PageFact, type PageFacts, recordOf } from '../domain/figures.ts';
import { type Instant, microsOf } from '../domain/instant.ts';
import type { Flag } from '../domain/observation.ts';
import { type Told, told, UNREADABLE } from './fields.ts';
import type { ReadContext, Reading } from './source.ts';

/** A source's statement about one coin at one instant, before the rules for every source. */
export interface SpotStatement {
  external_id: string;
  symbol: Told<string>;
  name: Told<string>;
  /** The stated time; null if the source gives none. */
  stated_at: Instant | null;
  price_usd: Decimal | null;
  market_cap_usd: Told<Decimal>;
  volume_24h_usd: Told<Decimal>;
  percent_change_24h: Told<Decimal>;
  page: { [Fact in PageFact]: Told<NonNullable<PageFacts[Fact]>> } | null;
}

const NO_BAR = recordOf(BAR_FIGURES, () => null);

type Clocks = Pick<ReadContext, 'fetched_at' | 'first_fetched_at' | 'normalizer_version'>;

/**
 * Applies the rules of docs/normalization.md. A price or a market cap of zero is unknown, but a volume of zero is a
 * volume. An unreadable value is unknown. The time is the source's own or the time of the first fetch.
 */
export function observeSpot(statement: SpotStatement, pointer: string, clocks: Clocks): Reading {
  const { external_id, symbol, name, stated_at, page, ...figures } = statement;
  const { price_usd, market_cap_usd, volume_24h_usd, percent_change_24h } = figures;
  const price = knownAmount(price_usd);
  const marketCap = knownAmount(told(market_cap_usd));
  const time = observedAt(stated_at, clocks);
  return {
    type: 'observation',
    observation: {
      external_id,
      symbol: told(symbol),
      name: told(name),
      kind: 'spot',
      observed_at: time.observed_at,
      price_usd: price.amount,
      market_cap_usd: marketCap.amount,
      volume_24h_usd: told(volume_24h_usd),
      percent_change_24h: told(percent_change_24h),
      ...NO_BAR,
      flags: [
        ...time.flags,
        ...flagIf('zero_unknown', price.was_zero || marketCap.was_zero),
        ...flagIf('unreadable', isUnreadable(statement, page) && knowsUnreadable(clocks)),
      ],
      page: page === null ? null : knownFacts(page),
      pointer,
    },
  };
}

const flagIf = (flag: Flag, holds: boolean): Flag[] => (holds ? [flag] : []);

/** Whether any value of a statement, or of a part of it, is unreadable. */
export const isUnreadable = (...parts: (object | null)[]): boolean =>
  parts.some((part) => part !== null && Object.values(part).includes(UNREADABLE));

const knownFacts = (page: NonNullable<SpotStatement['page']>): PageFacts =>
  recordOf(PAGE_FACTS, (fact) => told<string | number>(page[fact])) as unknown as PageFacts;

/** An amount for which the source uses zero as unknown. */
export function knownAmount(amount: Decimal | null): { amount: Decimal | null; was_zero: boolean } {
  const was_zero = amount !== null && isZero(amount);
  return { amount: was_zero ? null : amount, was_zero };
}

const MINUTE_MICROS = 60_000_000n;
const STALE_MICROS = 60n * MINUTE_MICROS;
/** A clock may be a little ahead of ours; a time further ahead is not accepted. */
const AHEAD_MICROS = 5n * MINUTE_MICROS;

/** The instant of a statement, with the flags about its origin and its age when fetched. */
export function observedAt(stated: Instant | null, clocks: Clocks): { observed_at: Instant; flags: Flag[] } {
  const { fetched_at, first_fetched_at } = clocks;
  if (stated === null || isAhead(stated, clocks))
    return { observed_at: first_fetched_at, flags: ['no_source_time'] };
  const age = microsOf(fetched_at) - microsOf(stated);
  return { observed_at: stated, flags: age > STALE_MICROS ? ['stale'] : [] };
}

/** Compared with the first fetch of the bytes, so reading them again later gives the same result. */
const isAhead = (stated: Instant, clocks: Clocks): boolean =>
  knowsUnreadable(clocks) && microsOf(stated) - microsOf(clocks.first_fetched_at) > AHEAD_MICROS;

/**
 * Whether the rows were made by a normalizer that flags unreadable values and does not accept clocks that are
 * ahead. The earlier one did neither: an unreadable value rejected its record, except supplies below zero and ranks
 * of zero.
 */
const knowsUnreadable = ({ normalizer_version }: Clocks): boolean =>
  normalizer_version === undefined || normalizer_version >= 2;
