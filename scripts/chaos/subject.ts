import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../bench/child.ts';
import { killOrphans, MARK } from '../start/processes.ts';
import type { VictimAnswers } from './victim.ts';

const BEARER = { authorization: 'Bearer dev' };
const START_MS_MAX = 600_000;
const WAIT_MS_MAX = 600_000;
const QUERY_TRIES_MAX = 20;

/** A victim that accepts requests. */
export interface Subject {
  opened_ms: number;
  migrated_ms: number;
  database_url: string;
  /** Fires the cron. */
  tick(at_ms: number): Promise<void>;
  /** The answer of the API; null if there is none, or none now. */
  ask(path: string, body?: string): Promise<{ status: number; data: Record<string, unknown> } | null>;
  /** Rows of a query, with each value as text. */
  query(text: string): Promise<(string | null)[][]>;
  /** Ends all its processes at once, like a power cut. */
  kill(): Promise<void>;
}

export interface SubjectSpec {
  folder: string;
  script: string;
  upstream_url: string;
}

const start = ({ folder, script, upstream_url }: SubjectSpec) =>
  startChild<VictimAnswers>('../chaos/victim.ts', [folder, script, upstream_url], { [MARK]: folder });

/** Starts a victim and kills it after some ms, at whatever step it is. */
export async function killWhileStarting(spec: SubjectSpec, after_ms: number): Promise<void> {
  const starting = start(spec).catch(() => undefined);
  await sleep(after_ms);
  await killOrphans(spec.folder, []);
  await starting;
}

export async function startSubject(spec: SubjectSpec): Promise<Subject> {
  const child = await Promise.race([
    start(spec),
    sleep(START_MS_MAX, undefined, { ref: false }).then(() => {
      throw new Error('The victim does not start.');
    }),
  ]);
  const { url, database_url, opened_ms, migrated_ms } = await child.ask('about', undefined);
  return {
    opened_ms,
    migrated_ms,
    database_url,
    tick: (at_ms) => child.ask('tick', at_ms),
    ask: (path, body) => ask(url, path, body),
    query: (text) => query(database_url, text),
    async kill() {
      await killOrphans(spec.folder, []);
      await child.stop();
    },
  };
}

async function ask(url: string, path: string, body: string | undefined): ReturnType<Subject['ask']> {
  const sent = body === undefined ? {} : { method: 'POST', body };
  try {
    const reply = await fetch(`${url}${path}`, { headers: BEARER, ...sent });
    const answer = (await reply.json()) as Record<string, unknown>;
    return { status: reply.status, data: (answer.data ?? answer) as Record<string, unknown> };
  } catch {
    return null;
  }
}

const BUSY = 'too many database connection attempts';

/** The database has one connection: a long statement blocks the others, and they are refused after a while. */
async function query(database_url: string, text: string): Promise<(string | null)[][]> {
  const { port } = new URL(database_url);
  for (let tries = 1; ; tries += 1) {
    const reply = await fetch(`http://127.0.0.1:${port}/sql`, {
      method: 'POST',
      headers: { 'neon-connection-string': database_url },
      body: JSON.stringify({ query: text }),
    });
    if (reply.ok) return ((await reply.json()) as { rows: (string | null)[][] }).rows;
    const said = await reply.text();
    if (!said.toLowerCase().includes(BUSY) || tries === QUERY_TRIES_MAX) throw new Error(`${text}: ${said}`);
  }
}

/** As if a quarter of an hour had passed since the kill: leases have expired, and lost messages are noticed. */
export async function passTime({ query }: Subject): Promise<void> {
  await query(`update leases set expires_at = '-infinity'`);
  await query(
    `update uploads set touched_at = touched_at - interval '15 minutes' where status in ('queued', 'processing')`,
  );
}

const HOUR_MS = 3_600_000;

/** A tick of an hour ago, between full hours: nothing is due, and the tick finds work that lost its message. */
export const quietTick = ({ tick }: Subject): Promise<void> =>
  tick(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 55 * 60_000);

/** Waits for a condition. Throws its description if it does not become true. */
export async function until(what: () => string, isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + WAIT_MS_MAX; !(await isSo()); await sleep(50))
    if (Date.now() > deadline) throw new Error(`It does not heal: ${what()}`);
}
