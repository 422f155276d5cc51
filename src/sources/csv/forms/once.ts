/** A value that is made when it is first asked for, and kept: lists that take long to make and most files never need. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
