import { memory } from '../bench/process-usage.ts';

const SAMPLE_MS = 2_000;
const MB = 1024 * 1024;

export interface MemoryWatch {
  stop(): void;
  /** The result, in a line. */
  describe(): string;
}

/** Watches the resident memory of a process; unknown if the system does not report it. */
export function watchMemory(pid: number | null): MemoryWatch {
  const samples: number[] = [];
  const timer = setInterval(() => {
    const now = pid === null ? null : memory(pid);
    if (now !== null) samples.push(now.now / MB);
  }, SAMPLE_MS);
  return { stop: () => clearInterval(timer), describe: () => describe(samples) };
}

/** The first tenth of the time against the middle and the last. */
function describe(samples: readonly number[]): string {
  if (samples.length === 0) return 'memory  unknown on this system';
  const part = Math.max(1, Math.floor(samples.length / 10));
  const middle = Math.floor((samples.length - part) / 2);
  const mean = (list: readonly number[]) =>
    (list.reduce((sum, value) => sum + value, 0) / list.length).toFixed(0);
  const course = [samples.slice(0, part), samples.slice(middle, middle + part), samples.slice(-part)];
  const [first, half, last] = course.map(mean);
  const most = Math.max(...samples).toFixed(0);
  return `memory of workerd  ${first} MB at first, ${half} MB halfway, ${last} MB at last, ${most} MB at most`;
}
