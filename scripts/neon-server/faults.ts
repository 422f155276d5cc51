import type { REFUSALS } from './refusal.ts';

/** The fault of one request. */
export interface Fault {
  /**
   * `connecting`: nothing runs. `committing`: everything runs and is rolled back. `committed`: everything is
   * committed, and the reply reports a failure. `read_only`: writes are refused, as during a failover.
   */
  at: 'connecting' | 'committing' | 'committed' | 'read_only';
  /** The reply, by name. Not used for `read_only`, where Postgres answers. */
  reply?: keyof typeof REFUSALS;
  /** Only requests whose body contains this text. */
  holding?: string;
  /** The number of requests that it affects; without it all, until `clear`. */
  times?: number;
}

/** The planned faults of the next requests. The first match applies. */
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
