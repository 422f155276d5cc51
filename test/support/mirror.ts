import { expect } from 'vitest';
import { ask } from './http.ts';

export type Row = Record<string, unknown> & { id: string };

/** A member of the list of /changes. */
export interface Change {
  version: string;
  change: 'added' | 'revised' | 'withdrawn' | 'remapped' | 'relabelled';
  id: string | null;
  row: Row | null;
  replaces: string | null;
  listing: string;
  before: Labels | null;
  after: Labels | null;
  reason: string | null;
}
interface Labels {
  asset: string | null;
  symbol: string | null;
  name: string | null;
}

/** Every row of /data, with its version; null if that is gone. */
export async function exported(filter = ''): Promise<{ rows: Map<string, Row>; version: string } | null> {
  const answer = await ask(`/data?format=ndjson&decimals=string&${filter}`);
  if (answer.status === 410) return null;
  expect(answer.status).toBe(200);
  const lines = answer.text.split('\n').slice(0, -1);
  const rows = lines.map((line) => JSON.parse(line) as Row);
  return { rows: new Map(rows.map((row) => [row.id, row])), version: answer.header('X-Tape-Version') ?? '' };
}

/** A copy of a filter's rows that follows only /changes. */
export class Mirror {
  rows = new Map<string, Row>();
  readonly filter: string;
  #since: string | null = null;
  #cursor: string | null = null;

  constructor(filter = '') {
    this.filter = filter;
  }

  /** Starts again from an export, of now or of a past version. False if that version is gone. */
  async copy(as_of: string | null = null): Promise<boolean> {
    const found = await exported(as_of === null ? this.filter : `${this.filter}&as_of=${as_of}`);
    if (found !== null) [this.rows, this.#since, this.#cursor] = [found.rows, found.version, null];
    return found !== null;
  }

  /**
   * Reads one page: `end` if it was the last up to the version of the first page, `gone` if the copy must start
   * again.
   */
  async page(limit: number): Promise<'more' | 'end' | 'gone'> {
    const place =
      this.#cursor === null
        ? `${this.filter}${this.#since === null ? '' : `&since=${this.#since}`}`
        : `cursor=${this.#cursor}`;
    const answer = await ask(`/changes?limit=${limit}&decimals=string&${place}`);
    if (answer.status === 410) return 'gone';
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
    const { data, pagination, meta } = answer.page;
    for (const change of data as unknown as Change[]) this.#apply(change);
    this.#cursor = pagination.next_cursor;
    if (this.#cursor !== null) return 'more';
    this.#since = meta.complete_through as string;
    return 'end';
  }

  #apply({ change, id, row, replaces, listing, after }: Change): void {
    if (replaces !== null) this.rows.delete(replaces);
    if (change === 'withdrawn') this.rows.delete(id ?? '');
    else if (row !== null) this.rows.set(row.id, row);
    else
      for (const held of this.rows.values())
        if (`${held.source}:${held.external_id}` === listing)
          Object.assign(held, { asset: after?.asset, ticker: after?.symbol, name: after?.name });
  }
}
