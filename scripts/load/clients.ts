/**
 * Parallel clients. Each sends its next request when the previous one is answered, until the signal. `turn` counts
 * the requests of one client.
 */
export async function runClients(
  count: number,
  isOver: () => boolean,
  ask: (client: number, turn: number) => Promise<void>,
): Promise<void> {
  const run = async (client: number) => {
    for (let turn = 0; !isOver(); turn += 1) await ask(client, turn);
  };
  await Promise.all(Array.from({ length: count }, (_, client) => run(client)));
}
