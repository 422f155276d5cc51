/**
 * The items of a generator. It requests each item when the caller starts to use the previous one: one ahead, never
 * more. An error is thrown in its place, after the items before it.
 */
export async function* oneAhead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  try {
    for (let next = items.next(); ; ) {
      const { value, done } = await next;
      if (done) return;
      // The consumer of this item starts first.
      next = nextTurn().then(() => items.next());
      next.catch(() => {}); // its failure is handled when it is awaited, if ever
      yield value;
    }
  } finally {
    await items.return(undefined);
  }
}

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));
