import type { Decimal } from './decimal.ts';
import type { Instant } from './instant.ts';

/** The TypeScript form of a value: `decimal` with every digit, `whole` as a number of at most 32 bits. */
interface ValueTypes {
  decimal: Decimal;
  whole: number;
  text: string;
  instant: Instant;
}
export type ValueType = keyof ValueTypes;

/**
 * The facts that a source states about a coin, and the only list of them: tables, statements, rows, replies and
 * exports are made from it. `of` says which rows have a value: every observation, observations of market bars, or
 * the page of a coin, which is kept for the newest spot row only. Rows and CSV columns are in this order, so new
 * values go to the end.
 */
const STATED = {
  price_usd: { type: 'decimal', of: 'observation' },
  market_cap_usd: { type: 'decimal', of: 'observation' },
  volume_24h_usd: { type: 'decimal', of: 'observation' },
  percent_change_24h: { type: 'decimal', of: 'observation' },
  open_usd: { type: 'decimal', of: 'bar' },
  high_usd: { type: 'decimal', of: 'bar' },
  low_usd: { type: 'decimal', of: 'bar' },
  rank: { type: 'whole', of: 'page' },
  percent_change_1h: { type: 'decimal', of: 'page' },
  percent_change_7d: { type: 'decimal', of: 'page' },
  circulating_supply: { type: 'decimal', of: 'page' },
  total_supply: { type: 'decimal', of: 'page' },
  max_supply: { type: 'decimal', of: 'page' },
  image_url: { type: 'text', of: 'page' },
  ath_usd: { type: 'decimal', of: 'page' },
  ath_at: { type: 'instant', of: 'page' },
  fully_diluted_valuation_usd: { type: 'decimal', of: 'page' },
} as const satisfies Record<
  string,
  { type: 'decimal'; of: 'observation' | 'bar' } | { type: ValueType; of: 'page' }
>;

type Stated = typeof STATED;
export type ValueName = keyof Stated;
type NamesOf<Of> = { [Name in ValueName]: Stated[Name]['of'] extends Of ? Name : never }[ValueName];
export type TypeOf<Name extends ValueName> = Stated[Name]['type'];
type NamesOfType<Type> = {
  [Name in ValueName]: Stated[Name]['type'] extends Type ? Name : never;
}[ValueName];

/** A number of an observation. Two observations of one key differ if one of these differs. */
export type Figure = NamesOf<'observation' | 'bar'>;
/** One that spot rows also have. */
export type SpotFigure = NamesOf<'observation'>;
/** A fact of a price page in addition to the observation. */
export type PageFact = NamesOf<'page'>;

// Unknown is null, never zero.
export type Figures = Record<Figure, Decimal | null>;
export type SpotFigures = Pick<Figures, SpotFigure>;
export type PageFacts = { [Fact in PageFact]: ValueTypes[TypeOf<Fact>] | null };

/** All names, in the order of rows. */
export const VALUE_NAMES = Object.keys(STATED) as ValueName[];

const namesOf = <Of extends Stated[ValueName]['of']>(...of: Of[]) =>
  VALUE_NAMES.filter((name): name is NamesOf<Of> => of.some((one) => one === STATED[name].of));

export const FIGURES: readonly Figure[] = namesOf('observation', 'bar');
export const SPOT_FIGURES: readonly SpotFigure[] = namesOf('observation');
export const BAR_FIGURES: readonly Exclude<Figure, SpotFigure>[] = namesOf('bar');
export const PAGE_FACTS: readonly PageFact[] = namesOf('page');

export const isPageFact = (name: string): name is PageFact =>
  (PAGE_FACTS as readonly string[]).includes(name);

export const valueType = (name: ValueName): ValueType => STATED[name].type;

export const isOfType = <Type extends ValueType>(name: ValueName, type: Type): name is NamesOfType<Type> =>
  STATED[name].type === type;

/** An object with a member for each name. */
export const recordOf = <Name extends string, Member>(
  names: readonly Name[],
  member: (name: Name) => Member,
): Record<Name, Member> =>
  Object.fromEntries(names.map((name) => [name, member(name)])) as Record<Name, Member>;
