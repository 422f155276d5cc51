import { sql } from 'drizzle-orm';
import type { SeenShape } from '../../domain/drift/seen-shapes.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';

/** If an endpoint has had more shapes than this, only the newest and the first are read. */
const SHAPES_MAX = 100;

export interface ShapeRow extends SeenShape {
  source: string;
}

/** All shapes of the endpoints of these sources: ShapeRow rows. */
export function listShapes(db: Db, sources: readonly string[]) {
  return db.execute<ShapeRow>('payloads.shapes')(sql`
    select s.source, s.endpoint, s.records, s.fields, ${instantText('s.first_seen_at')} as first_seen_at,
      ${instantText('s.last_seen_at')} as last_seen_at, p.sha256 as first_sha256, p.run_id::int as first_run_id
    from (
      select *, row_number() over (partition by source, endpoint order by last_seen_at desc) as newest,
        row_number() over (partition by source, endpoint order by first_seen_at) as oldest
      from payload_shapes where source = any(${sql.param(sources)}::text[])
    ) s join raw_payloads p on p.id = s.first_payload_id
    where s.newest <= ${SHAPES_MAX}::int or s.oldest = 1
    order by s.source, s.endpoint, s.first_seen_at`);
}
