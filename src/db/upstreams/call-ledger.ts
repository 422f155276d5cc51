import { sql } from 'drizzle-orm';
import type { LedgerPeriod, Period } from '../../domain/upstream/quota.ts';
import type { Db } from '../client.ts';

const periodRows = (periods: LedgerPeriod[]) => sql`
  unnest(${sql.param(periods.map(({ period }) => period))}::text[],
    ${sql.param(periods.map(({ starts_at }) => starts_at.toISOString()))}::timestamptz[],
    ${sql.param(periods.map(({ calls_max }) => calls_max))}::bigint[]) as w (period, starts_at, calls_max)`;

/** What one period of a reservation had before it, and what the reservation got in all of them. */
export interface ReservedRow {
  period: Period;
  calls: string;
  granted: number;
}

/**
 * Counts up to `wanted` calls in every period, as many as all of their limits allow, before they are made:
 * one ReservedRow per period. The source's row must be locked (lockUpstream), so that two reservations never
 * count on the same room. Minutes that are long past are cleared away.
 */
export function reserveCalls(db: Db, source: string, periods: LedgerPeriod[], wanted: number) {
  return db.execute<ReservedRow>('ledger.reserve')(sql`
    with spent as (
      select w.*, coalesce(c.calls, 0) as calls
      from ${periodRows(periods)}
      left join call_ledger c on c.source = ${source} and c.period = w.period and c.starts_at = w.starts_at
    ), room as (
      select least(${wanted}::int, min(greatest(coalesce(calls_max - calls, ${wanted}::int), 0)))::int as granted
      from spent
    ), counted as (
      insert into call_ledger as c (source, period, starts_at, calls, calls_max)
      select ${source}, s.period, s.starts_at, r.granted, s.calls_max from spent s cross join room r
      on conflict (source, period, starts_at) do update
      set calls = c.calls + excluded.calls, calls_max = excluded.calls_max
    ), cleared as (
      delete from call_ledger
      where source = ${source} and period = 'minute'
        and starts_at < (select min(starts_at) from spent where period = 'minute') - interval '1 hour'
    )
    select s.period, s.calls, r.granted from spent s cross join room r`);
}

/** Takes reserved calls that were not made back out of the periods they were counted in. */
export function returnCalls(db: Db, source: string, periods: LedgerPeriod[], calls: number) {
  return db.execute('ledger.return')(sql`
    update call_ledger c set calls = greatest(c.calls - ${calls}::int, 0)
    from ${periodRows(periods)}
    where c.source = ${source} and c.period = w.period and c.starts_at = w.starts_at`);
}
