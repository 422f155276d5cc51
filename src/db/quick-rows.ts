import type { FullQueryResults, NeonQueryFunction } from '@neondatabase/serverless';

type Client = NeonQueryFunction<false, false>;
type Arrays = FullQueryResults<true>;

/**
 * The driver makes every row with Object.fromEntries, which costs more than all else it does with a page. Here
 * the rows of a query that is sent alone come as arrays, and are made objects of one shape. What goes into a
 * batch is left to the driver.
 */
export function withQuickRows(client: Client): Client {
  const { query } = client;
  const quick = (text: string, params?: unknown[], options: Options = {}) => {
    const promise = query<boolean, boolean>(text, params, options);
    const { arrayMode, fullResults } = options;
    if (arrayMode === true || fullResults !== true) return promise;
    const { execute } = promise;
    promise.execute = async (data) => {
      const result = (await execute(data, { ...options, arrayMode: true })) as Arrays;
      return { ...result, rows: asObjects(result), rowAsArray: false };
    };
    return promise;
  };
  return Object.assign(client, { query: quick as Client['query'] });
}

type Options = NonNullable<Parameters<Client['query']>[2]> & { arrayMode?: boolean; fullResults?: boolean };

function asObjects({ fields, rows }: Arrays): Record<string, unknown>[] {
  const names = fields.map((field) => field.name);
  return rows.map((cells) => {
    const row: Record<string, unknown> = {};
    names.forEach((name, i) => {
      row[name] = cells[i];
    });
    return row;
  });
}
