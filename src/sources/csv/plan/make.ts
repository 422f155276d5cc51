import { cellsOf } from '../cells.ts';
import type { Cells, Columns } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import { isCurrency, readPairs } from '../forms/currency.ts';
import { columnNames, planCellReader } from '../read-row.ts';
import type { CsvHead } from '../record.ts';
import { rowTimeReader } from '../row-time.ts';
import { cautions } from './cautions.ts';
import { checkBars } from './check-bars.ts';
import { checkEvidence } from './check-evidence.ts';
import { chooseFigures } from './choose-figures.ts';
import { chooseVolume } from './choose-volume.ts';
import { completeColumns } from './complete-columns.ts';
import { describeColumns } from './describe.ts';
import { columnName } from './head/column-name.ts';
import { type FoundReader, findReader } from './head/find-reader.ts';
import { Questions } from './questions.ts';
import { type Samples, samplesOf, textsAt } from './samples.ts';
import type { CsvHints, CsvPlan, FixedCell } from './types.ts';
import { beatOfRows } from './when/choose-period.ts';
import { settleTime } from './when/settle-time.ts';
import { chooseCoin, isSound } from './whose/choose-coin.ts';
import { chooseQuote } from './whose/choose-quote.ts';
import { type NameClues, readFileName } from './whose/file-name.ts';
import { figureCurrencies, headerCurrencies } from './whose/header-currencies.ts';
import { type KnownCoin, KnownCoins } from './whose/known-coins.ts';

/**
 * Decides how to read every row, from samples of a file, its name, the sender's parameters, and the words that
 * identity knows as coins. Returns a CsvFault with a remedy if that is not certain.
 */
export function planUpload(head: CsvHead, hints: CsvHints, known: readonly KnownCoin[]): CsvPlan | CsvFault {
  try {
    return planOf(head, hints, new KnownCoins(known));
  } catch (error) {
    if (error instanceof CsvFault) return error;
    throw error;
  }
}

function planOf(head: CsvHead, hints: CsvHints, coins: KnownCoins): CsvPlan {
  if (head.records.length === 0) throw new CsvFault('empty_file', 'The file is empty.');
  const questions = new Questions();
  const found = findReader(head, hints);
  const { header, dialect } = found;
  const samples = samplesOf(head, found.header_records, header.length);
  if (head.records.length <= found.header_records)
    throw new CsvFault('empty_file', 'The file has a header, but no rows.');
  const completed = completeColumns(found, samples, coins);
  const { is_export, evidence } = completed;
  const form = { is_escaped: dialect.id === 'canonical', is_export };
  const rows = samples.rows.map((row) => cellsOf(form, completed.columns, row));
  const clues = nameClues(found, hints, coins);
  const names = new Set(header.map(columnName));
  const whose = chooseCoin(
    { hints, rows: pairOfHead(found, rows), clues, coins, names, is_export },
    questions,
  );
  const told = [...whose.quotes, ...quotesOf(rows, found), ...figureCurrencies(completed.columns, samples)];
  const headed = headerCurrencies({ header, columns: completed.columns }, whose.coin, coins);
  const quote = is_export
    ? 'usd'
    : chooseQuote(
        { asked: hints.quote, told, headed, named: clues.quote, documented: documentedQuote(found, hints) },
        questions,
      );
  const { columns, volume, warning } = chooseVolume(
    completed.columns,
    completed.bare_volume,
    hints.volume,
    header,
  );
  const figures = chooseFigures({ columns, dialect }, samples, hints.decimal, questions);
  const { time, period, runs, observed_at } = settleTime(
    { found, columns, rows, samples, hints, clues },
    questions,
  );
  if (observed_at !== null) demandSnapshot(whose.coin.id, rows);
  const venue = venueOf(found, hints, clues, rows);
  questions.demandNone();
  const plan: CsvPlan = {
    version: 2,
    reader: found.reader,
    dialect: dialect.id,
    convention: dialect.convention,
    kind: dialect.kind,
    encoding: head.encoding,
    delimiter: head.delimiter,
    header,
    header_records: found.header_records,
    columns: [],
    fixed: [],
    coin: whose.coin,
    pair: found.pair === undefined ? whose.pair : null,
    venue,
    quote,
    quote_texts: [quote, ...(quote === 'usd' ? (dialect.usd_texts ?? []) : [])],
    period,
    beat_seconds: beatOfRows(period, runs),
    time,
    ...figures,
    volume,
    zero_volume: dialect.zero_volume,
    is_export,
    observed_at,
    uploaded_at: hints.uploaded_at ?? null,
    warnings: [],
  };
  const described = describeColumns(plan, { columns, evidence, samples, cells: [], readTime: () => null });
  const full = { ...plan, columns: described };
  const readCells = planCellReader(full);
  const read = samples.rows.map(readCells);
  const cells = read.map((row, index) => ('code' in row ? (rows[index] ?? {}) : row));
  // A vendor's column names are known.
  if (found.reader === 'columns' || found.reader === 'names')
    checkBars(
      read.flatMap((row) => ('code' in row ? [] : row)),
      columnNames(full),
    );
  const readTime = rowTimeReader(full, columnNames(full));
  return {
    ...full,
    columns: describeColumns(plan, { columns, evidence, samples, cells, readTime }),
    fixed: [
      ...fixedVenue(columns.venue, rows),
      ...(whose.coin.id === null ? [] : fixedCoin(columns, samples, rows)),
      ...checkEvidence(plan, { evidence, samples, cells: rows, coins }),
    ],
    warnings: [
      ...completed.warnings,
      ...cautions(full, { found, hints, clues, told: [...told, ...headed], volume: warning }),
    ],
  };
}

/** The facts in the file name, as its reader sees them first. */
function nameClues({ period }: FoundReader, hints: CsvHints, coins: KnownCoins): NameClues {
  const clues = readFileName(hints.filename, coins);
  return { ...clues, period: period ?? clues.period };
}

/** A pair in the head applies to every row. */
const pairOfHead = ({ pair }: FoundReader, rows: Cells[]): Cells[] =>
  pair === undefined ? rows : rows.map((row) => ({ ...row, pair }));

/** One instant for all rows is right only if they are of different coins. Throws CsvFault. */
function demandSnapshot(coin: string | null, rows: Cells[]): void {
  const coins = rows.map((row) => coin ?? row.external_id ?? row.id ?? row.pair ?? row.symbol ?? row.name);
  if (rows.length < 2 || new Set(coins).size * 2 > rows.length) return;
  throw new CsvFault(
    'contradicted',
    `observed_at= gives every row one instant, but most coins have several rows. Leave it out, and say which column holds the instants, as in columns=DAY:date,VALUE:price with the names of your columns.`,
  );
}

/** The values in a column of currencies, in lower case. */
function quotesOf(rows: Cells[], { dialect }: FoundReader): string[] {
  const texts = new Set(rows.flatMap(({ quote }) => quote?.toLowerCase() ?? []));
  return [...texts].flatMap((text) => {
    if (dialect.usd_texts?.includes(text) === true || /^us dollars?$/.test(text)) return 'usd';
    if (dialect.usd_texts === undefined || isCurrency(text)) return text;
    return /^\d+$/.test(text) ? `${dialect.title.split(' ')[0]}'s currency ${text}` : [];
  });
}

function documentedQuote({ dialect: { quote } }: FoundReader, { filename }: CsvHints): string | null {
  if (quote === null) return null;
  return quote.named === undefined || quote.named.test(filename ?? '') ? quote.text : null;
}

/** A column of exchanges has one value in every row. */
function fixedVenue(position: number | undefined, rows: Cells[]): FixedCell[] {
  const text = rows.find(({ venue }) => venue)?.venue?.toLowerCase();
  return position === undefined || text === undefined ? [] : [{ position, text }];
}

/** The ids and names in a file of one coin: every row must have them. */
function fixedCoin(columns: Columns, samples: Samples, cells: Cells[]): FixedCell[] {
  const rows = samples.rows.filter((_, at) => isSound(cells[at] ?? {}));
  return (['external_id', 'id', 'name'] as const).flatMap((role) => {
    const position = columns[role];
    const [text] = position === undefined ? [] : textsAt(rows, position);
    return position === undefined || text === undefined ? [] : [{ position, text: text.toLowerCase() }];
  });
}

/** The exchange of bars: from the sender, a column, the reader, or the file name. Throws CsvFault. */
function venueOf({ dialect }: FoundReader, hints: CsvHints, clues: NameClues, rows: Cells[]): string | null {
  const [column, ...more] = new Set(rows.flatMap(({ venue }) => venue?.toLowerCase() ?? []));
  if (more.length > 0)
    throw new CsvFault('conflicting_evidence', 'The rows are of several exchanges. Send one file for each.');
  if (dialect.bars === null) return null;
  if (dialect.bars.venue === 'many') {
    if (hints.venue !== null)
      throw new CsvFault(
        'contradicted',
        `${dialect.title} averages over exchanges, and its volumes are of all of them: leave out venue=, or leave out the dialect if the file is of one exchange.`,
      );
    return null;
  }
  const told = hints.venue?.toLowerCase() ?? null;
  const pair = rows
    .flatMap((row) => (row.pair ? readPairs(row.pair) : []))
    .find(({ venue }) => venue !== null);
  return told ?? column ?? dialect.venue ?? pair?.venue ?? clues.venue;
}
