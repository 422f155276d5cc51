import { type ChildProcess, fork } from 'node:child_process';
import { join, resolve as resolvePath } from 'node:path';

// Each part of a measurement runs in a separate process and takes no CPU time from the others. The parent sends
// requests as messages, and the child answers them in order.

interface Question {
  id: number;
  name: string;
  input: unknown;
}

interface Answer {
  id: number;
  output?: unknown;
  error?: string;
}

/** The Node of package.json. The Node that runs this script may be too old for TypeScript. */
const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');

/** The functions that a parent can call in a child: one input each, by name. */
export type Answers = Record<string, (input: never) => unknown>;

export interface Child<A extends Answers> {
  pid: number;
  ask<Name extends keyof A & string>(
    name: Name,
    input: Parameters<A[Name]>[0],
  ): Promise<Awaited<ReturnType<A[Name]>>>;
  stop(): Promise<void>;
}

/** Starts `script`, relative to this folder unless its path is absolute, and waits until it accepts calls. */
export async function startChild<A extends Answers>(
  script: string,
  args: string[] = [],
  environment: Record<string, string> = {},
): Promise<Child<A>> {
  const child = fork(resolvePath(import.meta.dirname, script), args, {
    serialization: 'advanced',
    execPath: NODE,
    execArgv: [],
    env: { ...process.env, ...environment },
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<void>();
  const fail = () => {
    const error = new Error(`${script} ended.`);
    ready.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.once('exit', fail);
  child.on('message', (answer: Answer | 'ready') => {
    if (answer === 'ready') return ready.resolve();
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.error === undefined) asked?.resolve(answer.output);
    else asked?.reject(new Error(`${script}: ${answer.error}`));
  });
  await ready.promise;
  let last = 0;
  return {
    pid: child.pid ?? 0,
    ask(name, input) {
      const asked = Promise.withResolvers<unknown>();
      waiting.set(++last, asked);
      child.send({ id: last, name, input } satisfies Question);
      return asked.promise as ReturnType<Child<A>['ask']>;
    },
    stop: () => stopped(child),
  };
}

function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** The child's side: it answers until the parent has ended. */
export function answerParent(answers: Answers): void {
  process.on('message', async ({ id, name, input }: Question) => {
    let answer: Answer;
    try {
      answer = { id, output: await answers[name]?.(input as never) };
    } catch (error) {
      answer = { id, error: String(error instanceof Error ? error.stack : error) };
    }
    process.send?.(answer);
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
