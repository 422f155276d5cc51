import { sql } from 'drizzle-orm';
import type { DriftStatus } from '../../domain/drift/field-drift.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';

/** A changed field that counts as usual from `accepted_at` on. */
export interface AcceptanceRow {
  id: string;
  source: string;
  contract: string;
  field: string;
  status: DriftStatus;
  was: string;
  became: string;
  accepted_at: Instant;
}

const ACCEPTANCE = sql`a.id, a.source, a.contract, a.field, a.status, a.was, a.became,
  ${instantText('a.accepted_at')} as accepted_at`;

/** The accepted changes of these sources: AcceptanceRow rows. */
export function listAcceptances(db: Db, sources: readonly string[]) {
  return db.execute<AcceptanceRow>('payloads.acceptances')(sql`
    select ${ACCEPTANCE} from drift_acceptances a where a.source = any(${sql.param(sources)}::text[]) order by a.id`);
}

/**
 * Makes a change usual: the field, with its inner fields, is no longer lost, and its present share is the usual
 * one. Returns one AcceptanceRow.
 */
export function acceptDrift(db: Db, drift: Omit<AcceptanceRow, 'accepted_at'>) {
  const { id, source, contract, field, status, was, became } = drift;
  return db.execute<AcceptanceRow>('payloads.accept-drift')(sql`
    with a as (
      insert into drift_acceptances (id, source, contract, field, status, was, became, accepted_at)
      values (${id}, ${source}, ${contract}, ${field}, ${status}, ${was}, ${became}, clock_timestamp())
      on conflict (id) do update
      set was = excluded.was, became = excluded.became, accepted_at = excluded.accepted_at
      returning *
    ), accepted as (
      delete from lost_fields l
      where l.source = ${source} and l.contract = ${contract}
        and (l.field = ${field} or starts_with(l.field, ${`${field}.`}))
      returning l.endpoint, l.field, l.share
    ), usual as (
      update usual_shares u set shares = u.shares || a.shares
      from (select endpoint, jsonb_object_agg(field, share) as shares from accepted group by endpoint) a
      where u.source = ${source} and u.endpoint = a.endpoint
    )
    select ${ACCEPTANCE} from a`);
}
