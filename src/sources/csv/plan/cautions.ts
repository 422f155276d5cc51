import type { Dialect } from '../dialect.ts';
import type { FoundReader } from './head/find-reader.ts';
import type { CsvHints, CsvPlan } from './types.ts';
import type { NameClues } from './whose/file-name.ts';

export interface Circumstances {
  found: FoundReader;
  hints: CsvHints;
  clues: NameClues;
  /** The currencies in rows and header. */
  told: string[];
  /** The caution about a volume. */
  volume: string | null;
}

/** The cautions about a plan, for the sender. */
export function cautions(plan: CsvPlan, { found, hints, clues, told, volume }: Circumstances): string[] {
  const { dialect } = found;
  const isMisnamed = told.length === 0 && clues.quote !== null && clues.quote !== plan.quote;
  const warnings = [
    dialect.caution,
    volume,
    plan.venue === null ? venueWarning(dialect) : null,
    plan.coin.id !== null && plan.coin.symbol === null ? NO_SYMBOL : null,
    hints.observed_at !== null && plan.observed_at === null
      ? 'The parameter observed_at is not used: the rows have their own instants.'
      : null,
    hints.venue !== null && dialect.bars === null
      ? 'The parameter venue is not used: the rows are not market bars.'
      : null,
    isMisnamed
      ? `The file name says ${clues.quote}, the parameter ${plan.quote}: taken as ${plan.quote}.`
      : null,
  ];
  return warnings.filter((warning) => warning !== null && warning !== undefined);
}

const NO_SYMBOL = 'The coin has no ticker: rows cannot be found by symbol. Send symbol= to give it one.';

function venueWarning({ bars, title }: Dialect): string | null {
  if (bars === null) return null;
  return bars.venue === 'many'
    ? `${title} averages over exchanges, so the bars have no venue.`
    : 'Neither the file name nor venue= says the exchange: rows of two exchanges would be one series.';
}
