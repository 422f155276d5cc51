import type { FaultKind } from './faults.ts';
import type { Actor, World } from './world.ts';

/** Tells the server to restart, or to end all connections; only a run with its own server has this. */
export type Disturb = (how: 'restart' | 'terminate') => Promise<void>;

/** Actors with their own handles, by the name in their connection string. */
const owners = new Map<string, [World, Actor, Disturb | null]>();
const OWNER = /[?&]actor=(\d+)/;

// Below the driver and our own send function, so both meet every fault.
const plain = globalThis.fetch;
globalThis.fetch = ((input: string, init?: RequestInit) => {
  const connection = new Headers(init?.headers).get('Neon-Connection-String') ?? '';
  const owner = owners.get(OWNER.exec(connection)?.[1] ?? '');
  if (owner === undefined) return plain(input, init);
  const [world, actor, disturb] = owner;
  const { signal: _, ...rest } = init ?? {}; // this wait uses real time
  const body = String(init?.body);
  const headers = Object.fromEntries(new Headers(init?.headers));
  const ask: Ask = (sent, more) => plain(input, { ...rest, headers: { ...headers, ...more }, body: sent });
  return world.operation(actor, 'database', nameOf(body), (fault) => {
    const lost = fault === null && WRITES.test(body) ? world.loseAnswer(statementsOf(body)) : null;
    if (lost !== null) world.note(lost, `${actor.name}: every second answer to ${nameOf(body)}`);
    return send(world, fault ?? lost, disturb, sender(world, ask, body));
  });
}) as typeof fetch;

const WRITES = /\b(insert|update|delete)\b/;
/** Fails, which rolls back the previous statements of its batch. */
const FAILING = { query: 'select 1 / 0', params: [] };

type Ask = (body: string, headers?: Record<string, string>) => Promise<Response>;

interface Sender {
  ask: () => Promise<Response>;
  /** Runs everything and rolls it back. */
  undo: () => Promise<Response>;
}

/**
 * The form in which a body is sent: with the clock of the world, and during a failover in a read-only transaction.
 */
function sender(world: World, ask: Ask, body: string): Sender {
  const clocked = () => withClock(world, body);
  return {
    ask: () => (world.isReadOnly ? readOnly(ask, clocked()) : ask(clocked())),
    undo: () => ask(JSON.stringify({ queries: [...queriesOf(clocked()), FAILING] })),
  };
}

/** A single query becomes a batch, because only a batch can be read-only. */
async function readOnly(ask: Ask, body: string): Promise<Response> {
  const reply = await ask(JSON.stringify({ queries: queriesOf(body) }), { 'neon-batch-read-only': 'true' });
  if (!reply.ok || body.startsWith('{"queries"')) return reply;
  const { results } = (await reply.json()) as { results: unknown[] };
  return Response.json(results[0]);
}

/** The real database, reached by one actor: each request waits for its turn, and may fail. */
export function actorsUrl(url: string, world: World, actor: Actor, disturb: Disturb | null): string {
  const name = String(owners.size + 1);
  owners.set(name, [world, actor, disturb]);
  return `${url}?actor=${name}`;
}

async function send(
  world: World,
  fault: FaultKind | null,
  disturb: Disturb | null,
  { ask, undo }: Sender,
): Promise<Response> {
  switch (fault) {
    case 'db_refused':
      throw new TypeError('connection refused');
    case 'db_500':
    case 'db_503':
    case 'db_507':
      return failed(Number(fault.slice(3)));
    case 'db_terminated':
      return refused('terminating connection due to administrator command', '57P01');
    case 'db_empty_code':
      return refused('connection closed', '');
    case 'db_empty_code_undone':
      await whole(await undo());
      return refused('connection closed', '');
    case 'db_empty_code_committed':
      await whole(await ask());
      return refused('connection closed', '');
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

/** An error in the form of Neon's proxy; with an empty code it does not come from Postgres. */
const refused = (message: string, code: string) => Response.json({ message, code }, { status: 400 });
const failed = (status: number) => new Response('{"message":"the proxy said so"}', { status });

/** A completely received reply, so no read of it depends on chance. */
async function whole(response: Response): Promise<Response> {
  return new Response(await response.text(), { status: response.status });
}

/** A reply that ends early, unless it is already an error. */
async function cut(response: Response): Promise<Response> {
  const text = await response.text();
  return new Response(text.slice(0, text.length / 2), { status: response.status });
}

/** The database's own clock is inside the statements: it moves with the world. */
function withClock(world: World, body: string): string {
  const now = new Date(world.clock_ms + world.database_skew_ms).toISOString();
  return body.replace(/\b(clock_timestamp|now)\(\)/g, `timestamptz '${now}'`);
}

interface Sent {
  query: string;
}

function queriesOf(body: string): Sent[] {
  const sent = JSON.parse(body) as Sent | { queries: Sent[] };
  return 'queries' in sent ? sent.queries : [sent];
}

/** The names of the statements of a request. */
const statementsOf = (body: string): string =>
  queriesOf(body)
    .map(({ query }) => /\/\* (\S+) \*\//.exec(query)?.[1] ?? '?')
    .join(' ');

/** The beginning of each statement of a request, for the schedule. */
function nameOf(body: string): string {
  const texts = queriesOf(body).map(({ query }) => query.replace(/\s+/g, ' ').trim().slice(0, 40));
  return `${texts.length} × ${texts.slice(0, 3).join(' | ')}`;
}
