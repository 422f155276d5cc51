import { sql } from 'drizzle-orm';
import type { Db } from './client.ts';

export interface RawPayloadRow {
  r2_key: string;
  encoding: 'gzip' | 'identity';
  content_type: string | null;
  size_bytes: string;
}

/** Where the bytes with this hash lie: one RawPayloadRow, or none. */
export function findRawPayload(db: Db, sha256: string) {
  return db.execute(sql`
    select r2_key, encoding, content_type, size_bytes from raw_payloads
    where sha256 = ${sha256}
    order by fetched_at
    limit 1`);
}
