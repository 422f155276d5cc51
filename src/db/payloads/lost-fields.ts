import { sql } from 'drizzle-orm';
import type { FieldVerdict, Shares } from '../../domain/drift/usual-share.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { instantText } from '../sql/instant-text.ts';

export interface UsualRow {
  shares: Shares;
  replies: number;
  /** Fields that are lost. */
  open: string[];
}

/** The usual shares of an endpoint's fields: one UsualRow. */
export function findUsual(db: Db, source: string, endpoint: string) {
  return db.execute<UsualRow>('payloads.usual')(sql`
    select coalesce(u.shares, '{}') as shares, coalesce(u.replies, 0) as replies,
      array(
        select f.field from lost_fields f where f.source = ${source} and f.endpoint = ${endpoint} order by 1
      ) as open
    from (select) one
    left join usual_shares u on u.source = ${source} and u.endpoint = ${endpoint}`);
}

export interface JudgedReply {
  source: string;
  endpoint: string;
  contract: string;
  raw_payload_id: number;
  fetched_at: Instant;
  /** Fields that are a price, an id or an instant. */
  essential: readonly string[];
  verdict: FieldVerdict;
}

/**
 * Stores the new usual shares after a reply, and the fields that it lacked; fields that returned are no longer
 * lost. A change that somebody accepted after the reply came stays accepted.
 */
export function keepVerdict(db: Db, reply: JudgedReply) {
  const { source, endpoint, contract, raw_payload_id, fetched_at, essential, verdict } = reply;
  return db.execute('payloads.keep-verdict')(sql`
    with verdict as (
      select f.field, f.share, f.usual_share
      from jsonb_to_recordset(${JSON.stringify(verdict.lost)}::jsonb)
        as f (field text, share float8, usual_share float8)
      where not exists (
        select from drift_acceptances a
        where a.source = ${source} and a.contract = ${contract}
          and (a.field = f.field or starts_with(f.field, a.field || '.'))
          and a.accepted_at >= ${fetched_at}::timestamptz)
    ), back as (
      delete from lost_fields l
      where l.source = ${source} and l.endpoint = ${endpoint} and l.field not in (select field from verdict)
    ), lost as (
      insert into lost_fields as l (source, endpoint, field, contract, is_essential, share, usual_share, lost_at,
        raw_payload_id)
      select ${source}, ${endpoint}, v.field, ${contract}, v.field = any(${sql.param(essential)}::text[]), v.share,
        v.usual_share, ${fetched_at}::timestamptz, ${raw_payload_id}::bigint
      from verdict v
      on conflict (source, endpoint, field) do update set share = excluded.share
    )
    insert into usual_shares as u (source, endpoint, shares, replies)
    values (${source}, ${endpoint}, ${JSON.stringify(verdict.learned)}::jsonb, 1)
    on conflict (source, endpoint) do update
    set shares = u.shares || excluded.shares, replies = u.replies + 1`);
}

/** A lost field, over all pages or platforms of its contract. */
export interface LostFieldRow {
  source: string;
  contract: string;
  field: string;
  is_essential: boolean;
  endpoints: string[];
  /** The largest unknown share among the endpoints, and the usual share there. */
  share: number;
  usual_share: number;
  lost_at: Instant;
  sha256: string;
  run_id: number;
}

/** Lost fields, oldest first: LostFieldRow rows. */
export function listLostFields(db: Db, sources: readonly string[]) {
  return db.execute<LostFieldRow>('payloads.lost-fields')(sql`
    select f.source, f.contract, f.field, f.is_essential, f.endpoints, f.share, f.usual_share, f.lost_at, p.sha256,
      p.run_id::int as run_id
    from (
      select l.source, l.contract, l.field, bool_or(l.is_essential) as is_essential,
        array_agg(l.endpoint order by l.endpoint) as endpoints, max(l.share) as share,
        (array_agg(l.usual_share order by l.share desc))[1] as usual_share,
        ${instantText('min(l.lost_at)')} as lost_at,
        (array_agg(l.raw_payload_id order by l.lost_at, l.raw_payload_id))[1] as raw_payload_id
      from lost_fields l
      where l.source = any(${sql.param(sources)}::text[])
      group by l.source, l.contract, l.field
    ) f join raw_payloads p on p.id = f.raw_payload_id
    order by f.lost_at, f.source, f.contract, f.field`);
}
