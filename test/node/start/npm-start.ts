import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** `npm start` as a process, in a group of its own as a terminal would have it. */
export interface NpmStart {
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with the address of the ready line; rejects when it ends before. */
  ready: Promise<string>;
  /** Exit code, or null when a signal ended it. */
  ended: Promise<number | null>;
  /** Signals the whole group, as Ctrl-C does. */
  signal(name: NodeJS.Signals): void;
}

export function npmStart(...flags: string[]): NpmStart {
  const child = spawn('npm', ['start', '--', ...flags], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, POLL_MINUTES: '1440', COINPAPRIKA_BASE_URL: '', COINGECKO_BASE_URL: '' },
  });
  let output = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      const url = /^ready (http\S+)$/m.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    ended.then(() => reject(new Error(`npm start ended:\n${output}`)));
  });
  ready.catch(() => {});
  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
  };
  return { output: () => output, ready, ended, signal };
}
