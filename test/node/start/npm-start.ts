import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { MARK } from '../../../scripts/start/processes.ts';

/** `npm start` as a process, in a separate group as in a terminal. */
export interface NpmStart {
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with the address of the ready line; rejects if the process ends before it. */
  ready: Promise<string>;
  /** Resolves when it has printed this. */
  printed(text: string): Promise<void>;
  /** Exit code, or null if a signal ended it. */
  ended: Promise<number | null>;
  /** Signals the whole group, like Ctrl-C. */
  signal(name: NodeJS.Signals): void;
}

export function npmStart(...flags: string[]): NpmStart {
  const child = spawn('npm', ['start', '--', ...flags], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      POLL_MINUTES: '1440',
      BACKFILL_ASSETS: process.env.BACKFILL_ASSETS ?? '0',
      COINPAPRIKA_BASE_URL: '',
      COINGECKO_BASE_URL: '',
    },
  });
  let output = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
      for (const look of waiting) look();
    });
  }
  const seen = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(output);
        if (match) resolve(match);
      };
      waiting.add(look);
      ended.then(() => reject(new Error(`npm start ended:\n${output}`)));
    });
  const ready = seen(/^ready (http\S+)$/m).then((match) => match[1] ?? '');
  ready.catch(() => {});
  return {
    output: () => output,
    ready,
    printed: async (text) => void (await seen(new RegExp(text))),
    ended,
    signal(name) {
      try {
        process.kill(-(child.pid ?? 0), name);
      } catch {
        // Already ended.
      }
    },
  };
}

/** Processes with the mark of a data folder. Linux only. */
export function leftovers(folder: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${folder}`);
    } catch {
      return false;
    }
  });
}
