import { type SQL, sql } from 'drizzle-orm';
import type { BatchRow } from '../../domain/batch.ts';
import { FIGURES, PAGE_FACTS, type PageFact, recordOf, valueType } from '../../domain/figures.ts';
import type { observations } from '../schema/observations.ts';
import { arrayParam } from '../sql/array-param.ts';

type Column = (row: BatchRow) => string | number | null;
/** How a column is sent, and what is made of each value, as SQL. */
type SentColumn = [type: string, read: Column, made?: (value: SQL) => SQL];

/** What of a new row is the same for the whole batch, or is made of what the tape holds. */
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
 * CTEs `series` and `input` for the rows of a batch. `series`: what they are of, once each, with the reach of
 * what the tape holds of it; unlimited where rows were superseded or withdrawn, since that narrows the counts.
 * `input`: the rows, those of a series together, with `listing_id` (0 for one that is not known), `covered_to`,
 * and `is_covered`: whether the tape may hold a row of this key. Nothing is joined by row: the planner would
 * have to guess the size of the result.
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

/** A column of the rows; the one value alone where it is the same in all. */
function valuesOf(rows: BatchRow[], read: Column): ReturnType<Column>[] {
  const [first] = rows;
  if (first === undefined) return [null];
  const value = read(first);
  return rows.some((row) => read(row) !== value) ? rows.map(read) : [value];
}

type Series = Pick<BatchRow, 'external_id' | 'kind'>;

/**
 * The distinct series of some rows, the rows of each one after another, and of each row the position of its
 * series, from 1. Rows of a series next to each other are written faster, and read faster.
 */
function bySeries(rows: BatchRow[]): { series: Series[]; ordered: BatchRow[]; positions: number[] } {
  const kind = rows[0]?.kind;
  const groups = new Map<string, BatchRow[]>();
  for (const row of rows) {
    // Nearly always all are of one kind, and the id is a key as it is.
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
