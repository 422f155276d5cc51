import { type SQL, sql } from 'drizzle-orm';
import { selectInstant } from './instant-text.ts';

/** The Postgres type of a value in a result. Instants have no zone, see selectInstant(). */
export const RESULT_TYPES = { decimal: 'numeric', whole: 'int', text: 'text', instant: 'timestamp' } as const;

/** A select list of columns of `table`, which are given with their types in the result. */
export const selectList = (types: Record<string, string>, table: string): SQL =>
  sql.join(
    Object.entries(types).map(([name, type]) => {
      const column = `${table}.${name}`;
      return type === 'timestamp' ? sql`${selectInstant(column)} as ${sql.raw(name)}` : sql.raw(column);
    }),
    sql`, `,
  );

/** The same columns as a column definition list. */
export const typeList = (types: Record<string, string>): SQL =>
  sql.raw(
    Object.entries(types)
      .map(([name, type]) => `${name} ${type}`)
      .join(', '),
  );
