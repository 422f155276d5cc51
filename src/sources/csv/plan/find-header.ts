import { excerpt } from '../../../domain/text.ts';
import type { Columns } from '../cells.ts';
import { type Dialect, ROLES } from '../dialect.ts';
import { CsvFault } from '../fault.ts';
import type { CsvRecord } from '../record.ts';
import { DIALECTS } from '../registry.ts';
import { columnName } from './column-name.ts';

export interface FoundHeader {
  dialect: Dialect;
  /** Which record of the file it is, from 0. */
  index: number;
  header: string[];
  columns: Columns;
}

const COLUMNS_MAX = 200;
/** Banners are one line; a little room for those of others. */
const BANNER_RECORDS_MAX = 5;

/** Finds the header among the first records, and the dialect it belongs to. Throws CsvFault. */
export function findHeader(records: CsvRecord[], dialectId: string | null): FoundHeader {
  const chosen = dialectId === null ? null : dialectNamed(dialectId);
  const candidates = headerCandidates(records);
  for (const { index, header } of candidates) {
    const names = new Set(header.map(columnName));
    const dialect = chosen ?? DIALECTS.find((known) => known.recognises(names));
    if (dialect === undefined || missing(dialect, header).length > 0) continue;
    return { dialect, index, header, columns: columnsOf(dialect, header) };
  }
  throw unknownHeader(candidates.at(-1)?.header ?? [], chosen);
}

export function dialectNamed(id: string): Dialect {
  const dialect = DIALECTS.find((known) => known.id === id.toLowerCase());
  if (dialect !== undefined) return dialect;
  const ids = DIALECTS.map((known) => known.id).join(', ');
  throw new CsvFault('unknown_dialect', `There is no dialect “${excerpt(id, 40)}”. There are: ${ids}.`);
}

/** The first record, and those after it as long as all before are banners: a single cell. */
function headerCandidates(records: CsvRecord[]): { index: number; header: string[] }[] {
  const candidates = [];
  for (const [index, record] of records.slice(0, BANNER_RECORDS_MAX).entries()) {
    if (record.cells.length > COLUMNS_MAX)
      throw new CsvFault(
        'too_many_columns',
        `The header has ${record.cells.length} columns; at most ${COLUMNS_MAX} are read.`,
        record.line,
      );
    if (record.raw.includes('\0'))
      throw new CsvFault(
        'not_utf8',
        'The header holds NUL characters: the file looks like UTF-16 or UTF-32 without the right byte order mark. Save it as UTF-8.',
        record.line,
      );
    candidates.push({ index, header: record.cells.map((cell) => cell.trim()) });
    if (record.cells.filter((cell) => cell.trim() !== '').length > 1) break;
  }
  return candidates;
}

const positionsOf = (names: string[], wanted: string | RegExp): number[] =>
  names.flatMap((name, at) => ((typeof wanted === 'string' ? name === wanted : wanted.test(name)) ? at : []));

function columnsOf(dialect: Dialect, header: string[]): Columns {
  const names = header.map(columnName);
  const columns: Columns = {};
  const taken = new Set<number>();
  for (const role of ROLES) {
    for (const wanted of dialect.columns[role] ?? []) {
      const [at, again] = positionsOf(names, wanted).filter((position) => !taken.has(position));
      if (at === undefined) continue;
      if (again !== undefined && typeof wanted === 'string') throw twice(header[at] ?? '');
      columns[role] = at;
      taken.add(at);
      break;
    }
  }
  return columns;
}

const missing = (dialect: Dialect, header: string[]) => {
  const names = header.map(columnName);
  return dialect.required.filter(
    (role) => !(dialect.columns[role] ?? []).some((wanted) => positionsOf(names, wanted).length > 0),
  );
};

const twice = (name: string) =>
  new CsvFault(
    'duplicate_columns',
    `The header has the column “${excerpt(name, 60)}” twice. Remove or rename one of them.`,
  );

function unknownHeader(header: string[], chosen: Dialect | null): CsvFault {
  const seen = excerpt(header.join(', '), 300) || 'nothing';
  if (chosen !== null)
    return new CsvFault(
      'unknown_header',
      `The header holds ${seen}. The dialect ${chosen.id} needs ${missing(chosen, header)
        .map((role) => namesOf(chosen, role))
        .join(', ')} besides.`,
    );
  const nearest = [...DIALECTS].sort((a, b) => likeness(b, header) - likeness(a, header))[0];
  const hint =
    nearest !== undefined && likeness(nearest, header) > 0
      ? ` Nearest is ${nearest.id} (${nearest.title}); if the file means the same, send dialect=${nearest.id}.`
      : '';
  const accepted = DIALECTS.map(
    (known) => `${known.id} (${known.required.map((role) => namesOf(known, role)).join(', ')} …)`,
  );
  return new CsvFault(
    'unknown_header',
    `The header holds ${seen}. No dialect has such a header.${hint} Accepted: ${accepted.join('; ')}.`,
  );
}

const namesOf = (dialect: Dialect, role: keyof Dialect['columns']): string =>
  String((dialect.columns[role] ?? [role])[0]);

/** The share of a dialect's columns that the header has. */
function likeness(dialect: Dialect, header: string[]): number {
  const names = header.map(columnName);
  const roles = Object.values(dialect.columns);
  const present = roles.filter((wanted) => wanted.some((one) => positionsOf(names, one).length > 0));
  return present.length / roles.length;
}
