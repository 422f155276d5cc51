import { connect, type Db } from '../../src/db/client.ts';
import type { FaultKind } from './faults.ts';
import type { Actor, World } from './world.ts';

/** Tells the server to restart, or to end all connections; only a run on a server of its own has one. */
export type Disturb = (how: 'restart' | 'terminate') => Promise<void>;

/** Actors with a handle of their own, by the name that their connection string carries. */
const owners = new Map<string, [World, Actor, Disturb | null]>();
const OWNER = /[?&]actor=(\d+)/;

// Under the driver and our own function that sends, so that both meet every fault.
const plain = globalThis.fetch;
globalThis.fetch = ((input: string, init?: RequestInit) => {
  const connection = new Headers(init?.headers).get('Neon-Connection-String') ?? '';
  const owner = owners.get(OWNER.exec(connection)?.[1] ?? '');
  if (owner === undefined) return plain(input, init);
  const [world, actor, disturb] = owner;
  const { signal: _, ...rest } = init ?? {}; // it counts real time
  const body = String(init?.body);
  return world.operation(actor, 'database', nameOf(body), (fault) =>
    send(world, fault, disturb, () => plain(input, { ...rest, body: withClock(world, body) })),
  );
}) as typeof fetch;

/** The real database, reached by one actor: each request waits its turn, and may fail. */
export function actorsDb(url: string, world: World, actor: Actor, disturb: Disturb | null): Db {
  const name = String(owners.size + 1);
  owners.set(name, [world, actor, disturb]);
  return connect(`${url}?actor=${name}`);
}

async function send(
  world: World,
  fault: FaultKind | null,
  disturb: Disturb | null,
  ask: () => Promise<Response>,
): Promise<Response> {
  switch (fault) {
    case 'db_refused':
      throw new TypeError('connection refused');
    case 'db_500':
    case 'db_503':
    case 'db_507':
      return failed(Number(fault.slice(3)));
    case 'db_terminated':
      return new Response(
        JSON.stringify({ message: 'terminating connection due to administrator command', code: '57P01' }),
        { status: 400 },
      );
    case 'db_late':
      world.after(world.random.between(100, 60_000), 'late statement', () => ask().then(whole));
      throw new DOMException('The operation timed out.', 'TimeoutError');
    case 'db_lost_reply':
      await whole(await ask());
      throw new TypeError('connection reset');
    case 'db_500_committed':
      await whole(await ask());
      return failed(500);
    case 'db_cut_reply':
      return cut(await whole(await ask()));
    case 'postgres_restart':
    case 'postgres_terminate': {
      const asked = ask().then(whole);
      asked.catch(() => {});
      await disturb?.(fault === 'postgres_restart' ? 'restart' : 'terminate');
      return asked;
    }
    default:
      return whole(await ask());
  }
}

const failed = (status: number) => new Response('{"message":"the proxy said so"}', { status });

/** A reply that has arrived to its last byte, so that no reading of it is left to chance. */
async function whole(response: Response): Promise<Response> {
  return new Response(await response.text(), { status: response.status });
}

/** A reply that breaks off, unless it is an error already. */
async function cut(response: Response): Promise<Response> {
  const text = await response.text();
  return new Response(text.slice(0, text.length / 2), { status: response.status });
}

/** The database's own clock, in the statements themselves: it moves with the world. */
function withClock(world: World, body: string): string {
  const now = new Date(world.clock_ms + world.database_skew_ms).toISOString();
  return body.replace(/\b(clock_timestamp|now)\(\)/g, `timestamptz '${now}'`);
}

/** The beginning of each statement of a request, for the schedule. */
function nameOf(body: string): string {
  const sent = JSON.parse(body) as { query: string } | { queries: { query: string }[] };
  const texts = 'queries' in sent ? sent.queries.map(({ query }) => query) : [sent.query];
  const words = texts.map((text) => text.replace(/\s+/g, ' ').trim().slice(0, 40));
  return `${words.length} × ${words.slice(0, 3).join(' | ')}`;
}
