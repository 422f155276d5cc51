import type { Columns } from '../../dialect.ts';
import { INSTANT_NAMES } from '../../dialects/table.ts';
import type { CsvRecord } from '../../record.ts';
import { columnName } from '../head/column-name.ts';
import type { Questions } from '../questions.ts';
import { disagree } from './instant-rivals.ts';
import { readLoosely } from './read-loosely.ts';

/** What the cells of a column say of time: whole days, instants, or what clocks show on some day. */
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
 * Settles which column the instants stand in, where the sender and the vendor do not say: by their names, but a clock
 * time is none, and an instant tells more than the day beside it; else by their cells, where only one column fits.
 */
export function settleInstantColumn(
  columns: Columns,
  { header, texts, rows }: { header: string[]; texts: string[][]; rows: CsvRecord[] },
  questions: Questions,
): void {
  const kinds = texts.map(kindOf);
  if (columns.instant !== undefined && kinds[columns.instant] === 'clocks') delete columns.instant;
  const claimed = new Set(Object.values(columns));
  const free = header.map((_, at) => at).filter((at) => !claimed.has(at));
  const named = free.filter((at) => INSTANT_NAMES.includes(columnName(header[at] ?? '')));
  if (columns.instant !== undefined) {
    const first = columns.instant;
    const finer = named.filter((at) => kinds[at] === 'instants');
    if (kinds[columns.instant] === 'days' && finer.length === 1)
      columns.instant = finer[0] ?? columns.instant;
    const { instant } = columns;
    const rival = [...named, first].find(
      (at) => at !== instant && isTold(kinds[at]) && disagree(rows, instant, at),
    );
    if (rival !== undefined) questions.ask('no_instant', several([instant, rival], header));
    return;
  }
  if (columns.unix !== undefined) return;
  const isTime = (at: number) => isTold(kinds[at]) && !COUNTS.test(columnName(header[at] ?? ''));
  const fitting = named.some(isTime) ? named.filter(isTime) : free.filter(isTime);
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) columns.instant = only;
  if (more.length > 0) questions.ask('no_instant', several(fitting, header));
}

const isTold = (kind: TimeKind | undefined): boolean => kind === 'days' || kind === 'instants';

const several = (columns: number[], header: string[]): string =>
  `${columns.map((at) => header[at]).join(' and ')} both hold instants, not the same. Say what each column is, as in columns=${header[columns[0] ?? 0]}:instant.`;
