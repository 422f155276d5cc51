import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { type AssetRef, assetName, refListings, unknownRefs } from '../identity/asset-ref.ts';
import { instantText } from '../sql/instant-text.ts';
import type { GapCause } from './gaps.ts';

export const GAP_STATUSES = ['open', 'lost', 'fillable', 'partly_filled', 'filled'] as const;
export type GapStatus = (typeof GAP_STATUSES)[number];

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
  /** Coins whose history was fetched; of the asked assets only, when some were. */
  filled: { asset: string; external_id: string; run_id: number; observations: number }[];
}

export interface GapFilter {
  sources: string[] | null;
  statuses: GapStatus[] | null;
  /** Gaps of endpoints that gave these assets before. */
  refs: AssetRef[] | null;
}

/** How many days back sources give history; one without history is absent. */
export type HistoryDays = Readonly<Partial<Record<string, number>>>;

/** A gap of a page, with the number of matching gaps; an empty page is one row of nulls with the number. */
export type GapPageRow = { total: string; unknown_refs: string[] | null } & (GapRow | { id: null });

/** One page of gaps, newest first, behind the gap `after`: GapPageRow rows, `limit` at most. */
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
        g.every_minutes, g.cause, g.error_code, g.status, g.filled
      from judged g
      where ${ofStatus(filter)} and ${after === null ? sql`true` : sql`g.id < ${after}::bigint`}
      order by g.id desc
      limit ${limit}::int offset ${offset}::int
    ) page on true
    order by page.id desc`);
}

// A gap without an end is known to last; one with a history within reach can be filled, coin by coin.
const judgedGaps = (filter: GapFilter, history_days: HistoryDays, now: Instant): SQL => sql`
  select g.*, coalesce(fills.filled, '[]') as filled,
    case
      when g.ended_at is null then 'open'
      when fills.filled is not null then ${filter.refs === null ? 'partly_filled' : 'filled'}
      when g.has_history and g.started_at > ${now}::timestamptz
        - make_interval(days => (${JSON.stringify(history_days)}::jsonb ->> g.source)::int) then 'fillable'
      else 'lost'
    end as status
  from gaps g
  left join lateral (
    select json_agg(json_build_object('asset', ${assetName('l')}, 'external_id', l.external_id,
      'run_id', f.run_id, 'observations', f.observations) order by l.id) as filled
    from gap_fills f join listings l on l.id = f.listing_id
    where f.gap_id = g.id and ${filter.refs === null ? sql`true` : sql`l.id in (${refListings(filter.refs)})`}
  ) fills on true
  where ${filter.sources === null ? sql`true` : sql`g.source = any(${sql.param(filter.sources)}::text[])`}
    and ${filter.refs === null ? sql`true` : concerns(filter.refs)}`;

// An asset misses something where the endpoint that gave it last before the gap is the one that fell silent.
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
