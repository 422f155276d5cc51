/**
 * The items of a generator, each asked for once the use of the one before has begun: one ahead, never more. An
 * error comes in its place, after the items before it.
 */
export async function* oneAhead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  try {
    for (let next = items.next(); ; ) {
      const { value, done } = await next;
      if (done) return;
      // The consumer of this one is to start on it first.
      next = nextTurn().then(() => items.next());
      next.catch(() => {}); // met again when it is awaited, if it ever is
      yield value;
    }
  } finally {
    await items.return(undefined);
  }
}

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));
