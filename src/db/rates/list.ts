import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import type { PageHeader } from '../observations/page-header.ts';
import { selectInstant } from '../sql/instant-text.ts';
import { unseen, versionAt } from '../tape/scope.ts';
import { CURRENCIES, RATE_ROW, type RateRow, readingAt } from './reading.ts';

/** Without rates there is one row of nulls. */
export type RatePageRow = Pick<PageHeader, 'current_version' | 'version'> & { total: string } & (
    | RateRow
    | { [Key in keyof RateRow]: null }
  );

export interface RatesRequest {
  at: Instant;
  currencies: string[] | null;
  /** The last currency of the previous page. */
  after: string | null;
  version: Instant | null;
  limit: number;
  offset: number;
  seen: Instant | null;
}

/** One page of the rates of the last reading at or before a moment, by currency: RatePageRow rows. */
export function listRates(db: Db, request: RatesRequest) {
  const { at, version, after, limit, offset, seen } = request;
  return db.execute<RatePageRow>('rates.page')(sql`
    select ${selectInstant('v.current')} as current_version, ${selectInstant('v.version')} as version,
      coalesce(total.total, 0) as total, page.*
    from (${versionAt(version, { touched: sql`select t.rates_version` })}) v
    left join lateral (
      select * from (${readingAt(sql`${at}::timestamptz`, version)}) o where ${unseen(seen)}
    ) o on true
    left join lateral (select count(*) as total from ${CURRENCIES} where ${wanted(request)}) total on true
    left join lateral (
      select ${RATE_ROW} from ${CURRENCIES}
      where ${wanted(request)} and ${after === null ? sql`true` : sql`c.currency collate "C" > ${after}::text collate "C"`}
      order by c.currency collate "C"
      limit ${limit}::int offset ${offset}::int
    ) page on true
    order by page.currency collate "C"`);
}

const wanted = ({ currencies }: RatesRequest): SQL =>
  currencies === null ? sql`true` : sql`c.currency = any(${sql.param(currencies)}::text[])`;

/** The rate at one of several moments. `known` are the currencies of the newest reading, only on the first row. */
export type RateAtRow = { position: string; known: string[] | null } & (
  | RateRow
  | { [Key in keyof RateRow]: null }
);

/** The rates of one currency at some moments, in order: a RateAtRow for each. */
export function ratesAt(
  db: Db,
  { currency, moments, as_of }: { currency: string; moments: Instant[]; as_of: Instant | null },
) {
  return db.execute<RateAtRow>('rates.at')(sql`
    select m.position, newest.currencies as known, page.*
    from unnest(${sql.param(moments)}::timestamptz[]) with ordinality as m (at, position)
    left join lateral (${readingAt(sql`'infinity'::timestamptz`, as_of)}) newest on m.position = 1
    left join lateral (${readingAt(sql`m.at`, as_of)}) o on true
    left join lateral (
      select ${RATE_ROW} from ${CURRENCIES} where c.currency = ${currency}
    ) page on true
    order by m.position`);
}
