import { type FullQueryResults, type NeonQueryFunction, types } from '@neondatabase/serverless';

type Client = NeonQueryFunction<false, false>;
type Arrays = FullQueryResults<true>;
type Parse = (cell: string) => unknown;

/**
 * The driver looks at every cell and makes every row with Object.fromEntries, which costs more than all else it does
 * with a page. Here the rows of a query that is sent alone come as arrays of text, are parsed only where their column
 * is no text, and are made objects of one shape. What goes into a batch is left to the driver.
 */
export function withQuickRows(client: Client): Client {
  const { query } = client;
  const quick = (text: string, params?: unknown[], options: Options = {}) => {
    const promise = query<boolean, boolean>(text, params, options);
    const { arrayMode, fullResults } = options;
    if (arrayMode === true || fullResults !== true) return promise;
    const { execute } = promise;
    promise.execute = async (data) => {
      const result = (await execute(data, { ...options, arrayMode: true, types: AS_TEXT })) as Arrays;
      return { ...result, rows: asObjects(result), rowAsArray: false };
    };
    return promise;
  };
  return Object.assign(client, { query: quick as Client['query'] });
}

type Options = NonNullable<Parameters<Client['query']>[2]> & { arrayMode?: boolean; fullResults?: boolean };

const asIs = (cell: string) => cell;
const AS_TEXT = { getTypeParser: () => asIs } as unknown as NonNullable<Options['types']>;

function asObjects({ fields, rows }: Arrays): Record<string, unknown>[] {
  const columns = fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
  return rows.map((cells) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < columns.length; i += 1) {
      const { name, parse } = columns[i] as (typeof columns)[number];
      const cell = cells[i];
      row[name] = parse === null || cell === null ? cell : parse(cell as string);
    }
    return row;
  });
}

/** What text, int8, numeric and timestamps are: left as they come. */
const TEXTS = new Set([20, 25, 1043, 1114, 1184, 1700]);
const TEXT_ARRAY = 1009;

function parserOf(type: number): Parse | null {
  if (TEXTS.has(type)) return null;
  const parse: Parse = types.getTypeParser(type);
  // Most arrays are flags, and most rows have none.
  return type === TEXT_ARRAY ? (cell) => (cell === '{}' ? [] : parse(cell)) : parse;
}
