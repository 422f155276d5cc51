import { UTC } from '../../../../domain/files/zone.ts';
import type { Columns } from '../../dialect.ts';
import { INSTANT_NAMES } from '../../dialects/table.ts';
import { CsvFault } from '../../fault.ts';
import { timeReader } from '../../forms/times.ts';
import type { CsvRecord } from '../../record.ts';
import { columnName } from '../head/column-name.ts';
import { readLoosely } from './read-loosely.ts';

/** The meaning of a column's cells for time: whole days, instants, or a clock time on some day. */
type TimeKind = 'days' | 'instants' | 'clocks' | null;

function kindOf(texts: string[]): TimeKind {
  if (texts.length === 0) return null;
  const times = texts.map(readLoosely);
  if (times.every(({ fault }) => fault === 'clock_only')) return 'clocks';
  if (!times.every(({ fault }) => fault === undefined || fault === 'no_zone')) return null;
  return times.every((time) => time.fault === undefined && time.precision === 'day') ? 'days' : 'instants';
}

/** Names of figures that may have as many digits as a unix time. */
const COUNTS =
  /^(?:vol|.*volume|.*cap(?:$|_|italization)|price|trades|count|supply|.*_supply|turnover|amount|kl$)/;

/**
 * Settles the column of the instants if neither the sender nor the vendor names it. Names come first, but a clock
 * time is not an instant, and an instant is more precise than the day beside it. Otherwise the cells decide, if
 * only one column fits. Throws CsvFault if two columns have different times.
 */
export function settleInstantColumn(
  columns: Columns,
  { header, texts, rows }: { header: string[]; texts: string[][]; rows: CsvRecord[] },
): void {
  const kinds = texts.map(kindOf);
  if (columns.instant !== undefined && kinds[columns.instant] === 'clocks') delete columns.instant;
  const claimed = new Set(Object.values(columns));
  const isTime = (at: number) => kinds[at] === 'days' || kinds[at] === 'instants';
  const free = header
    .map((_, at) => at)
    .filter((at) => !claimed.has(at) && isTime(at) && !COUNTS.test(columnName(header[at] ?? '')));
  const named = free.filter((at) => INSTANT_NAMES.includes(columnName(header[at] ?? '')));
  // Cells alone decide only if no name does.
  const byCells = columns.instant === undefined && named.length === 0 ? free : [];
  const [first, ...others] = [columns.instant ?? [], named, byCells].flat();
  if (first === undefined || (columns.instant === undefined && columns.unix !== undefined)) return;
  for (const other of others)
    if (!rows.every((row) => mayAgree(row.cells[first] ?? '', row.cells[other] ?? '')))
      throw new CsvFault(
        'no_instant',
        `${header[first]} and ${header[other]} both hold instants, and not the same. Say which is the one of the prices, as in columns=${header[first]}:instant and the other columns with their roles.`,
      );
  columns.instant =
    kinds[first] === 'days' ? (others.find((at) => kinds[at] === 'instants') ?? first) : first;
}

/**
 * Whether two texts may be one time: if one is a plain date, or only one has a zone, a distance of a day is
 * allowed.
 */
function mayAgree(a: string, b: string): boolean {
  const [one, other] = [readInUtc(a), readInUtc(b)];
  if (one.fault !== undefined || other.fault !== undefined) return true;
  const apart = Math.abs(Date.parse(one.instant) - Date.parse(other.instant));
  const isNear = [one, other].some(({ precision }) => precision === 'day') || one.is_zoned !== other.is_zoned;
  return apart < (isNear ? DAY_MS : SECOND_MS);
}

const readInUtc = timeReader({ date_order: null, zone: UTC });

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;
