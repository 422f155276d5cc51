import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { ObservationKey } from '../../domain/observation-id.ts';
import { bucketStart } from '../candles/follow.ts';
import type { Db } from '../client.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** The effects of retention so far, which reads must know. */
export interface Retained {
  /** Only rows that were observed and known before it may be thinned; null: none. */
  horizon: Instant | null;
  /** The last version of the tape that lost a row. */
  removed_at: Instant | null;
}

/** The select list of Retained from `v`, a versionAt. */
export const RETAINED: SQL = sql`${selectInstant('v.horizon')} as horizon, ${selectInstant('v.removed_at')} as removed_at`;

/** Records that maintenance has finished. */
export function finishMaintenance(db: Db) {
  return db.execute('retention.finish-maintenance')(
    sql`update retention set maintained_at = clock_timestamp()`,
  );
}

/**
 * Whether thinning would remove a spot row at an instant if it existed: its hour (or day, in the range thinned by
 * day) has a later row. All three are SQL.
 */
export const isThinnedAway = (source: SQL, listing_id: SQL, observed_at: string): SQL => sql`exists (
  select from thinnings t join observations o
    on o.listing_id = ${listing_id} and o.kind = 'spot' and o.observed_at > ${sql.raw(observed_at)}
    and o.observed_at < case t.unit
      when 'day' then ${bucketStart('day', observed_at)} + interval '1 day'
      else ${bucketStart('hour', observed_at)} + interval '1 hour' end
    and o.superseded_at is null
  where t.source = ${source} and ${sql.raw(observed_at)} < t.horizon)`;

/** Whether thinning may have removed a missing revision. For a select list. */
export const mayBeThinned = (key: ObservationKey): SQL => sql`coalesce((
  select ${isThinnedAway(sql`l.source`, sql`l.id`, 'k.observed_at')} or (
    k.observed_at < (select horizon from retention) and exists (
      select from observations o
      where o.listing_id = l.id and o.kind = 'spot' and o.observed_at = k.observed_at
        and o.revision > ${key.revision}::int))
  from listings l cross join (select ${key.observed_at}::timestamptz as observed_at) k
  where l.source = ${key.source} and l.external_id = ${key.external_id} and ${key.kind}::text = 'spot'), false)`;

/**
 * Flags the rows of this transaction that came after the candle of their hour or day was frozen and are missing in
 * it. Must follow every statement that writes spot rows of polled sources; the tape must be locked.
 */
export function flagAfterThinning(db: Db) {
  return db.execute('retention.flag-after-thinning')(sql`
    with late as materialized (
      select o.* from retention r cross join tape_version v cross join thinnings t
      cross join lateral (
        select o.listing_id, o.observed_at, o.revision from observations o
        where o.source = t.source and o.kind = 'spot' and o.known_at = v.next_version
          and o.observed_at < r.horizon and not 'after_thinning' = any(o.flags)
        offset 0 -- one index range, whatever the planner expects
      ) o
      where t.unit = 'hour' and r.horizon is not null and (${isFrozen('1h')} or ${isFrozen('1d')})
    ), flagged as (
      update observations o set flags = array_append(o.flags, 'after_thinning')
      from late
      where o.listing_id = late.listing_id and o.kind = 'spot' and o.observed_at = late.observed_at
        and o.revision = late.revision
      returning o.listing_id, o.observed_at, o.revision, o.flags
    )
    update latest_observations l set flags = f.flags
    from flagged f
    where l.listing_id = f.listing_id and l.observed_at = f.observed_at and l.revision = f.revision`);
}

const isFrozen = (interval: '1h' | '1d'): SQL => sql`exists (
  select from candles k
  where k.listing_id = o.listing_id and k.interval = ${interval}
    and k.open_time = ${bucketStart(interval === '1h' ? 'hour' : 'day', 'o.observed_at')} and k.frozen)`;
