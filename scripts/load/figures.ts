import { quantile } from './quantile.ts';

/** The results of requests: durations by kind of request, and statuses. */
export class Figures {
  readonly #took_ms = new Map<string, number[]>();
  readonly #statuses = new Map<string, number>();
  readonly #unexpected: string[] = [];

  add(name: string, ms: number, status: string): void {
    const list = this.#took_ms.get(name) ?? [];
    list.push(ms);
    this.#took_ms.set(name, list);
    this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
  }

  /** Records an unexpected answer; the first few are printed. */
  complain(what: string): void {
    this.#unexpected.push(what);
  }

  get complaints(): readonly string[] {
    return this.#unexpected;
  }

  count(status: string): number {
    return this.#statuses.get(status) ?? 0;
  }

  /** The slowest request of all, in ms. */
  get slowest_ms(): number {
    return [...this.#took_ms.values()].flat().reduce((most, ms) => Math.max(most, ms), 0);
  }

  /** A table: the number of requests, their median, 99th percentile and slowest duration. */
  lines(): string[] {
    const row = (cells: (string | number)[]) =>
      cells.map((cell, i) => (i === 0 ? String(cell).padEnd(22) : String(cell).padStart(9))).join('');
    const shown = [...this.#took_ms].map(([name, list]) => {
      const sorted = list.toSorted((a, b) => a - b);
      const at = (share: number) => quantile(sorted, share).toFixed(0);
      return row([name, sorted.length, at(0.5), at(0.99), at(1)]);
    });
    const statuses = [...this.#statuses].sort().map(([status, count]) => `${status}: ${count}`);
    return [
      row(['', 'requests', 'p50 ms', 'p99 ms', 'max ms']),
      ...shown,
      `answers  ${statuses.join(', ')}`,
      ...this.#unexpected.slice(0, 5).map((what) => `UNEXPECTED  ${what}`),
    ];
  }
}
