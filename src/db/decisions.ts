import { sql } from 'drizzle-orm';
import type { Instant } from '../domain/instant.ts';
import type { Db } from './client.ts';
import { instantText } from './instant-text.ts';

export const DECISION_ACTIONS = ['confirm', 'reject', 'pin'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

export interface NewDecision {
  mapping_id: number;
  action: DecisionAction;
  /** Only of a pin: the asset the listing is. Null is the asset of the mapping. */
  asset_id: string | null;
  who: string;
  why: string;
}

export interface DecidedRow {
  /** Null when nothing was decided: the mapping or the asset does not exist. */
  id: string | null;
  has_mapping: boolean;
  has_asset: boolean;
  decided_at: Instant | null;
  /** Of the wish or of the mapping. */
  asset_id: string | null;
}

/**
 * Keeps a decision and marks the listing for the next resolution, which carries it out (message `resolve`).
 * The listing of a mapping that has ended can be decided on too. One DecidedRow.
 */
export function insertDecision(db: Db, decision: NewDecision) {
  return db.execute(sql`
    with mapping as (
      select id, listing_id, coalesce(${decision.asset_id}::text, asset_id) as asset_id
      from mappings where id = ${decision.mapping_id}::bigint
    ), decided as (
      insert into decisions (mapping_id, listing_id, action, asset_id, who, why, decided_at)
      select m.id, m.listing_id, ${decision.action}, a.id, ${decision.who}, ${decision.why}, clock_timestamp()
      from mapping m join assets a on a.id = m.asset_id
      returning id, listing_id, decided_at
    ), marked as (
      update listings set is_resolved = false where id in (select listing_id from decided)
    )
    select (select id from decided) as id, exists (select from mapping) as has_mapping,
      exists (select from mapping m join assets a on a.id = m.asset_id) as has_asset,
      (select ${instantText('decided_at')} from decided) as decided_at, (select asset_id from mapping) as asset_id`);
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
