import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

// CPU time and memory of a process, as Linux counts them. On other systems the figures are unknown.

const TICKS_PER_SECOND = 100; // the unit that the kernel shows to programs, on every common architecture

/** User and system CPU time of all threads so far; null if unknown. */
export function cpuMs(pid: number): number | null {
  const text = readProc(pid, 'stat');
  if (text === null) return null;
  // The name in parentheses may contain spaces, so fields are counted after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory now, and its peak since `forgetPeak`, in bytes. */
export function memory(pid: number): { now: number; peak: number } | null {
  const text = readProc(pid, 'status');
  if (text === null) return null;
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]) * 1024;
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Another system, or the process of another user: the peak then covers its whole life.
  }
}

/** Processes named `name` that `parent` started. */
export function childrenNamed(name: string, parent: number): number[] {
  return processIds().filter((pid) => {
    const text = readProc(pid, 'stat');
    if (text === null) return false;
    const [state, ppid] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state !== 'Z' && Number(ppid) === parent && text.includes(`(${name})`);
  });
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number);
  } catch {
    return [];
  }
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
