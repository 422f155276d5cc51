import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildWorker } from '../bench/bundle.ts';
import { startSandbox } from '../sandbox/server.ts';
import { killOrphans } from '../start/processes.ts';
import { comparisonOf } from './compare.ts';
import { type Round, STAGES, type Stage } from './stages.ts';
import {
  killWhileStarting,
  passTime,
  quietTick,
  type Subject,
  type SubjectSpec,
  startSubject,
  until,
} from './subject.ts';

// Kills the Worker, its database and its bucket inside each kind of work in turn, and compares the result with a
// life without kills.

/** One kill in this many falls into the migrations of a first start. */
const MIGRATIONS_SHARE = 10;
/** A kill comes at a random moment of the stage: its duration without a kill, plus a little. */
const LONGER = 1.1;
const ASK_AGAIN_MS = 15_000;
/** The time between two looks at whether work is half done. */
const LOOK_MS = 10;

type Print = (line: string) => void;

/** Times of a stage without a kill, in ms from its beginning. */
interface Times {
  whole: number;
  /** When its work was first and last seen half done; null if it never was. */
  half: [first: number, last: number] | null;
}

interface Life {
  spec: SubjectSpec;
  subject: Subject;
  setClock: Round['setClock'];
}

/**
 * Kills `kills` times inside the stages. Returns whether the database then equals the one of a life without kills.
 */
export async function playKillsInside(kills: number, print: Print): Promise<boolean> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'cointape-kills-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const sandbox = opened.adopt(await startSandbox(), (it) => it.close());
  const { path: script } = await buildWorker(join(folder, 'bundle'));
  const begin = async (name: string): Promise<Life> => {
    const spec = { folder: join(folder, name), script, upstream_url: sandbox.url };
    opened.defer(() => killOrphans(spec.folder, []).then(() => {}));
    return { spec, subject: await startSubject(spec), setClock: (at) => sandbox.setClock(at) };
  };
  const rounds = Math.ceil(kills / STAGES.length);

  const clean = await begin('clean');
  const took = new Map<string, Times>();
  for (let number = 0; number < rounds; number += 1)
    for (const stage of STAGES) {
      took.set(stage.name, widest(await playStage(clean, stage, number), took.get(stage.name)));
    }
  for (const [name, { whole, half }] of took)
    print(
      `${name} takes ${Math.round(whole)} ms at most, half done ${half?.map(Math.round).join(' to ') ?? 'never'} ms`,
    );

  const { opened_ms, migrated_ms } = clean.subject;
  for (let kill = 1; kill <= Math.ceil(kills / MIGRATIONS_SHARE); kill += 1) {
    const after_ms = opened_ms + Math.random() * (migrated_ms - opened_ms) * LONGER;
    await killWhileStarting({ ...clean.spec, folder: join(folder, 'killed') }, after_ms);
    print(`migration killed after ${Math.round(after_ms)} ms`);
  }
  const killed = await begin('killed');
  const inside = await killInside(killed, { kills, took, print });
  print(`${inside} of ${kills} kills met work half done`);
  return await comparisonOf([clean.subject.database_url, killed.subject.database_url], print);
}

/** Plays a stage to its end. */
async function playStage(life: Life, stage: Stage, number: number): Promise<Times> {
  const round = { number, began_at: new Date().toISOString(), setClock: life.setClock };
  await stage.prepare?.(life.subject, round);
  const began = performance.now();
  const over = new AbortController();
  const [half, whole] = await Promise.all([
    watchHalf(life.subject, stage.half, { began, signal: over.signal }),
    finish(life.subject, stage, round)
      .then(() => performance.now() - began)
      .finally(() => over.abort()),
  ]);
  return { whole, half };
}

/** When the query `half` first and last returned a row, in ms from `began`. */
async function watchHalf(
  { query }: Subject,
  half: string,
  { began, signal }: { began: number; signal: AbortSignal },
): Promise<Times['half']> {
  const seen: number[] = [];
  while (!signal.aborted) {
    if ((await query(half)).length > 0) seen.push(performance.now() - began);
    await sleep(LOOK_MS);
  }
  const [first, last] = [seen[0], seen.at(-1)];
  return first === undefined || last === undefined ? null : [first, last];
}

/** Times that contain both. */
function widest(one: Times, other: Times = one): Times {
  const [a, b] = [one.half ?? other.half, other.half ?? one.half];
  const half: Times['half'] = a === null || b === null ? null : [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
  return { whole: Math.max(one.whole, other.whole), half };
}

/** Half of the kills come at any moment of a stage, the others while its work is half done without a kill. */
function momentOf({ whole, half }: Times, round: number): number {
  const [first, last] = half === null || round % 2 === 0 ? [0, whole * LONGER] : half;
  return first + Math.random() * (last - first);
}

/** Requests the work, repeatedly, until it is done: failures for lack of the database pass. */
async function finish(subject: Subject, stage: Stage, round: Round): Promise<void> {
  const ask = async () => {
    await stage.begin(subject, round);
    await quietTick(subject);
  };
  let asked_ms = Number.NEGATIVE_INFINITY;
  let last: unknown;
  await until(
    () => `${stage.name} ${round.number}, after: ${last}`,
    async () => {
      if (await stage.isDone(subject, round)) return true;
      if (performance.now() - asked_ms < ASK_AGAIN_MS) return false;
      await ask().catch((error: unknown) => {
        last = error;
      });
      asked_ms = performance.now();
      return stage.isDone(subject, round);
    },
  );
}

/** Plays every stage of every round, each with one kill. Returns how many kills met the stage half done. */
async function killInside(
  life: Life,
  { kills, took, print }: { kills: number; took: Map<string, Times>; print: Print },
): Promise<number> {
  let inside = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const [number, place] = [Math.floor(kill / STAGES.length), kill % STAGES.length];
    const stage = STAGES[place];
    const times = stage && took.get(stage.name);
    if (stage === undefined || times === undefined) break;
    const round = { number, began_at: new Date().toISOString(), setClock: life.setClock };
    await stage.prepare?.(life.subject, round);
    const after_ms = momentOf(times, number);
    const begun = stage.begin(life.subject, round).then(
      () => undefined,
      () => undefined, // The request fails because of the kill.
    );
    await sleep(after_ms);
    await life.subject.kill();
    await begun;
    life.subject = await startSubject(life.spec);
    const isHalf = (await life.subject.query(stage.half)).length > 0;
    inside += isHalf ? 1 : 0;
    print(`kill ${kill + 1}: ${stage.name} after ${Math.round(after_ms)} ms${isHalf ? ', half done' : ''}`);
    await passTime(life.subject);
    await finish(life.subject, stage, round);
  }
  return inside;
}
