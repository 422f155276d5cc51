/**
 * The items of a generator, each asked for while the one before is used: one ahead, never more. An error comes
 * in its place, after the items before it.
 */
export async function* oneAhead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  try {
    for (let next = items.next(); ; ) {
      const { value, done } = await next;
      if (done) return;
      next = items.next();
      next.catch(() => {}); // met again when it is awaited, if it ever is
      yield value;
    }
  } finally {
    await items.return(undefined);
  }
}
