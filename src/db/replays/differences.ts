import { sql } from 'drizzle-orm';
import { FIGURES, type Figures } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag, Kind } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';

/** One difference of a replay: the present row (`old_…`) and the row that would replace it. */
export type DifferenceRow = Figures & { [Figure in keyof Figures as `old_${Figure}`]: Figures[Figure] } & {
  source: string;
  external_id: string;
  kind: Kind;
  observed_at: Instant;
  change: 'changed' | 'new' | 'gone';
  revision: number | null;
  flags: Flag[] | null;
  old_flags: Flag[] | null;
  pointer: string;
  sha256: string;
  outcome: 'promoted' | 'passed_over' | null;
};

/** The first differences of a replay, ordered by key: DifferenceRow rows. */
export function listDifferences(db: Db, replayId: number, limit: number) {
  const columns = sql.raw(FIGURES.map((figure) => `d.${figure}, o.${figure} as old_${figure}`).join(', '));
  return db.execute<DifferenceRow>('replays.differences')(sql`
    select d.source, d.external_id, d.kind, ${instantText('d.observed_at')} as observed_at, d.change, d.revision,
      d.flags, o.flags as old_flags, d.pointer, p.sha256, d.outcome, ${columns}
    from (
      select * from replay_differences
      where replay_id = ${replayId}::bigint
      order by source, external_id, kind, observed_at
      limit ${limit}::int
    ) d
    join raw_payloads p on p.id = d.raw_payload_id
    left join listings l on l.source = d.source and l.external_id = d.external_id
    left join observations o on o.listing_id = l.id and o.kind = d.kind and o.observed_at = d.observed_at
      and o.revision = d.revision
    order by d.source, d.external_id, d.kind, d.observed_at`);
}
