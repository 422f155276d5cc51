/**
 * A value that is made at its first use and kept: for lists that take long to make and that most files never need.
 */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
