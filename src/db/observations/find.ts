import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { ObservationKey } from '../../domain/observation-id.ts';
import type { Db } from '../client.ts';
import { mayBeThinned, RETAINED, type Retained } from '../retention/horizon.ts';
import { selectInstant } from '../sql/instant-text.ts';
import { unseen, versionAt } from '../tape/scope.ts';
import { OBSERVATION_ROW, type ObservationRow } from './row.ts';

export type RevisionRow = { current_version: Instant; may_be_thinned: boolean } & Retained &
  (ObservationRow | { listing_id: null });

/** The newest version that affected an observation: shown by its revisions, and independent of other polls. */
export const touchedRevisions = (key: ObservationKey): SQL => sql`
  select max(greatest(o.known_at, o.superseded_at))
  from listings l join observations o on o.listing_id = l.id
  where l.source = ${key.source} and l.external_id = ${key.external_id}
    and o.kind = ${key.kind} and o.observed_at = ${key.observed_at}::timestamptz`;

/** All revisions of one observation, newest first: RevisionRow rows, one of nulls if there is none. */
export function findRevisions(db: Db, key: ObservationKey, seen: Instant | null) {
  return db.execute<RevisionRow>('observations.revisions')(sql`
    select ${selectInstant('v.current')} as current_version, ${RETAINED},
      case when found.listing_id is null or found.revision > ${key.revision}::int then ${mayBeThinned(key)} else false end
        as may_be_thinned,
      found.*
    from (${versionAt(null, { touched: touchedRevisions(key) })}) v
    left join lateral (
      select ${OBSERVATION_ROW}
      from listings l join observations o on o.listing_id = l.id
      where l.source = ${key.source} and l.external_id = ${key.external_id}
        and o.kind = ${key.kind} and o.observed_at = ${key.observed_at}::timestamptz and ${unseen(seen)}
    ) found on true
    order by found.revision desc`);
}
