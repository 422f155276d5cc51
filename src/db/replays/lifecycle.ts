import { type SQL, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/instant.ts';
import type { Db } from '../client.ts';
import { keptObject } from '../payloads/kept-object.ts';
import type { OpenRow } from '../runs/tasks.ts';
import { instantText } from '../sql/instant-text.ts';
import { type Lease, leaseEnd } from '../tape/leases.ts';

export const REPLAY_STATUSES = ['queued', 'running', 'compared', 'promoting', 'promoted', 'failed'] as const;
export type ReplayStatus = (typeof REPLAY_STATUSES)[number];

/** The payloads to read again. Null is no condition. */
export interface ReplayRange {
  source: string | null;
  fetched_from: Instant | null;
  /** Exclusive. */
  fetched_before: Instant | null;
  run_id: number | null;
  upload_id: string | null;
}

/** Accepts a replay: one row `{ id }`. */
export function queueReplay(db: Db, range: ReplayRange, normalizerVersion: number) {
  return db.execute<{ id: string }>('replays.queue')(sql`
    insert into replays (status, source, fetched_from, fetched_before, run_id, upload_id, normalizer_version,
      accepted_at)
    values ('queued', ${range.source}, ${range.fetched_from}, ${range.fetched_before}, ${range.run_id}::bigint,
      ${range.upload_id}, ${normalizerVersion}::int, clock_timestamp())
    returning id`);
}

/** The progress of a replay. Counts are of keys. */
export interface ReplayRow {
  id: string;
  status: ReplayStatus;
  source: string | null;
  fetched_from: Instant | null;
  fetched_before: Instant | null;
  run_id: string | null;
  upload_id: string | null;
  normalizer_version: number;
  done_payload_id: string;
  done_bytes: string;
  next_line: number;
  payloads_done: string;
  payloads_unreadable: string;
  /** Skipped, because retention gave up their bytes. Known at the end. */
  payloads_expired: string;
  rows_unchanged: string;
  rows_skipped: string;
  rows_changed: string;
  rows_new: string;
  rows_gone: string;
  rows_promoted: string;
  rows_passed_over: string;
  error_code: string | null;
  error_message: string | null;
  accepted_at: Instant;
  finished_at: Instant | null;
  promote_requested_at: Instant | null;
  promoted_at: Instant | null;
}

/** One replay with its counts: one ReplayRow, or none. */
export function findReplay(db: Db, id: number) {
  const at = (name: string) => sql`${instantText(`r.${name}`)} as ${sql.raw(name)}`;
  return db.execute<ReplayRow>('replays.find')(sql`
    select r.id, r.status, r.source, ${at('fetched_from')}, ${at('fetched_before')}, r.run_id, r.upload_id,
      r.normalizer_version, r.done_payload_id, r.done_bytes, r.next_line, r.payloads_done, r.payloads_unreadable,
      r.payloads_expired,
      r.rows_unchanged, r.rows_skipped, d.*, r.error_code, r.error_message, ${at('accepted_at')},
      ${at('finished_at')}, ${at('promote_requested_at')}, ${at('promoted_at')}
    from replays r
    cross join lateral (
      select count(*) filter (where change = 'changed') as rows_changed,
        count(*) filter (where change = 'new') as rows_new, count(*) filter (where change = 'gone') as rows_gone,
        count(*) filter (where outcome = 'promoted') as rows_promoted,
        count(*) filter (where outcome = 'passed_over') as rows_passed_over
      from replay_differences d where d.replay_id = r.id
    ) d
    where r.id = ${id}::bigint`);
}

export const replayLease = (id: number): string => `replay:${id}`;

export interface StartedReplay {
  outcome: 'started' | 'busy';
  token: string | null;
  busy_seconds: string | null;
}

/** Takes the lease of a replay with work left: one StartedReplay, or none if there is nothing to do. */
export function startReplay(db: Db, id: number) {
  const name = replayLease(id);
  return db.execute<StartedReplay>('replays.start')(sql`
    with asked as (
      select id from replays where id = ${id}::bigint and status in ('queued', 'running', 'promoting')
    ), lease as (
      insert into leases as l (name, token, expires_at)
      select ${name}, 1, ${leaseEnd()} from asked
      on conflict (name) do update set token = l.token + 1, expires_at = excluded.expires_at
      where l.expires_at < clock_timestamp()
      returning token
    ), running as (
      update replays set status = 'running'
      where id = ${id}::bigint and status = 'queued' and exists (select from lease)
    )
    select case when exists (select from lease) then 'started' else 'busy' end as outcome,
      (select token from lease) as token,
      (select ceil(extract(epoch from expires_at - clock_timestamp())) from leases
       where name = ${name} and expires_at > clock_timestamp()) as busy_seconds
    from asked`);
}

/** A payload to read again. */
export interface ReplayPayload {
  id: string;
  source: string;
  endpoint: string;
  sha256: string;
  r2_key: string;
  encoding: 'gzip' | 'identity';
  size_bytes: string;
  fetched_at: Instant;
  first_fetched_at: Instant;
  poll_top: number | null;
  upload_id: string | null;
  plan: unknown;
}

/**
 * The next payloads after `afterId`, oldest first: payloads whose records were loaded, or that were unreadable.
 * Excludes payloads of withdrawn runs, of files that failed midway, and with expired bytes.
 */
export function listReplayPayloads(db: Db, range: ReplayRange, afterId: number, limit: number) {
  const conditions: SQL[] = [
    ...(range.source === null ? [] : [sql`p.source = ${range.source}`]),
    ...(range.fetched_from === null ? [] : [sql`p.fetched_at >= ${range.fetched_from}::timestamptz`]),
    ...(range.fetched_before === null ? [] : [sql`p.fetched_at < ${range.fetched_before}::timestamptz`]),
    ...(range.run_id === null ? [] : [sql`p.run_id = ${range.run_id}::bigint`]),
    ...(range.upload_id === null ? [] : [sql`u.id = ${range.upload_id}`]),
  ];
  return db.execute<ReplayPayload>('replays.payloads')(sql`
    select p.id, p.source, p.endpoint, p.sha256, kept.r2_key, p.encoding, p.size_bytes,
      ${instantText('p.fetched_at')} as fetched_at, ${instantText('first.fetched_at')} as first_fetched_at,
      p.poll_top, u.id as upload_id, u.plan
    from raw_payloads p
    join runs r on r.id = p.run_id and r.withdraw_reason is null
    left join uploads u on u.raw_payload_id = p.id
    cross join lateral (
      select min(e.fetched_at) as fetched_at from raw_payloads e
      where e.sha256 = p.sha256 and e.source = p.source and e.endpoint = p.endpoint and e.fetched_at <= p.fetched_at
    ) first
    cross join lateral (${keptObject}) kept
    where p.id > ${afterId}::bigint and ${isReadable}
      ${conditions.length > 0 ? sql`and ${sql.join(conditions, sql` and `)}` : sql``}
    order by p.id
    limit ${limit}::int`);
}

const isReadable = sql`(p.loaded_at is not null or p.error_code = 'upstream_unreadable')
  and (u.id is null or (u.status = 'succeeded' and not u.dry_run))`;

/** The position at which a replay continues. */
export interface ReplayPlace {
  done_payload_id: number;
  done_bytes: number;
  next_line: number;
}

/** Advances a replay. If a step was committed before, the whole batch is rolled back with `already_loaded`. */
export function advanceReplay(
  db: Db,
  id: number,
  { from, to, unreadable }: { from: ReplayPlace; to: ReplayPlace; unreadable: boolean },
) {
  const payloadDone = to.done_payload_id === from.done_payload_id ? 0 : 1;
  return db.execute('replays.advance')(sql`
    with moved as (
      update replays
      set done_payload_id = ${to.done_payload_id}::bigint, done_bytes = ${to.done_bytes}::bigint,
        next_line = ${to.next_line}::int, payloads_done = payloads_done + ${payloadDone}::int,
        payloads_unreadable = payloads_unreadable + ${unreadable ? 1 : 0}::int
      where id = ${id}::bigint and status = 'running' and done_payload_id = ${from.done_payload_id}::bigint
        and done_bytes = ${from.done_bytes}::bigint
      returning id
    )
    select guard(exists (select from moved), 'already_loaded')`);
}

/** Replays with work left, as OpenRow rows: stalled if nobody works on them. */
export function listOpenReplays(db: Db) {
  return db.execute<OpenRow>('replays.open')(sql`
    select r.id, coalesce(l.expires_at < clock_timestamp(), true) as is_stalled
    from replays r left join leases l on l.name = 'replay:' || r.id
    where r.status in ('queued', 'running', 'promoting')
    order by is_stalled desc, r.id limit 100`);
}

/** Ends the comparison and deletes its notes about files, which nothing needs later. */
export function finishReplay(db: Db, id: number) {
  return [
    db.execute('replays.finish')(sql`
      update replays r
      set status = 'compared', finished_at = clock_timestamp(), payloads_expired = (
        select count(*)
        from raw_payloads p
        join runs run on run.id = p.run_id and run.withdraw_reason is null
        left join uploads u on u.raw_payload_id = p.id
        where p.expired_at is not null and ${isReadable} and not exists (${keptObject})
          and (r.source is null or p.source = r.source) and (r.run_id is null or p.run_id = r.run_id)
          and (r.fetched_from is null or p.fetched_at >= r.fetched_from)
          and (r.fetched_before is null or p.fetched_at < r.fetched_before)
          and (r.upload_id is null or u.id = r.upload_id)
      )
      where id = ${id}::bigint and status = 'running'`),
    db.execute('replays.forget-sightings')(sql`delete from replay_sightings where replay_id = ${id}::bigint`),
  ] as const;
}

/** Ends a replay that cannot continue, unless somebody works on it. */
export function failReplay(db: Db, id: number, error: { code: string; message: string }) {
  return db.execute('replays.fail')(sql`
    update replays
    set status = 'failed', error_code = ${error.code}, error_message = ${error.message},
      finished_at = coalesce(finished_at, clock_timestamp())
    where id = ${id}::bigint and status in ('queued', 'running', 'promoting') and not exists (
      select from leases where name = ${replayLease(id)} and expires_at > clock_timestamp()
    )`);
}

/** Stores the request to promote a replay that this version compared; an earlier request does not change. */
export function requestPromotion(db: Db, id: number, normalizerVersion: number) {
  return db.execute('replays.request-promotion')(sql`
    update replays
    set status = case when status = 'compared' then 'promoting' else status end,
      promote_requested_at = coalesce(promote_requested_at, clock_timestamp())
    where id = ${id}::bigint and normalizer_version = ${normalizerVersion}::int
      and status in ('compared', 'promoting', 'promoted')`);
}

/** Holds the lease within a batch: see renewLease. */
export const replayFence = (id: number, token: number): Lease => ({ name: replayLease(id), token });
