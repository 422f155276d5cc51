import { sql } from 'drizzle-orm';
import type { FieldShape } from '../../domain/drift/shape.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { keptObject } from '../payloads/kept-object.ts';
import { instantText } from '../sql/instant-text.ts';
import { RUN_ROW, type RunRow } from './list.ts';

/** A reply of a run that was read and committed, with its profile. */
export interface ComparedReply {
  endpoint: string;
  fetched_at: Instant;
  sha256: string;
  size_bytes: number;
  r2_key: string;
  encoding: 'gzip' | 'identity';
  expired_at: Instant | null;
  poll_top: number | null;
  /** Null for replies from before profiles existed, and for files. */
  records: number | null;
  unknowns: Record<string, number> | null;
  fields: FieldShape[] | null;
}

export type ComparedRunRow = RunRow & { replies: ComparedReply[] };

/** Two runs with their replies: ComparedRunRow rows, one for each id that is a run. */
export function listComparedRuns(db: Db, ids: [number, number]) {
  return db.execute<ComparedRunRow>('runs.compare')(sql`
    select ${RUN_ROW}, (
      select coalesce(json_agg(json_build_object('endpoint', p.endpoint, 'fetched_at', ${instantText('p.fetched_at')},
        'sha256', p.sha256, 'size_bytes', p.size_bytes, 'r2_key', coalesce(kept.r2_key, p.r2_key),
        'encoding', p.encoding,
        'expired_at', case when kept.r2_key is null then ${instantText('p.expired_at')} end,
        'poll_top', p.poll_top, 'records', p.records, 'unknowns', p.unknowns, 'fields', s.fields) order by p.id), '[]')
      from raw_payloads p
      left join lateral (${keptObject}) kept on true
      left join payload_shapes s
        on s.source = p.source and s.endpoint = p.endpoint and s.fingerprint = p.shape
      where p.run_id = r.id and p.loaded_at is not null
    ) as replies
    from runs r where r.id = any(${sql.param(ids)}::bigint[])`);
}
