import { excerpt } from '../../../../domain/text.ts';
import type { Dialect, FoundHeader } from '../../dialect.ts';
import { barTable, priceTable } from '../../dialects/table.ts';
import { CsvFault } from '../../fault.ts';
import { currencyInHeader, readPairs } from '../../forms/currency.ts';
import type { CsvHead, CsvRecord } from '../../record.ts';
import { DIALECTS } from '../../registry.ts';
import type { CsvHints } from '../types.ts';
import { columnName } from './column-name.ts';
import { columnsOf, type HeaderCandidate, headerCandidates, isData, missingRoles } from './header.ts';
import { demandPrices, isWide } from './not-prices.ts';
import { columnsTold, type ToldRoles, toldRoles } from './told-columns.ts';

/** The reader of a file, and the position of its header. */
export interface FoundReader extends FoundHeader {
  /** A dialect's id, `columns` if the sender named the roles, `names` if the column names did. */
  reader: string;
  dialect: Dialect;
  told: ToldRoles | null;
}

/** Finds the header among the first records, and the reader of the file after it. Throws CsvFault. */
export function findReader({ records }: CsvHead, hints: CsvHints): FoundReader {
  const chosen = hints.dialect === null ? null : dialectNamed(hints.dialect);
  const candidates = headerCandidates(records);
  const last = candidates.at(-1) ?? { index: 0, header: [] };
  const isHeadless = hints.header === 'none' || isData(last.header);
  const header = isHeadless ? numbered(last.header) : last.header;
  const header_records = last.index + (isHeadless ? 0 : 1);
  if (!isHeadless) demandPrices(header);
  if (hints.columns !== null)
    return told(toldRoles(hints.columns, header), chosen, { header, header_records });
  const odd = oddHead(records, hints, chosen);
  if (odd !== null) return odd;
  if (isHeadless) throw noHeader(header.length);
  return known(candidates, chosen) ?? named(header, header_records, chosen);
}

export function dialectNamed(id: string): Dialect {
  const dialect = [...DIALECTS, barTable].find((one) => one.id === id.toLowerCase());
  if (dialect !== undefined) return dialect;
  const ids = DIALECTS.map((one) => one.id).join(', ');
  throw new CsvFault('unknown_dialect', `Unknown dialect “${excerpt(id, 40)}”. There are: ${ids}.`);
}

const numbered = (cells: string[]): string[] => cells.map((_, at) => String(at + 1));

type Head = Pick<FoundReader, 'header' | 'header_records'>;

function told(roles: ToldRoles, chosen: Dialect | null, head: Head): FoundReader {
  const said = new Set(roles.values());
  if (!said.has('price') && !said.has('close'))
    throw new CsvFault(
      'unknown_header',
      'columns= does not say which column holds the price: say price of readings, close of bars.',
    );
  const isBars = ['open', 'high', 'low', 'close'].some((role) => said.has(role as 'open'));
  const table = isBars ? barTable : priceTable;
  const columns = columnsTold(roles, head.header);
  const dialect = chosen ?? table;
  return { reader: 'columns', dialect: { ...table, id: dialect.id }, ...head, columns, told: roles };
}

/** A dialect that recognises its own form of head. */
function oddHead(records: CsvRecord[], { filename }: CsvHints, chosen: Dialect | null): FoundReader | null {
  for (const dialect of chosen === null ? DIALECTS : [chosen]) {
    const head = dialect.find?.(records, filename) ?? null;
    if (head !== null) return { reader: dialect.id, dialect, ...head, told: null };
  }
  return null;
}

function known(candidates: HeaderCandidate[], chosen: Dialect | null): FoundReader | null {
  for (const { index, header } of candidates) {
    const names = new Set(header.map(columnName));
    const dialect = chosen ?? DIALECTS.find((one) => one.recognises(names));
    if (dialect === undefined || missingRoles(dialect, header).length > 0) continue;
    const columns = columnsOf(dialect, header);
    return { reader: dialect.id, dialect, header_records: index + 1, header, columns, told: null };
  }
  return null;
}

/** A table of no known vendor, by the names of its columns. */
function named(header: string[], header_records: number, chosen: Dialect | null): FoundReader {
  if (chosen !== null)
    throw new CsvFault(
      'unknown_header',
      `The header holds ${seen(header)}. The dialect ${chosen.id} needs ${missingRoles(chosen, header)
        .map((role) => String((chosen.columns[role] ?? [role])[0]))
        .join(', ')} as well. Leave out the dialect, or say what each column is, as in ${EXAMPLE}.`,
    );
  // A currency after a name is the unit of the figures, not part of their role.
  const bare = header.map(withoutCurrency);
  const columns = columnsOf(barTable, bare);
  if (columns.price === undefined) throw isWide(header) ? wide(header) : unknown(header);
  const isReading =
    [columns.open, columns.high, columns.low].every((at) => at === undefined) &&
    columnName(bare[columns.price] ?? '') === 'price';
  return {
    reader: 'names',
    dialect: isReading ? priceTable : barTable,
    header_records,
    header,
    columns,
    told: null,
  };
}

/** `Close (USD)` is `Close`; a volume keeps the unit, because it says what is counted. */
function withoutCurrency(name: string): string {
  if (currencyInHeader(name) === null || /^vol/i.test(name)) return name;
  return name
    .replace(/([a-z\d])([A-Z]+)$/, '$1 $2')
    .replace(/[\s_([-]+(?:in\s+)?[^\s_([\])-]+[)\]]?\s*$/, '');
}

const seen = (header: string[]) => excerpt(header.join(', '), 300) || 'nothing';

const EXAMPLE = 'columns=DAY:date,VALUE:price with the names of your columns';

const unknown = (header: string[]) =>
  new CsvFault(
    'unknown_header',
    `The header holds ${seen(header)}: none of these is known to be a price. Say what each column is, as in ${EXAMPLE}.`,
  );

/** The coin in the name of a wide table's column. */
const coinIn = (name: string): string => readPairs(name)[0]?.base.toUpperCase() ?? name;

const wide = (header: string[]) =>
  new CsvFault(
    'wide_table',
    `The header holds ${seen(header)}: each column seems to be a coin of its own, and one file is read for one of them at a time. Say which, as in columns=${excerpt(`${header[0] || '1'}:date,${header[1]}:price`, 100)} with symbol=${excerpt(coinIn(header[1] ?? 'BTC'), 20)}.`,
  );

const noHeader = (columns: number) =>
  new CsvFault(
    'no_header',
    `The first record is data, so nothing names the ${columns} columns. Say header=none and what each is by its position, as in columns=1:instant,2:open,3:high,4:low,5:close.`,
  );
