// The wire between the Worker and its database, controlled by a test: the database's clock, and when its answers
// arrive.

export interface Wire {
  /** The database's clock, too. */
  now_ms: () => number;
  is_down?: () => boolean;
  /** Called for each request that the database has answered; the answer arrives when the promise resolves. */
  arrives?: () => Promise<void> | undefined;
}

const wires = new Map<string, Wire>();
const NAME = /[?&]wire=(\d+)/;

/** The address of the real database, over this wire. */
export function urlOver(wire: Wire, url: string): string {
  const name = String(wires.size + 1);
  wires.set(name, wire);
  return `${url}?wire=${name}`;
}

/** Puts the wires in place; returns the function that removes them. */
export function installWires(): () => void {
  const plain = globalThis.fetch;
  globalThis.fetch = (async (input: string, init?: RequestInit) => {
    const connection = new Headers(init?.headers).get('Neon-Connection-String') ?? '';
    const wire = wires.get(NAME.exec(connection)?.[1] ?? '');
    if (wire === undefined) return plain(input, init);
    if (wire.is_down?.()) throw new TypeError('connection refused');
    const { signal: _, ...rest } = init ?? {}; // this wait uses real time
    const reply = await plain(input, { ...rest, body: withClock(String(init?.body), wire.now_ms()) });
    const text = await reply.text();
    await wire.arrives?.();
    return new Response(text, { status: reply.status });
  }) as typeof fetch;
  return () => {
    globalThis.fetch = plain;
    wires.clear();
  };
}

/** The database's clock is in the statements themselves. */
const withClock = (body: string, ms: number) =>
  body.replace(/\b(clock_timestamp|now)\(\)/g, `timestamptz '${new Date(ms).toISOString()}'`);
