import { cellsOf } from '../cells.ts';
import type { Cells, Dialect } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import type { CsvHead } from '../record.ts';
import { chooseBeat } from './choose-beat.ts';
import { chooseCoin } from './choose-coin.ts';
import { chooseDateOrder } from './choose-date-order.ts';
import { choosePeriod } from './choose-period.ts';
import { chooseQuote } from './choose-quote.ts';
import { columnName } from './column-name.ts';
import { readFileName } from './file-name.ts';
import { type FoundHeader, findHeader } from './find-header.ts';
import { identifyRows } from './identify-rows.ts';
import type { CsvHints, CsvPlan } from './types.ts';

/**
 * Decides from the beginning of a file, its name and the sender's parameters how every row is to be read.
 * Returns a CsvFault, saying what to do, when that cannot be known beyond doubt.
 */
export function planUpload(head: CsvHead, hints: CsvHints): CsvPlan | CsvFault {
  try {
    return planOf(head, hints);
  } catch (error) {
    if (error instanceof CsvFault) return error;
    throw error;
  }
}

function planOf({ records, delimiter, encoding }: CsvHead, hints: CsvHints): CsvPlan {
  if (records.length === 0) throw new CsvFault('empty_file', 'The file is empty.');
  const found = findHeader(records, hints.dialect);
  const { dialect, header, index } = found;
  const body = records.slice(index + 1);
  if (body.length === 0) throw new CsvFault('empty_file', 'The file has a header, but no rows.');
  const { columns, is_export, warning: idWarning } = identifyRows(found, body);
  const rows = body.map((record) => cellsOf(dialect, columns, is_export, record));
  const clues = readFileName(hints.filename);
  const names = new Set(header.map(columnName));
  const { quote: pairQuote, ...whose } = chooseCoin({ hints, rows, clues, names, is_export });
  const told = toldQuotes(found, rows, pairQuote);
  const quote = chooseQuote({ asked: hints.quote, told, named: clues.quote });
  const observed_at = observedAt(dialect, rows, hints);
  const { is_day_first, warning: dateWarning } = chooseDateOrder(rows.map((row) => row.instant));
  const { period, warning: periodWarning } = choosePeriod(dialect, rows, clues.period, is_day_first);
  const plan: CsvPlan = {
    dialect: dialect.id,
    convention: dialect.convention,
    kind: dialect.kind,
    encoding,
    delimiter,
    header,
    columns,
    ignored: header.filter((cell, at) => cell !== '' && !Object.values(columns).includes(at)),
    header_records: index + 1,
    ...whose,
    venue: dialect.bars === null ? null : (hints.venue?.toLowerCase() ?? clues.venue),
    quote,
    period,
    beat_seconds: chooseBeat(dialect, rows, period, is_day_first),
    is_day_first,
    is_export,
    observed_at,
    uploaded_at: hints.uploaded_at ?? null,
    warnings: [],
  };
  const misnamed = told.length === 0 && clues.quote !== null && clues.quote !== quote ? clues.quote : null;
  const warnings = [
    dialect.caution,
    idWarning,
    dateWarning,
    periodWarning,
    ...cautions(plan, dialect, hints, misnamed),
  ];
  return { ...plan, warnings: warnings.filter((warning) => warning !== null && warning !== undefined) };
}

/** What the sender should know of a plan, beside what its single choices already say. */
function cautions(
  { venue, coin, observed_at, quote }: CsvPlan,
  dialect: Dialect,
  hints: CsvHints,
  misnamed: string | null,
) {
  return [
    venue === null ? venueWarning(dialect) : null,
    coin !== null && coin.symbol === null ? NO_SYMBOL : null,
    hints.observed_at !== null && observed_at === null
      ? 'The parameter observed_at is not used: the rows tell their own instants.'
      : null,
    hints.venue !== null && dialect.bars === null
      ? 'The parameter venue is not used: the rows are no market bars.'
      : null,
    misnamed === null ? null : `The file name says ${misnamed}, the parameter ${quote}: taken as ${quote}.`,
  ];
}

const NO_SYMBOL = 'The coin has no ticker: rows cannot be found by symbol. Send symbol= to give it one.';

/** What the rows, or the name of the price column, say of the quote currency. */
function toldQuotes(
  { dialect, header, columns }: FoundHeader,
  rows: Cells[],
  pairQuote: string | null,
): string[] {
  if (pairQuote !== null) return [pairQuote];
  const quotes = new Set(rows.flatMap((row) => dialect.quoteOf?.(row) ?? []));
  const price = columnName(header[columns.price ?? -1] ?? '');
  return quotes.size === 0 && price.endsWith('_usd') ? ['usd'] : [...quotes];
}

/** The instant that the sender gives to rows that have none. */
function observedAt(dialect: Dialect, rows: Cells[], { observed_at }: CsvHints): string | null {
  if (rows.some((row) => dialect.instant(row, false) !== null)) return null;
  if (observed_at !== null) return observed_at;
  throw new CsvFault(
    'no_instant',
    'No column tells when the values were observed. Add one such as created_at, or send observed_at=, for example observed_at=2025-01-10T10:00:00Z.',
  );
}

function venueWarning({ bars, title }: Dialect): string | null {
  if (bars === null) return null;
  return bars.venue === 'many'
    ? `${title} averages over exchanges, so the bars have no venue.`
    : 'Neither the file name nor venue= tells the exchange: rows of two exchanges would be one series.';
}
