import { sql } from 'drizzle-orm';
import type { Deps } from '../../src/deps.ts';
import { importFile } from '../../src/ingest/files/import.ts';
import { consume } from '../../src/ingest/queue/consume.ts';
import { rows, testDeps } from './deps.ts';

/** Reads an upload to its end, in as many slices as a slow machine takes. */
export async function readWhole(upload_id: string, deps: Deps = testDeps()): Promise<void> {
  for (;;) {
    const outcome = await importFile(deps, { upload_id });
    if (outcome === 'done') return;
    if (outcome !== 'continue') await rows(sql`update leases set expires_at = '-infinity'`);
  }
}

/** Delivers messages until an upload has ended, like the queue, including the messages that they cause. */
export async function importAll(upload_id: string, replaced: Partial<Deps> = {}): Promise<void> {
  const messages: unknown[] = [];
  const queue = { send: async (message: unknown) => void messages.push(message) } as unknown as Queue;
  const deps = testDeps({ queue, ...replaced });
  await readWhole(upload_id, deps);
  await deliver(messages, deps);
}

/** Delivers messages, and those that they cause. */
export async function deliver(messages: unknown[], deps: Deps): Promise<void> {
  for (let body = messages.shift(); body !== undefined; body = messages.shift()) {
    const again = body;
    const retry = () => void messages.push(again);
    await consume(deps, { id: '1', attempts: 1, body, ack: () => {}, retry });
  }
}

export interface EndedUpload {
  status: string;
  error_code: string | null;
  error_message: string | null;
  run: string;
  read: number;
  inserted: number;
  duplicate: number;
  rejected: number;
}

/** The state of an upload, with the counts of its run. */
export async function uploadRow(id: string): Promise<EndedUpload | undefined> {
  const [row] = await rows<EndedUpload>(sql`
    select u.status, u.error_code, u.error_message, r.status as run, r.rows_read::int as read,
      r.rows_inserted::int as inserted, r.rows_duplicate::int as duplicate, r.rows_rejected::int as rejected
    from uploads u join runs r on r.id = u.run_id where u.id = ${id}`);
  return row;
}
