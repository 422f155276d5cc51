import { sql } from 'drizzle-orm';
import { type CallsByPurpose, PURPOSES } from '../../domain/upstream/purpose.ts';
import type { LedgerPeriod, Period } from '../../domain/upstream/quota.ts';
import type { Db } from '../client.ts';

/** A period to count calls in, and the number of its calls that must be left in any case. */
export interface CountedPeriod extends LedgerPeriod {
  kept: number;
}

const periodRows = (periods: CountedPeriod[]) => sql`
  unnest(${sql.param(periods.map(({ period }) => period))}::text[],
    ${sql.param(periods.map(({ starts_at }) => starts_at.toISOString()))}::timestamptz[],
    ${sql.param(periods.map(({ calls_max }) => calls_max))}::bigint[],
    ${sql.param(periods.map(({ kept }) => kept))}::bigint[]) as w (period, starts_at, calls_max, kept)`;

/** Purposes with their calls, in the order in which scarce calls are assigned. */
function purposeRows(calls: CallsByPurpose) {
  const purposes = PURPOSES.filter((purpose) => (calls[purpose] ?? 0) > 0);
  return sql`
    unnest(${sql.param(purposes)}::text[], ${sql.param(purposes.map((purpose) => calls[purpose]))}::int[])
      with ordinality as i (purpose, calls, place)`;
}

/**
 * The previous count of one period of a reservation, and the number of reserved calls, which is the same in all
 * periods.
 */
export interface ReservedRow {
  period: Period;
  calls: string;
  granted: CallsByPurpose | null;
}

/**
 * Counts up to the wanted number of calls in every period before they are made, as many as all limits allow: one
 * ReservedRow per period. The source's row must be locked (lockUpstream), so two reservations never use the same
 * free calls. Deletes counts of minutes that are long past.
 */
export function reserveCalls(db: Db, source: string, periods: CountedPeriod[], wanted: CallsByPurpose) {
  return db.execute<ReservedRow>('ledger.reserve')(sql`
    with wanted as (
      select purpose, calls, sum(calls) over (order by place) - calls as before, sum(calls) over () as total
      from ${purposeRows(wanted)}
    ), spent as (
      select w.*, coalesce(c.calls, 0) as calls
      from ${periodRows(periods)}
      left join call_ledger c on c.source = ${source} and c.period = w.period and c.starts_at = w.starts_at
    ), room as (
      select min(greatest(calls_max - kept - calls, 0)) filter (where calls_max is not null) as room from spent
    ), granted as (
      select w.purpose, least(w.calls, greatest(coalesce(r.room, w.total) - w.before, 0))::int as calls
      from wanted w cross join room r
    ), counted as (
      insert into call_ledger as c (source, period, starts_at, calls, calls_max)
      select ${source}, s.period, s.starts_at, (select coalesce(sum(g.calls), 0) from granted g), s.calls_max
      from spent s
      on conflict (source, period, starts_at) do update
      set calls = c.calls + excluded.calls, calls_max = excluded.calls_max
    ), by_purpose as (
      insert into call_purposes as c (source, period, starts_at, purpose, calls)
      select ${source}, s.period, s.starts_at, g.purpose, g.calls
      from spent s cross join granted g
      where s.period <> 'minute' and g.calls > 0
      on conflict (source, period, starts_at, purpose) do update set calls = c.calls + excluded.calls
    ), cleared as (
      delete from call_ledger
      where source = ${source} and period = 'minute'
        and starts_at < (select min(starts_at) from spent where period = 'minute') - interval '1 hour'
    )
    select s.period, s.calls, (select json_object_agg(g.purpose, g.calls) from granted g) as granted from spent s`);
}

/**
 * Removes reserved calls that were not made from the periods in which they were counted. The source's row must be
 * locked (lockUpstream), as for a reservation, because neither statement has a fixed order of its row locks.
 */
export function returnCalls(db: Db, source: string, periods: CountedPeriod[], calls: CallsByPurpose) {
  return db.execute('ledger.return')(sql`
    with returned as (select purpose, calls from ${purposeRows(calls)}),
    periods as (select * from ${periodRows(periods)}),
    by_purpose as (
      update call_purposes c set calls = greatest(c.calls - r.calls, 0)
      from periods w cross join returned r
      where c.source = ${source} and c.period = w.period and c.starts_at = w.starts_at and c.purpose = r.purpose
    )
    update call_ledger c set calls = greatest(c.calls - (select coalesce(sum(calls), 0) from returned), 0)
    from periods w
    where c.source = ${source} and c.period = w.period and c.starts_at = w.starts_at`);
}
