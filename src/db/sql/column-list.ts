import { type SQL, sql } from 'drizzle-orm';
import { recordOf } from '../../domain/figures.ts';

/** `price_usd, market_cap_usd`: a list of columns, each with its table if one is given. */
export const columnList = (names: readonly string[], table?: string): SQL =>
  sql.raw(names.map((name) => (table === undefined ? name : `${table}.${name}`)).join(', '));

/** The same columns one by one, by their names. */
export const columnsOf = <Name extends string>(names: readonly Name[], table: string): Record<Name, SQL> =>
  recordOf(names, (name) => sql.raw(`${table}.${name}`));

/**
 * A list with every column of a table's row: a list with a missing or foreign column does not compile. `Row` is a
 * `$inferInsert` or `$inferSelect` of the schema.
 */
export const everyColumn =
  <Row>() =>
  <const Name extends keyof Row & string>(
    names: [Exclude<keyof Row, Name>] extends [never] ? readonly Name[] : readonly [Exclude<keyof Row, Name>],
  ): readonly Name[] =>
    names as readonly Name[];
