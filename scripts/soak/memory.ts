import { readdirSync, readFileSync } from 'node:fs';
import { memory } from '../bench/process-usage.ts';
import { MARK } from '../start/processes.ts';

const SAMPLE_MS = 2_000;

/** Resident memory of the Worker's process over time, in bytes; empty where the system does not tell. */
export function watchMemory(data_dir: string): { samples: readonly number[]; stop(): void } {
  const samples: number[] = [];
  const timer = setInterval(() => {
    const now = workerdOf(data_dir).reduce((sum, pid) => sum + (memory(pid)?.now ?? 0), 0);
    if (now > 0) samples.push(now);
  }, SAMPLE_MS);
  return { samples, stop: () => clearInterval(timer) };
}

/** The workerd processes of a start on this folder. */
function workerdOf(data_dir: string): number[] {
  return processIds().filter(
    (pid) =>
      read(pid, 'comm').trim() === 'workerd' &&
      read(pid, 'environ').split('\0').includes(`${MARK}=${data_dir}`),
  );
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const MB = 1024 * 1024;

/** The course of memory in a line: a tenth of the time at its beginning against the last tenth. */
export function describeMemory(samples: readonly number[]): string {
  if (samples.length === 0) return 'memory  unknown on this system';
  const part = Math.max(1, Math.floor(samples.length / 10));
  const mean = (list: readonly number[]) => list.reduce((sum, bytes) => sum + bytes, 0) / list.length / MB;
  const most = Math.max(...samples) / MB;
  const [first, last] = [mean(samples.slice(0, part)), mean(samples.slice(-part))];
  return `memory of workerd  ${first.toFixed(0)} MB at first, ${last.toFixed(0)} MB at last, ${most.toFixed(0)} MB at most`;
}
