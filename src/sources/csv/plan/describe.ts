import type { ColumnRole } from '../../../domain/files/parameters.ts';
import { cut } from '../../../domain/text.ts';
import { FIGURES } from '../cells.ts';
import type { Cells, Columns, Role } from '../dialect.ts';
import type { ReadRowTime } from '../row-time.ts';
import type { Evidence } from './column-kinds.ts';
import type { Samples } from './samples.ts';
import { textsAt } from './samples.ts';
import type { CsvPlan, PlanColumn } from './types.ts';

type DescribedPlan = Pick<CsvPlan, 'header' | 'kind' | 'time' | 'decimal' | 'figures' | 'period'>;

export interface Description {
  columns: Columns;
  evidence: ReadonlyMap<number, Evidence>;
  samples: Samples;
  /** The cells of the samples, as they are read. */
  cells: Cells[];
  readTime: ReadRowTime;
}

const EXAMPLE_CHARS_MAX = 100;

/** Describes the role of every column, with a cell and its value. */
export function describeColumns(plan: DescribedPlan, description: Description): PlanColumn[] {
  const { columns, evidence, samples } = description;
  const reads = new Map((Object.entries(columns) as [Role, number][]).map(([role, at]) => [at, role]));
  return plan.header.map((column, position) => {
    const role = reads.get(position) ?? null;
    const kind = evidence.get(position);
    const [text] = textsAt(samples.rows, position);
    const as =
      role === null
        ? kind === undefined
          ? 'not read'
          : `not read; names one ${kind} for each coin`
        : asOf(role, plan);
    return {
      position,
      column,
      role: publicRole(role, plan.kind),
      reads: role,
      as,
      example:
        text === undefined
          ? null
          : { text: cut(text, EXAMPLE_CHARS_MAX), value: valueAt(role, position, text, description) },
    };
  });
}

const PUBLIC: Partial<Record<Role, ColumnRole>> = {
  external_id: 'coin',
  id: 'coin',
  symbol: 'coin',
  name: 'coin',
  pair: 'pair',
  quote: 'quote',
  venue: 'venue',
  instant: 'instant',
  unix: 'instant',
  clock: 'clock',
  open: 'open',
  high: 'high',
  low: 'low',
  cap: 'cap',
  volume_usd: 'volume_usd',
  volume_base: 'volume_base',
  change: 'change',
};

function publicRole(role: Role | null, kind: CsvPlan['kind']): ColumnRole {
  if (role === 'price') return kind === 'bar_close' ? 'close' : 'price';
  return role === null ? 'ignore' : (PUBLIC[role] ?? 'ignore');
}

function asOf(role: Role, plan: DescribedPlan): string {
  if (role === 'instant' || role === 'unix' || role === 'clock') return asOfTime(plan);
  if (FIGURES.has(role)) return asOfFigure(role, plan);
  return AS[role] ?? role.replaceAll('_', ' ');
}

const AS: Partial<Record<Role, string>> = {
  external_id: 'the coin of the row, by its id',
  id: 'the coin of the row, by its id',
  symbol: 'the coin of the row, by its ticker',
  name: 'the coin of the row, by its name',
  pair: 'coin and currency of the row',
  quote: 'the currency of the row',
  venue: 'the exchange of the row',
  bar_open: 'the opening of the bar: tells its period',
};

const ORDERS = { dmy: 'day first', mdy: 'month first', ymd: 'year first' };

function asOfTime({ time, period }: DescribedPlan): string {
  const order = time.order === null ? [] : [ORDERS[time.order]];
  const what = time.is_days ? 'date' : 'instant';
  const end =
    time.names === 'instant'
      ? time.is_days
        ? ['the beginning of its day']
        : []
      : time.names === 'open'
        ? [`opening of the bar, stored at its end${period === null ? '' : `, ${period} later`}`]
        : [time.is_days ? 'close, stored at the end of its day' : 'close of the bar'];
  return [what, ...order, ...(time.zone === null ? ['each with its zone'] : [time.zone]), ...end].join(', ');
}

function asOfFigure(role: Role, { decimal, figures }: DescribedPlan): string {
  const written = figures === 'plain' ? [] : [decimal === 'comma' ? 'decimal comma' : 'decimal point'];
  return [role === 'volume_base' ? 'in coins, not stored' : 'figure', ...written].join(', ');
}

/** The value of the cell that represents a column. */
function valueAt(
  role: Role | null,
  position: number,
  text: string,
  { samples, cells, readTime }: Description,
): string | null {
  if (role === null) return null;
  const index = samples.rows.findIndex((row) => row.cells[position]?.trim() === text);
  const row = cells[index];
  if (row === undefined) return null;
  if (role !== 'instant' && role !== 'unix') return row[role] ?? null;
  const time = readTime(row);
  return time === null || 'code' in time ? null : time.instant;
}
