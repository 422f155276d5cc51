import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { commandOf, isAlive, killOrphans } from './processes.ts';
import { StartError } from './start-error.ts';

const Lock = z.object({ pid: z.int().positive(), children: z.array(z.int().positive()) });
type Lock = z.infer<typeof Lock>;

export interface HeldLock {
  /** Records a child, so that the next start can end it should this process be killed. */
  addChild(pid: number): void;
  release(): void;
}

/**
 * Takes the folder for this process. Throws StartError while another start holds it; a dead holder is
 * replaced and what it left running is killed.
 */
export async function takeLock(dataDir: string): Promise<HeldLock> {
  const path = join(dataDir, 'lock');
  const mine: Lock = { pid: process.pid, children: [] };
  const write = (flag: 'w' | 'wx') => writeFileSync(path, JSON.stringify(mine), { flag });
  while (true) {
    try {
      write('wx');
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      await removeDead(path, dataDir);
    }
  }
  return {
    addChild(pid) {
      mine.children.push(pid);
      write('w');
    },
    release: () => rmSync(path, { force: true }),
  };
}

async function removeDead(path: string, dataDir: string): Promise<void> {
  const text = readText(path);
  if (text === undefined) return;
  const holder = parse(text);
  if (holder && holds(holder.pid)) {
    throw new StartError(
      `Another start (pid ${holder.pid}) is using ${dataDir}. Stop it first, or choose another --data-dir.`,
    );
  }
  // Renaming is atomic: of two starts that both saw the dead lock, only one removes it.
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readText(aside) !== text) linkSync(aside, path);
  unlinkSync(aside);
  await killOrphans(dataDir, holder?.children ?? []);
}

/** A pid may have been given to a stranger meanwhile, in a container even to ourselves. */
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

/** A lock cut short by a crash names nobody. */
function parse(text: string): Lock | undefined {
  try {
    return Lock.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
