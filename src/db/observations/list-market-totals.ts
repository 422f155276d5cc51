import { type SQL, sql } from 'drizzle-orm';
import type { Decimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Flag } from '../../domain/observation.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';
import { pinnedVersion, unseen } from './page.ts';
import type { PageFrame } from './page-frame.ts';
import type { PageWish } from './page-request.ts';
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

export type MarketTotalsPageRow = Pick<PageFrame, 'current_version' | 'version'> & { total: string } & (
    | MarketTotalsRow
    | { source: null }
  );

export interface MarketTotalsWish extends Omit<PageWish, 'count' | 'as_of'> {
  sources: string[] | null;
  observed_from: Instant | null;
  /** Exclusive. */
  observed_before: Instant | null;
  after: { observed_at: Instant; source: string } | null;
}

/** One page of whole-market readings as of one version, newest first: MarketTotalsPageRow rows. */
export function listMarketTotals(db: Db, wish: MarketTotalsWish) {
  return db.execute<MarketTotalsPageRow>('observations.market-totals')(sql`
    select ${instantText('v.current')} as current_version, ${instantText('v.version')} as version, total.total,
      page.*
    from (${pinnedVersion(wish.pin)}) v
    cross join lateral (
      select count(*) as total from market_totals o where ${conditions(wish)} and ${unseen(wish.seen)}
    ) total
    left join lateral (
      select o.source, ${instantText('o.observed_at')} as observed_at, ${instantText('o.known_at')} as known_at,
        o.market_cap_usd, o.volume_24h_usd, o.bitcoin_dominance_percent, o.market_cap_change_24h_percent,
        o.assets_count, o.flags, row_number() over (order by o.observed_at desc, o.source desc) as position
      from market_totals o
      where ${conditions(wish)} and ${unseen(wish.seen)} and ${behind(wish)}
      order by o.observed_at desc, o.source desc, o.revision desc
      limit ${wish.limit}::int offset ${wish.offset}::int
    ) page on true
    order by page.position`);
}

const conditions = ({ pin, sources, observed_from, observed_before }: MarketTotalsWish): SQL =>
  sql.join(
    [
      visibleAt(pin),
      ...(sources ? [sql`o.source = any(${sql.param(sources)}::text[])`] : []),
      ...(observed_from ? [sql`o.observed_at >= ${observed_from}::timestamptz`] : []),
      ...(observed_before ? [sql`o.observed_at < ${observed_before}::timestamptz`] : []),
    ],
    sql` and `,
  );

const behind = ({ after }: MarketTotalsWish): SQL =>
  after === null
    ? sql`true`
    : sql`(o.observed_at, o.source) < (${after.observed_at}::timestamptz, ${after.source}::text)`;
