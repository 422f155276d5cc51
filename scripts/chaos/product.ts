import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { killOrphans } from '../start/processes.ts';

const READY_MS_MAX = 300_000;

/** `npm start` as a process, in a separate group as in a terminal. */
export interface Product {
  url: string;
  /** Resolves at the ready line; rejects if the process ends before it. */
  ready: Promise<void>;
  /** Exit code, or null if a signal ended it. */
  ended: Promise<number | null>;
  output(): string;
  /** Ends all its processes at once, like a power cut. */
  kill(): Promise<void>;
  /** Ends it like Ctrl-C. */
  stop(): Promise<void>;
}

export interface ProductOptions {
  port: number;
  data_dir: string;
  variables: Record<string, string>;
}

export function startProduct({ port, data_dir, variables }: ProductOptions): Product {
  const child = spawn('npm', ['start', '--', '--port', String(port), '--data-dir', data_dir], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
    });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  const ready = untilReady(
    () => output,
    () => isOver,
  );
  ready.catch(() => {}); // Nothing waits for a process that will be killed.
  return {
    url: `http://127.0.0.1:${port}`,
    ready,
    ended,
    output: () => output,
    async kill() {
      signal(child, 'SIGKILL');
      await killOrphans(data_dir, []);
      await ended;
    },
    async stop() {
      signal(child, 'SIGINT');
      await ended;
    },
  };
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  } catch {
    // Ended already.
  }
}

async function untilReady(output: () => string, isOver: () => boolean): Promise<void> {
  for (const deadline = Date.now() + READY_MS_MAX; ; await sleep(100)) {
    if (/^ready http/m.test(output())) return;
    if (isOver() || Date.now() > deadline) throw new Error(`npm start is not ready:\n${output()}`);
  }
}
