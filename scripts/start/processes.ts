import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Every process of ours has its data folder in the environment under this name. */
export const MARK = 'COINTAPE_DATA_DIR';
/** The secret path of wrangler dev's pages, for its process. */
export const PAGES_SECRET = 'COINTAPE_PAGES_SECRET';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process, or undefined if it cannot be read. */
export function commandOf(pid: number): string | undefined {
  try {
    if (existsSync('/proc/self')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

/** Kills the remains of a dead start: its recorded children, and all processes with our mark. */
export async function killOrphans(dataDir: string, recorded: number[]): Promise<number> {
  const leaders = recorded.filter((pid) => isAlive(pid) && commandOf(pid)?.includes(dataDir));
  const orphans = [...new Set([...leaders, ...marked(dataDir)])].filter((pid) => pid !== process.pid);
  for (const pid of orphans) {
    for (const target of [-pid, pid]) {
      try {
        process.kill(target, 'SIGKILL');
      } catch {
        // Not the leader of a group, or already ended.
      }
    }
  }
  for (let tries = 0; orphans.some(isAlive) && tries < 50; tries++) await sleep(20);
  return orphans.length;
}

/**
 * workerd does not have the data folder on its command line and outlives wrangler, but Linux shows its environment.
 */
function marked(dataDir: string): number[] {
  if (!existsSync('/proc/self')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(`${MARK}=${dataDir}`));
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
