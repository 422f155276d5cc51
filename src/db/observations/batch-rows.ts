import { type SQL, sql } from 'drizzle-orm';
import type { BatchRow } from '../../domain/batch.ts';
import { FIGURES, PAGE_FACTS, type PageFact, recordOf, valueType } from '../../domain/figures.ts';
import type { observations } from '../schema/observations.ts';
import { arrayParam } from '../sql/array-param.ts';

type Column = (row: BatchRow) => string | number | null;
/** How a column is sent, and what is made of each value, as SQL. */
type SentColumn = [type: string, read: Column, made?: (value: SQL) => SQL];

/** Columns of a new row that are the same for the whole batch, or depend on the tape. */
type Given =
  | 'listing_id'
  | 'revision'
  | 'source'
  | 'known_at'
  | 'superseded_at'
  | 'raw_payload_id'
  | 'run_id'
  | 'normalizer_version';
type Sent = Exclude<keyof typeof observations.$inferInsert, Given> | PageFact | 'repeat';

const TYPES = { decimal: 'numeric', whole: 'int', text: 'text', instant: 'timestamptz' } as const;

const SENT: Record<Sent, SentColumn> = {
  kind: ['text', (row) => row.kind],
  observed_at: ['timestamptz', (row) => row.observed_at],
  ...recordOf(FIGURES, (figure): SentColumn => [TYPES[valueType(figure)], (row) => row[figure]]),
  flags: [
    'text',
    (row) => (row.flags.length === 0 ? '' : row.flags.join('|')),
    (text) => sql`string_to_array(${text}, '|')`,
  ],
  pointer: ['text', (row) => row.pointer],
  repeat: ['text', (row) => row.repeat ?? null],
  ...recordOf(PAGE_FACTS, (fact): SentColumn => [TYPES[valueType(fact)], (row) => row.page?.[fact] ?? null]),
};
const COLUMNS = Object.entries(SENT).map(([name, [type, read, made = (value: SQL) => value]]) => ({
  name: sql.raw(name),
  type,
  read,
  made,
}));

/**
 * CTEs `series` and `input` for the rows of a batch. `series`: the series of the rows, once each, with the range
 * that the tape covers; unlimited if rows were superseded or withdrawn, because that narrows the counts. `input`:
 * the rows, grouped by series, with `listing_id` (0 for an unknown one), `covered_to`, and `is_covered`: whether
 * the tape may have a row of this key. Nothing is joined by row, because the planner would have to guess the size
 * of the result.
 */
export function inputRows(source: string, rows: BatchRow[]): SQL {
  const { series, ordered, positions } = bySeries(rows);
  const cells = COLUMNS.map(({ name, type, read, made }) => {
    const values = valuesOf(ordered, read);
    const value =
      values.length > 1
        ? sql`unnest(${arrayParam(values, type)})`
        : sql`${values[0] ?? null}::${sql.raw(type)}`;
    return sql`${made(value)} as ${name}`;
  });
  return sql`
    series as (
      select i.*, coalesce(l.id, 0) as listing_id,
        case when c.observations <> c.revisions then '-infinity' else coalesce(c.first_observed_at, 'infinity')
          end as covered_from,
        case when c.observations <> c.revisions then 'infinity' else coalesce(c.last_observed_at, '-infinity')
          end as covered_to
      from unnest(${arrayParam(
        series.map(({ external_id }) => external_id),
        'text',
      )}, ${arrayParam(
        series.map(({ kind }) => kind),
        'text',
      )}) with ordinality as i (external_id, kind, position)
      left join listings l on l.source = ${source} and l.external_id = i.external_id
      left join counts c on c.listing_id = l.id and c.kind = i.kind
    ),
    known as (
      select array_agg(listing_id order by position) as listing_ids,
        array_agg(covered_from order by position) as covered_from,
        array_agg(covered_to order by position) as covered_to
      from series
    ),
    input as (
      select k.listing_ids[i.position] as listing_id, k.covered_to[i.position] as covered_to,
        i.observed_at between k.covered_from[i.position] and k.covered_to[i.position] as is_covered,
        i.*
      from known k cross join (
        select unnest(${arrayParam(positions, 'int')}) as position, ${sql.join(cells, sql`, `)}
      ) i
    )`;
}

/** A column of the rows; a single value if all rows have the same. */
function valuesOf(rows: BatchRow[], read: Column): ReturnType<Column>[] {
  const [first] = rows;
  if (first === undefined) return [null];
  const value = read(first);
  return rows.some((row) => read(row) !== value) ? rows.map(read) : [value];
}

type Series = Pick<BatchRow, 'external_id' | 'kind'>;

/**
 * The distinct series of some rows, the rows grouped by series, and for each row the position of its series,
 * starting at 1. Adjacent rows of a series are faster to write and to read.
 */
function bySeries(rows: BatchRow[]): { series: Series[]; ordered: BatchRow[]; positions: number[] } {
  const kind = rows[0]?.kind;
  const groups = new Map<string, BatchRow[]>();
  for (const row of rows) {
    // Nearly always all rows are of one kind, and the id alone is a key.
    const key = row.kind === kind ? row.external_id : `${row.kind}\0${row.external_id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const grouped = [...groups.values()];
  return {
    series: grouped.flatMap(([first]) => first ?? []),
    ordered: grouped.flat(),
    positions: grouped.flatMap((group, index) => group.map(() => index + 1)),
  };
}
