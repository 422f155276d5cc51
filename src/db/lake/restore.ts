import { sql } from 'drizzle-orm';
import { FIGURES, type Figures } from '../../domain/figures.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Kind } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { appendRows } from '../observations/append.ts';
import { follow } from '../observations/follow.ts';
import { columnsOf } from '../sql/column-list.ts';
import { closeVersion } from '../tape/version.ts';

/** A row as it was before thinning. */
export interface RestoredRow extends Figures {
  source: string;
  external_id: string;
  kind: Kind;
  observed_at: Instant;
  revision: number;
  known_at: Instant;
  superseded_at: Instant | null;
  raw_payload_id: string;
  pointer: string;
  run_id: string;
  normalizer_version: number;
  flags: string[];
}

const GIVEN = sql.raw(
  `source text, external_id text, kind text, observed_at timestamptz, revision int, known_at timestamptz,
  superseded_at timestamptz, raw_payload_id bigint, pointer text, run_id bigint, normalizer_version smallint,
  flags text[], ${FIGURES.map((figure) => `${figure} numeric`).join(', ')}`,
);

/**
 * Restores rows that thinning removed, with their former ids and versions. Existing rows do not change. Their
 * candles were kept. One row `{ restored }`. The tape must be locked (openVersion).
 */
export function restoreRows(db: Db, rows: RestoredRow[]) {
  return db.execute<{ restored: string }>('lake.restore')(sql`
    with given as (
      select l.id as listing_id, g.* from json_to_recordset(${JSON.stringify(rows)}::json) as g (${GIVEN})
      join listings l on l.source = g.source and l.external_id = g.external_id
    ),
    restored as (
      ${appendRows(
        columnsOf(
          [
            'listing_id',
            'kind',
            'observed_at',
            'revision',
            'source',
            'known_at',
            'superseded_at',
            ...FIGURES,
            'raw_payload_id',
            'pointer',
            'run_id',
            'normalizer_version',
            'flags',
          ],
          'g',
        ),
        sql`from given g`,
      )}
      on conflict do nothing
      returning listing_id, kind, source, observed_at, superseded_at is null as is_current
    ),
    changes as (
      select listing_id, kind, source, count(*) filter (where is_current) as observations, count(*) as revisions,
        min(observed_at) as first_observed_at, max(observed_at) as last_observed_at
      from restored
      group by listing_id, kind, source
    ),
    ${follow({ counts: sql`from changes t`, added: null, altered: sql`(select listing_id, observed_at from restored where false)` })},
    retained as (
      update retention set rows_removed = greatest(rows_removed - (select count(*) from restored), 0)
      where exists (select from restored)
    ),
    version as (${closeVersion(sql`exists (select from restored)`)})
    select count(*) as restored from restored`);
}
