/** The number of cached queries per schema, and the longest query: a few hundred KB in all. */
const QUERIES_MAX = 100;
const CHARS_MAX = 1500;

/**
 * Caches parsed queries by schema and text, the most recent ones: clients repeat their requests, and parsing a
 * query costs as much as writing half of its page. Values depend only on the text, and are frozen, because many
 * requests share them. Faulty queries are not cached.
 */
export function queryMemo<Value extends object>() {
  const bySchema = new WeakMap<object, Map<string, Value>>();
  return (schema: object, query: string, read: () => Value): Value => {
    if (query.length > CHARS_MAX) return read();
    const known = bySchema.get(schema) ?? new Map<string, Value>();
    bySchema.set(schema, known);
    const value = known.get(query) ?? frozen(read());
    known.delete(query); // the last entry is the newest
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
