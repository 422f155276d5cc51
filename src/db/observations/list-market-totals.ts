import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import { unseen, versionAt } from '../tape/scope.ts';
import type { PageHeader } from './page-header.ts';
import type { PageRequest } from './page-request.ts';
import { visibleAt } from './row.ts';

export interface MarketTotalsRow {
  source: string;
  observed_at: Instant;
  known_at: Instant;
  market_cap_usd: Decimal | null;
  volume_24h_usd: Decimal | null;
  bitcoin_dominance_percent: Decimal | null;
  market_cap_change_24h_percent: Decimal | null;
  assets_count: number | null;
  flags: Flag[];
}

export type MarketTotalsPageRow = Pick<PageHeader, 'current_version' | 'version'> & {
  total: string;
  position: string | null;
} & (MarketTotalsRow | { source: null });

export interface MarketTotalsRequest extends Omit<PageRequest, 'count' | 'as_of'> {
  sources: string[] | null;
  observed_from: Instant | null;
  /** Exclusive. */
  observed_before: Instant | null;
  after: { observed_at: Instant; source: string } | null;
}

/** One page of whole-market readings as of one version, newest first: MarketTotalsPageRow rows. */
export function listMarketTotals(db: Db, request: MarketTotalsRequest) {
  return db.execute<MarketTotalsPageRow>('observations.market-totals')(sql`
    select ${instantText('v.current')} as current_version, ${instantText('v.version')} as version, total.total,
      page.*
    from (${versionAt(request.version, { touched: sql`select t.totals_version` })}) v
    cross join lateral (
      select count(*) as total from market_totals o where ${conditions(request)} and ${unseen(request.seen)}
    ) total
    left join lateral (
      select o.source, ${instantText('o.observed_at')} as observed_at, ${instantText('o.known_at')} as known_at,
        o.market_cap_usd, o.volume_24h_usd, o.bitcoin_dominance_percent, o.market_cap_change_24h_percent,
        o.assets_count, o.flags, row_number() over (order by o.observed_at desc, o.source desc) as position
      from market_totals o
      where ${conditions(request)} and ${unseen(request.seen)} and ${behind(request)}
      order by o.observed_at desc, o.source desc, o.revision desc
      limit ${request.limit}::int offset ${request.offset}::int
    ) page on true
    order by page.position`);
}

const conditions = ({ version, sources, observed_from, observed_before }: MarketTotalsRequest): SQL =>
  sql.join(
    [
      visibleAt(version),
      ...(sources ? [sql`o.source = any(${sql.param(sources)}::text[])`] : []),
      ...(observed_from ? [sql`o.observed_at >= ${observed_from}::timestamptz`] : []),
      ...(observed_before ? [sql`o.observed_at < ${observed_before}::timestamptz`] : []),
    ],
    sql` and `,
  );

const behind = ({ after }: MarketTotalsRequest): SQL =>
  after === null
    ? sql`true`
    : sql`(o.observed_at, o.source) < (${after.observed_at}::timestamptz, ${after.source}::text)`;
