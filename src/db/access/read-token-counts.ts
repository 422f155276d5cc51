import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { selectInstant } from '../sql/instant-text.ts';

/** The use of one read token since the last write. */
export interface ReadTokenUse {
  name: string;
  requests: number;
  /** Requests among them that were refused because there were too many. */
  limited: number;
}

const today = sql`(now() at time zone 'UTC')::date`;
const thisMonth = sql`date_trunc('month', now() at time zone 'UTC')::date`;

/**
 * The new value of a period: added to if the period is the same or later, restarted if the stored period was an
 * earlier one.
 */
const carriedOn = (period: SQL, of: SQL) =>
  sql`excluded.${of} + case when c.${period} >= excluded.${period} then c.${of} else 0 end`;

/** Adds to the counts, in one statement. */
export function addReadTokenUse(db: Db, uses: readonly ReadTokenUse[]) {
  const [day, month] = [sql`day`, sql`month`];
  return db.execute('access.count')(sql`
    insert into read_token_counts as c (name, requests, limited, first_at, last_at, day, day_requests, day_limited,
      month, month_requests, month_limited)
    select u.name, u.requests, u.limited, now(), now(), ${today}, u.requests, u.limited,
      ${thisMonth}, u.requests, u.limited
    from unnest(${sql.param(uses.map(({ name }) => name))}::text[],
      ${sql.param(uses.map(({ requests }) => requests))}::bigint[],
      ${sql.param(uses.map(({ limited }) => limited))}::bigint[]) as u (name, requests, limited)
    order by u.name
    on conflict (name) do update set
      requests = c.requests + excluded.requests, limited = c.limited + excluded.limited,
      last_at = greatest(c.last_at, excluded.last_at),
      day = greatest(c.day, excluded.day),
      day_requests = ${carriedOn(day, sql`day_requests`)}, day_limited = ${carriedOn(day, sql`day_limited`)},
      month = greatest(c.month, excluded.month),
      month_requests = ${carriedOn(month, sql`month_requests`)},
      month_limited = ${carriedOn(month, sql`month_limited`)}`);
}

/** Counts by day, by month (both UTC; zero if the present one has none) and in total. */
export interface ReadTokenCountsRow {
  name: string;
  requests_day: string;
  requests_month: string;
  requests_total: string;
  limited_day: string;
  limited_month: string;
  limited_total: string;
  first_at: Instant;
  last_at: Instant;
}

/** The counts of each name that ever read. */
export function listReadTokenCounts(db: Db) {
  const ifNow = (period: SQL, now: SQL, value: SQL) =>
    sql`case when ${period} = ${now} then ${value} else 0 end`;
  const inDay = (value: SQL) => ifNow(sql`day`, today, value);
  const inMonth = (value: SQL) => ifNow(sql`month`, thisMonth, value);
  return db.execute<ReadTokenCountsRow>('access.list-counts')(sql`
    select name, ${inDay(sql`day_requests`)} as requests_day, ${inMonth(sql`month_requests`)} as requests_month,
      requests as requests_total, ${inDay(sql`day_limited`)} as limited_day,
      ${inMonth(sql`month_limited`)} as limited_month, limited as limited_total,
      ${selectInstant('first_at')} as first_at, ${selectInstant('last_at')} as last_at
    from read_token_counts order by name`);
}
