import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';

export interface RawPayloadRow {
  r2_key: string;
  encoding: 'gzip' | 'identity';
  content_type: string | null;
  size_bytes: string;
  /** When retention gave them up; null while they are kept. */
  expired_at: Instant | null;
}

/** The present or former place of the bytes with this hash: one RawPayloadRow, or none if nobody ever sent them. */
export function findRawPayload(db: Db, sha256: string) {
  return db.execute<RawPayloadRow>('payloads.find')(sql`
    select r2_key, encoding, content_type, size_bytes, ${instantText('expired_at')} as expired_at
    from raw_payloads
    where sha256 = ${sha256}
    order by expired_at is not null, fetched_at
    limit 1`);
}
