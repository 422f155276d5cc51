import { sql } from 'drizzle-orm';
import { vi } from 'vitest';
import type { Deps } from '../../src/deps.ts';
import { consume } from '../../src/ingest/queue/consume.ts';
import { rows } from './deps.ts';

export type Outage = 'read_only' | 'unreachable';

const TEN_MINUTES_S = 600;
const DELIVERIES_MAX = 100;
const WRITES = /\b(insert into|update|delete from)\b/i;
const READ_ONLY = '{"message":"cannot execute UPDATE in a read-only transaction","code":"25006"}';

/** One delivery: its time in seconds after the first, its try, and its result. */
export type Delivery = [at_s: number, type: string, attempt: number, outcome: string];

/**
 * Plays a queue from one message to its end. The database fails for ten minutes from the first statement called
 * `begins` on. Time passes as the queue is told to wait, and also for the database's leases.
 */
export async function playOutage(
  deps: Deps,
  first: { type: string },
  { kind, begins }: { kind: Outage; begins: string },
): Promise<Delivery[]> {
  const clock = { now_s: 0, ends_s: Number.POSITIVE_INFINITY };
  breakDatabase(clock, kind, begins);
  const due = [{ at_s: 0, body: first, attempt: 1 }];
  const send = async (body: { type: string }, options?: QueueSendOptions) =>
    void due.push({ at_s: clock.now_s + (options?.delaySeconds ?? 0), body, attempt: 1 });
  const story: Delivery[] = [];
  while (due.length > 0 && story.length < DELIVERIES_MAX) {
    const [next] = due.toSorted((a, b) => a.at_s - b.at_s);
    if (next === undefined) break;
    due.splice(due.indexOf(next), 1);
    await pass(next.at_s - clock.now_s);
    clock.now_s = next.at_s;
    let outcome = 'lost';
    const retry = ({ delaySeconds = 0 }: QueueRetryOptions = {}) => {
      outcome = `retry in ${delaySeconds} s`;
      due.push({ ...next, at_s: clock.now_s + delaySeconds, attempt: next.attempt + 1 });
    };
    const ack = () => {
      outcome = 'ack';
    };
    const message = { id: 'm', attempts: next.attempt, body: next.body, ack, retry };
    await consume({ ...deps, queue: { send } as unknown as Queue }, message);
    story.push([clock.now_s, next.body.type, next.attempt, outcome]);
  }
  vi.restoreAllMocks();
  return story;
}

function breakDatabase(clock: { now_s: number; ends_s: number }, kind: Outage, begins: string): void {
  const plain = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const body = String(init?.body);
    if (!String(input).endsWith('/sql') || body.includes('/* test.')) return plain(input, init);
    if (clock.ends_s === Number.POSITIVE_INFINITY && body.includes(`/* ${begins} */`))
      clock.ends_s = clock.now_s + TEN_MINUTES_S;
    if (clock.ends_s === Number.POSITIVE_INFINITY || clock.now_s >= clock.ends_s) return plain(input, init);
    if (kind === 'unreachable') throw new TypeError('fetch failed');
    return WRITES.test(body) ? new Response(READ_ONLY, { status: 400 }) : plain(input, init);
  });
}

/** Leases and records get older, as with the clock of the database. */
async function pass(seconds: number): Promise<void> {
  const by = sql`make_interval(secs => ${seconds}::float8)`;
  await rows(sql`update leases set expires_at = expires_at - ${by} where expires_at > '-infinity'`);
  await rows(sql`update uploads set touched_at = touched_at - ${by}`);
  await rows(sql`update tasks set touched_at = touched_at - ${by}`);
}
