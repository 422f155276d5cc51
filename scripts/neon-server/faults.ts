import type { REFUSALS } from './refusal.ts';

/** What goes wrong with one request. */
export interface Fault {
  /**
   * `connecting`: nothing runs. `committing`: everything runs and is taken back. `committed`: everything is kept,
   * and the reply says that it failed. `read_only`: writes are refused, as during a failover.
   */
  at: 'connecting' | 'committing' | 'committed' | 'read_only';
  /** What is answered, by name; without a meaning for `read_only`, which Postgres answers. */
  reply?: keyof typeof REFUSALS;
  /** Only requests whose body holds this. */
  holding?: string;
  /** How many requests it meets; without it all, until `clear`. */
  times?: number;
}

/** The faults that the next requests meet, the first that fits. */
export class Faults {
  #planned: { fault: Fault; left: number }[] = [];

  add(...faults: Fault[]): void {
    this.#planned.push(...faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })));
  }

  clear(): void {
    this.#planned = [];
  }

  /** Consumes the fault that applies to a request with this body. */
  take(body: string): Fault | undefined {
    const met = this.#planned.find(({ fault }) => body.includes(fault.holding ?? ''));
    if (met === undefined) return undefined;
    met.left -= 1;
    if (met.left === 0) this.#planned = this.#planned.filter((other) => other !== met);
    return met.fault;
  }
}
