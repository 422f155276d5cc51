import type { InstantReading } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';

/** What a column can be to a dialect. */
export const ROLES = [
  'observation_id',
  'external_id',
  'source',
  'id',
  'symbol',
  'name',
  'pair',
  'quote',
  'kind',
  'flags',
  'superseded_at',
  'instant',
  'unix',
  'bar_open',
  'price',
  'open',
  'high',
  'low',
  'market_cap',
  'volume',
  'base_volume',
  'percent_change',
] as const;
export type Role = (typeof ROLES)[number];

/** The text of a row's cell by its role; null when it is empty or the file has no such column. */
export type Cells = Partial<Record<Role, string | null>> & {
  /** Whether a figure of the row but its prices cannot be read, and is null for that. */
  is_unreadable?: boolean;
};

/** How bars of a dialect are placed in time, and whose they are. */
export interface BarRules {
  /** What the instant of a row is. A close written as the last moment of the bar is the moment after it. */
  written: 'open' | 'close';
  /** Null: told by the file name or by the spacing of the rows. */
  period: string | null;
  /** Taken, with a warning, when neither tells. */
  period_fallback: string | null;
  /** `one`: of a single exchange. `many`: the vendor's average, which has no venue. */
  venue: 'one' | 'many';
}

/** One form of file, with what its vendor means by it. All pure. */
export interface Dialect {
  readonly id: string;
  readonly title: string;
  /** What its instants and prices are, in one sentence for people. */
  readonly convention: string;
  /** What to beware of in every file of it. */
  readonly caution?: string;
  readonly kind: Kind;
  readonly bars: BarRules | null;
  /** By role, the names a column may have (see columnName), the best first. */
  readonly columns: Partial<Record<Role, readonly (string | RegExp)[]>>;
  /** Without these a file of the dialect cannot be read. */
  readonly required: readonly Role[];
  /** Whether a header is this dialect's beyond doubt. */
  recognises(names: ReadonlySet<string>): boolean;
  /** Whether a volume of zero says that there was none, or that the vendor had no figure. */
  readonly zero_volume: 'zero' | 'unknown';
  /** A figure as readDecimal takes it; absent when it stands so already. */
  plainFigure?(text: string): string;
  /** The instant of a row; null when it has none. `isDayFirst` only where dates are written with slashes. */
  instant(cells: Cells, isDayFirst: boolean): InstantReading | null;
  /** The quote currency that the rows themselves tell, in lower case. */
  quoteOf?(cells: Cells): string | null;
}
