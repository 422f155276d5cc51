import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { ObservationKey } from '../../domain/observation-id.ts';
import type { Db } from '../client.ts';
import { touchedRevisions } from '../observations/find.ts';
import { OBSERVATION_ROW, type ObservationRow } from '../observations/row.ts';
import { mayBeThinned, RETAINED, type Retained } from '../retention/horizon.ts';
import { selectInstant } from '../sql/instant-text.ts';
import { type Scope, unseen, versionAt } from '../tape/scope.ts';
import { ORIGIN, type OriginFacts, originOf } from './origin.ts';

/** One revision with the path to its bytes, and its successor. */
export interface ProvableRow extends ObservationRow, OriginFacts {
  pointer: string;
  normalizer_version: number;
  upload_id: string | null;
  /** How every row of the upload is read (CsvPlan); null for a reply of an upstream. */
  plan: unknown;
  /** The revision that replaced it at superseded_at; null if there is none. */
  successor_revision: number | null;
  /** Whether the successor restores the revision that this one had replaced. */
  successor_is_older: boolean | null;
  /** Whether the successor reads the same record again. */
  successor_is_replay: boolean | null;
}

export type ProofRow = { current_version: Instant; may_be_thinned: boolean } & Retained &
  (ProvableRow | { listing_id: null });

/** The scope of its revisions. Expired bytes return when the same bytes are fetched again. */
const scopeOf = (key: ObservationKey): Scope => ({
  touched: touchedRevisions(key),
  unless: sql`exists (
    select from listings l join observations o on o.listing_id = l.id join raw_payloads p on p.id = o.raw_payload_id
    where l.source = ${key.source} and l.external_id = ${key.external_id} and o.kind = ${key.kind}
      and o.observed_at = ${key.observed_at}::timestamptz and p.expired_at is not null)`,
});

/** One revision with its origin: one ProofRow, with nulls if there is no such revision. */
export function findProof(db: Db, key: ObservationKey, seen: Instant | null) {
  return db.execute<ProofRow>('payloads.proof')(sql`
    select ${selectInstant('v.current')} as current_version, ${RETAINED},
      case when found.listing_id is null then ${mayBeThinned(key)} else false end as may_be_thinned, found.*
    from (${versionAt(null, scopeOf(key))}) v
    left join lateral (
      select ${OBSERVATION_ROW}, o.pointer, o.normalizer_version, ${ORIGIN},
        u.id as upload_id, u.plan, s.revision as successor_revision,
        s.raw_payload_id = o.raw_payload_id and s.pointer = o.pointer as successor_is_replay,
        exists (
          select from observations e
          where e.listing_id = o.listing_id and e.kind = o.kind and e.observed_at = o.observed_at
            and e.revision < o.revision and e.raw_payload_id = s.raw_payload_id and e.pointer = s.pointer
        ) as successor_is_older
      from listings l join observations o on o.listing_id = l.id ${originOf('o')}
      left join uploads u on u.raw_payload_id = p.id
      left join observations s on s.listing_id = o.listing_id and s.kind = o.kind
        and s.observed_at = o.observed_at and s.revision = o.revision + 1 and s.known_at = o.superseded_at
      where l.source = ${key.source} and l.external_id = ${key.external_id} and o.kind = ${key.kind}
        and o.observed_at = ${key.observed_at}::timestamptz and o.revision = ${key.revision}::int
        and ${unseen(seen)}
    ) found on true`);
}
