import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { commandOf, isAlive, killOrphans } from './processes.ts';
import { StartError } from './start-error.ts';

const Lock = z.object({ pid: z.int().positive(), children: z.array(z.int().positive()) });
type Lock = z.infer<typeof Lock>;

export interface HeldLock {
  /** Records a child: the next start can end it if this process is killed. */
  addChild(pid: number): void;
  release(): void;
}

/**
 * Takes the folder for this process. Throws StartError while another start holds it. A dead holder is replaced, and
 * the processes that it left behind are killed.
 */
export async function takeLock(dataDir: string): Promise<HeldLock> {
  const path = join(dataDir, 'lock');
  const aside = `${path}.${process.pid}`;
  const mine: Lock = { pid: process.pid, children: [] };
  // Written to another file first: no reader sees half a lock.
  const write = (publish: (from: string, to: string) => void) => {
    writeFileSync(aside, JSON.stringify(mine));
    publish(aside, path);
  };
  let left: number[] = [];
  while (true) {
    try {
      write(linkSync);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      left = removeDead(path, dataDir);
    } finally {
      rmSync(aside, { force: true });
    }
  }
  await killOrphans(dataDir, left);
  return {
    addChild(pid) {
      mine.children.push(pid);
      write(renameSync);
    },
    release: () => rmSync(path, { force: true }),
  };
}

/** Removes a lock whose holder is dead, and returns the recorded children. */
function removeDead(path: string, dataDir: string): number[] {
  const text = readText(path);
  if (text === undefined) return [];
  const holder = parse(text);
  if (holder && holds(holder.pid)) {
    throw new StartError(
      `Another start (pid ${holder.pid}) is using ${dataDir}. Stop it first, or choose another --data-dir.`,
    );
  }
  // Renaming is atomic: if two starts see the dead lock, only one removes it.
  const aside = `${path}.${process.pid}.dead`;
  try {
    renameSync(path, aside);
  } catch {
    return [];
  }
  if (readText(aside) !== text) linkSync(aside, path);
  unlinkSync(aside);
  return holder?.children ?? [];
}

/** The system may have reused a pid for another process, in a container even for this one. */
function holds(pid: number): boolean {
  return pid !== process.pid && isAlive(pid) && commandOf(pid)?.includes('start.ts') !== false;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** An unreadable lock has no holder. */
function parse(text: string): Lock | undefined {
  try {
    return Lock.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
