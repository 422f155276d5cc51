/** Queries of each schema that are kept, and the longest: a few hundred KB in all. */
const QUERIES_MAX = 100;
const CHARS_MAX = 1500;

/**
 * Keeps what queries say, by schema and text, those asked for last: clients ask the same over and over, and reading a
 * query costs as much as writing half of its page. It knows nothing of a request but the text, and what it holds is
 * frozen, since many requests share it. What throws is not kept.
 */
export function queryMemo<Value extends object>() {
  const bySchema = new WeakMap<object, Map<string, Value>>();
  return (schema: object, query: string, read: () => Value): Value => {
    if (query.length > CHARS_MAX) return read();
    const known = bySchema.get(schema) ?? new Map<string, Value>();
    bySchema.set(schema, known);
    const value = known.get(query) ?? frozen(read());
    known.delete(query); // the last one is the newest
    known.set(query, value);
    const [oldest = query] = known.size > QUERIES_MAX ? known.keys() : [];
    if (oldest !== query) known.delete(oldest);
    return value;
  };
}

function frozen<Value extends object>(value: Value): Value {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) frozen(member);
  return Object.freeze(value);
}
