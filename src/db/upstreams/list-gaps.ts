import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { type AssetRef, assetName, refListings, unknownRefs } from '../identity/asset-ref.ts';
import { instantText } from '../sql/instant-text.ts';
import { type GapCause, hoursIn } from './gaps.ts';

export const GAP_STATUSES = ['open', 'lost', 'fillable', 'partly_filled', 'filled'] as const;
export type GapStatus = (typeof GAP_STATUSES)[number];

/** The maximum number of a gap's coins that are named. */
export const FILLED_NAMED_MAX = 100;

export interface GapRow {
  id: string;
  source: string;
  endpoint: string;
  started_at: Instant;
  ended_at: Instant | null;
  seconds: string;
  every_minutes: number;
  cause: GapCause;
  error_code: string | null;
  status: GapStatus;
  coins: { wanted: number; asked: number; filled: number };
  /** Coins whose history was fetched, the first ones only; limited to the requested assets, if any. */
  filled: { asset: string; external_id: string; run_id: number; observations: number }[];
}

export interface GapFilter {
  sources: string[] | null;
  statuses: GapStatus[] | null;
  /** Gaps of endpoints that covered these assets before. */
  refs: AssetRef[] | null;
}

/** How many days back each source has history; a source without history is absent. */
export type HistoryDays = Readonly<Partial<Record<string, number>>>;

/** A gap of a page, with the number of matching gaps; an empty page is one row of nulls with the number. */
export type GapPageRow = { total: string; unknown_refs: string[] | null } & (GapRow | { id: null });

/** One page of gaps, newest first, after the gap `after`: at most `limit` GapPageRow rows. */
export function listGaps(
  db: Db,
  request: {
    filter: GapFilter;
    history_days: HistoryDays;
    now: Instant;
    limit: number;
    offset: number;
    after: number | null;
  },
) {
  const { filter, history_days, now, limit, offset, after } = request;
  return db.execute<GapPageRow>('gaps.page')(sql`
    with judged as (${judgedGaps(filter, history_days, now)})
    select total.total, ${unknownRefs(filter.refs)} as unknown_refs, page.*
    from (select count(*) as total from judged g where ${ofStatus(filter)}) total
    left join (
      select g.id, g.source, g.endpoint, ${instantText('g.started_at')} as started_at,
        ${instantText('g.ended_at')} as ended_at,
        floor(extract(epoch from coalesce(g.ended_at, ${now}::timestamptz) - g.started_at))::bigint as seconds,
        g.every_minutes, g.cause, g.error_code, g.status, g.filled,
        json_build_object('wanted', g.wanted, 'asked', g.asked, 'filled', g.coins_filled) as coins
      from judged g
      where ${ofStatus(filter)} and ${after === null ? sql`true` : sql`g.id < ${after}::bigint`}
      order by g.id desc
      limit ${limit}::int offset ${offset}::int
    ) page on true
    order by page.id desc`);
}

// A gap without an end is known to continue. A gap is filled when each coin that it should be filled for has a
// point for each hour; one point less is enough, because points are a little later than their hours. Hours that
// were requested in vain are lost.
const judgedGaps = (filter: GapFilter, history_days: HistoryDays, now: Instant): SQL => sql`
  select g.*, coalesce(fills.filled, '[]') as filled, coins.wanted, coins.asked, coalesce(fills.coins, 0) as coins_filled,
    case
      when g.ended_at is null then 'open'
      when fills.whole >= greatest(coins.wanted, 1) ${filter.refs === null ? sql`and coins.wanted > 0` : sql``} then 'filled'
      when fills.coins > 0 then 'partly_filled'
      when g.has_history and (coins.wanted = 0 or coins.asked < coins.wanted)
        and g.started_at > ${now}::timestamptz - make_interval(days => (${JSON.stringify(history_days)}::jsonb ->> g.source)::int)
        then 'fillable'
      else 'lost'
    end as status
  from gaps g
  cross join lateral (
    select count(*)::int as wanted, count(c.asked_at)::int as asked from gap_coins c
    where c.gap_id = g.id and ${ofListings(filter, sql`c.listing_id`)}
  ) coins
  left join lateral (
    select count(*)::int as coins, count(*) filter (where f.observations + 1 >= ${hoursIn})::int as whole,
      json_agg(json_build_object('asset', ${assetName('l')}, 'external_id', l.external_id,
        'run_id', f.run_id, 'observations', f.observations) order by f.nth) filter (where f.nth <= ${FILLED_NAMED_MAX}::int) as filled
    from (
      select f.*, row_number() over (order by c.place, f.listing_id) as nth
      from gap_fills f left join gap_coins c on c.gap_id = f.gap_id and c.listing_id = f.listing_id
      where f.gap_id = g.id and ${ofListings(filter, sql`f.listing_id`)}
    ) f
    join listings l on l.id = f.listing_id
  ) fills on true
  where ${filter.sources === null ? sql`true` : sql`g.source = any(${sql.param(filter.sources)}::text[])`}
    and ${filter.refs === null ? sql`true` : concerns(filter.refs)}`;

const ofListings = ({ refs }: GapFilter, listing: SQL): SQL =>
  refs === null ? sql`true` : sql`${listing} in (${refListings(refs)})`;

// An asset lacks data if the endpoint that covered it last before the gap is the one that fell silent.
const concerns = (refs: AssetRef[]): SQL => sql`exists (
  select from listings l
  cross join lateral (
    select o.raw_payload_id from observations o
    where o.listing_id = l.id and o.kind = 'spot' and o.observed_at <= g.started_at
      and not 'backfill' = any(o.flags)
    order by o.observed_at desc, o.revision desc
    limit 1
  ) last
  join raw_payloads p on p.id = last.raw_payload_id
  where l.source = g.source and l.id in (${refListings(refs)}) and p.endpoint = g.endpoint)`;

const ofStatus = ({ statuses }: GapFilter): SQL =>
  statuses === null ? sql`true` : sql`g.status = any(${sql.param(statuses)}::text[])`;
