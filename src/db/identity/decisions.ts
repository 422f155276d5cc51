import { sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { askForResolution } from '../runs/tasks.ts';
import { instantText } from '../sql/instant-text.ts';
import { closeVersion, openVersion } from '../tape/version.ts';

export const DECISION_ACTIONS = ['confirm', 'reject', 'pin'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

export interface NewDecision {
  mapping_id: number;
  action: DecisionAction;
  /** Only for a pin: the asset of the listing. Null is the asset of the mapping. */
  asset_id: string | null;
  who: string;
  why: string;
}

export interface DecidedRow {
  /** Null if nothing was decided, because the mapping or the asset does not exist. */
  id: string | null;
  has_mapping: boolean;
  has_asset: boolean;
  decided_at: Instant | null;
  /** The asset of the request, or of the mapping. */
  asset_id: string | null;
}

/**
 * Stores a decision and marks the listing for the next resolution, which applies it (message `resolve`). A decision
 * is also possible on the listing of an ended mapping. Repeating the newest decision, for example after a lost
 * reply, has no effect. For a batch, whose last result is one DecidedRow: decisions on a listing take turns. Assets
 * show their decisions, so the tape gets a new version.
 */
export function insertDecision(db: Db, decision: NewDecision) {
  const turn = db.execute('identity.lock-listing')(sql`
    select from listings
    where id = (select listing_id from mappings where id = ${decision.mapping_id}::bigint) for update`);
  const decided = db.execute<DecidedRow>('identity.decide')(sql`
    with mapping as (
      select id, listing_id, coalesce(${decision.asset_id}::text, asset_id) as asset_id
      from mappings where id = ${decision.mapping_id}::bigint
    ), wish as (
      select m.id as mapping_id, m.listing_id, ${decision.action} as action, a.id as asset_id,
        ${decision.who} as who, ${decision.why} as why
      from mapping m join assets a on a.id = m.asset_id
    ), same as (
      select d.id, d.decided_at
      from wish w cross join lateral (
        select * from decisions where listing_id = w.listing_id order by id desc limit 1
      ) d
      where d.undone_at is null and (d.mapping_id, d.action, d.asset_id, d.who, d.why) = (w.mapping_id, w.action, w.asset_id, w.who, w.why)
    ), decided as (
      insert into decisions (mapping_id, listing_id, action, asset_id, who, why, decided_at)
      select *, clock_timestamp() from wish where not exists (select from same)
      returning id, listing_id, decided_at
    ), marked as (
      update listings set is_resolved = false where id in (select listing_id from decided)
    ), kept as (
      select id, decided_at from decided union all select id, decided_at from same
    ), asked as (${askForResolution(sql`kept`)}),
    version as (${closeVersion(sql`exists (select from decided)`)})
    select (select id from kept) as id, exists (select from mapping) as has_mapping,
      exists (select from wish) as has_asset,
      (select ${instantText('decided_at')} from kept) as decided_at, (select asset_id from mapping) as asset_id`);
  return [openVersion(db, { changed: 'mappings' }), turn, decided] as const;
}

export interface DecisionRow {
  id: string;
  mapping_id: string;
  action: DecisionAction;
  asset_id: string;
  who: string;
  why: string;
  decided_at: Instant;
}

export interface UndoneRow {
  /** Null if the mapping has no such decision. */
  undone_at: Instant | null;
}

/**
 * Undoes a decision, once, and marks its listing for the next resolution. For a batch, whose last result is one
 * UndoneRow.
 */
export function undoDecision(
  db: Db,
  undo: { mapping_id: number; decision: number; who: string; why: string },
) {
  const undone = db.execute<UndoneRow>('identity.undo-decision')(sql`
    with undone as (
      update decisions set undone_at = clock_timestamp(), undone_by = ${undo.who}, undone_why = ${undo.why}
      where id = ${undo.decision}::bigint and mapping_id = ${undo.mapping_id}::bigint and undone_at is null
      returning listing_id, undone_at
    ), marked as (
      update listings set is_resolved = false where id in (select listing_id from undone)
    ), found as (
      select id from decisions where id = ${undo.decision}::bigint and mapping_id = ${undo.mapping_id}::bigint
    ), asked as (${askForResolution(sql`found`)}),
    version as (${closeVersion(sql`exists (select from undone)`)})
    select coalesce((select ${instantText('undone_at')} from undone), (
      select ${instantText('undone_at')} from decisions
      where id = ${undo.decision}::bigint and mapping_id = ${undo.mapping_id}::bigint
    )) as undone_at`);
  return [openVersion(db, { changed: 'mappings' }), undone] as const;
}
