import { type SQL, sql } from 'drizzle-orm';
import { FIGURES } from '../../domain/figures.ts';
import type { Db } from '../client.ts';
import type { OpenRow } from '../runs/tasks.ts';
import { columnsOf } from '../sql/column-list.ts';
import { closeVersion, NEXT_VERSION } from '../tape/version.ts';
import { appendRows } from './append.ts';
import { follow } from './follow.ts';

export interface WithdrawnRow {
  withdrawn: string;
  revived: string;
}

/** Stores the request and its reason. `{ id }` if the run has ended and nobody withdrew it before. */
export function requestWithdrawal(db: Db, runId: number, reason: string) {
  return db.execute<{ id: string }>('observations.request-withdrawal')(sql`
    update runs set withdraw_reason = ${reason}
    where id = ${runId}::bigint and withdraw_reason is null and status in ('succeeded', 'partial', 'failed')
    returning id`);
}

/** Runs with a requested and unfinished withdrawal, as OpenRow rows: two withdrawals at once do no harm. */
export function listOpenWithdrawals(db: Db) {
  return db.execute<OpenRow>('observations.open-withdrawals')(sql`
    select id, true as is_stalled from runs where withdraw_reason is not null and withdrawn_at is null order by id limit 100`);
}

/**
 * Withdraws the next `limit` current rows of a run, in one statement: the withdrawal supersedes each, and the row
 * that it had replaced returns as a new revision, unless that was withdrawn too. settleAltered must follow. Returns
 * one WithdrawnRow; zero withdrawn means that the run has no current rows left. The tape must be locked
 * (openVersion).
 */
export function withdrawRows(db: Db, runId: number, limit: number) {
  return db.execute<WithdrawnRow>('observations.withdraw')(sql`
    with doomed as (${doomedRows(runId, limit)}),
    superseded as (
      update observations o set superseded_at = v.next_version
      from doomed d cross join tape_version v
      where (o.listing_id, o.kind, o.observed_at, o.revision) = (d.listing_id, d.kind, d.observed_at, d.revision)
    ),
    before as (${predecessors}),
    revived as (${revive}),
    changes as (${changes}),
    ${follow({ counts: sql`from changes t`, added: null, altered: sql`(select * from doomed where kind = 'spot')` })},
    version as (${closeVersion(sql`exists (select from doomed)`)})
    select (select count(*) from doomed) as withdrawn, (select count(*) from before) as revived`);
}

/**
 * Supersedes a run's market totals and rates, narrows the coverage of its listings, and marks the run as withdrawn;
 * an upload that was withdrawn because it could not continue becomes failed. All of it is a new version: candles
 * show the coverage, and proofs show the withdrawal, including those of rows that had been superseded earlier.
 */
export function finishWithdrawal(db: Db, runId: number) {
  return db.execute('observations.finish-withdrawal')(sql`
    with totals as (
      update market_totals m set superseded_at = v.next_version
      from tape_version v
      where m.run_id = ${runId}::bigint and m.superseded_at is null
      returning m.source
    ), quoted as (
      update rates q set superseded_at = v.next_version
      from tape_version v
      where q.run_id = ${runId}::bigint and q.superseded_at is null
      returning q.source
    ), narrowed as (${narrowCoverage(runId)}),
    version as (${closeVersion(sql`exists (select from totals) or exists (select from quoted) or exists (select from narrowed)
      or exists (select from runs where id = ${runId}::bigint and withdrawn_at is null)`)}),
    bare as (${leaveBare(runId)}),
    upload as (
      update uploads u
      set status = case when u.status = 'failed' and u.finished_at is null then 'failed' else 'withdrawn' end,
        finished_at = coalesce(u.finished_at, clock_timestamp()), series_key = null
      from runs r
      where u.run_id = ${runId}::bigint and r.id = u.run_id and r.withdrawn_at is null
    )
    update runs set withdrawn_at = clock_timestamp() where id = ${runId}::bigint and withdrawn_at is null`);
}

// A run's rows are between its start and now in the index by known_at; restored rows are later.
const doomedRows = (runId: number, limit: number): SQL => sql`
  select o.*
  from runs r
  join observations o on o.source = r.source and o.kind in ('spot', 'bar_close') and o.known_at >= r.started_at
  where r.id = ${runId}::bigint and o.run_id = r.id and o.superseded_at is null
  order by o.known_at, o.listing_id, o.observed_at
  limit ${limit}::int`;

const predecessors = sql`
  select d.revision as doomed_revision, p.*
  from doomed d
  join lateral (
    select o.* from observations o join runs r on r.id = o.run_id
    where o.listing_id = d.listing_id and o.kind = d.kind and o.observed_at = d.observed_at
      and o.revision < d.revision and r.withdraw_reason is null
    order by o.revision desc
    limit 1
  ) p on true`;

const revive = appendRows(
  {
    ...columnsOf(['listing_id', 'kind', 'observed_at'], 'b'),
    revision: sql`b.doomed_revision + 1`,
    source: sql`b.source`,
    known_at: NEXT_VERSION,
    ...columnsOf(FIGURES, 'b'),
    ...columnsOf(['raw_payload_id', 'pointer', 'run_id', 'normalizer_version', 'flags'], 'b'),
  },
  sql`from before b`,
);

// Each withdrawn row removes a current row, unless it restores one as a further revision.
const changes = sql`
  select d.listing_id, d.kind, d.source, count(b.listing_id) - count(*) as observations,
    count(b.listing_id) as revisions, min(d.observed_at) as first_observed_at, max(d.observed_at) as last_observed_at
  from doomed d
  left join before b on (b.listing_id, b.kind, b.observed_at) = (d.listing_id, d.kind, d.observed_at)
  group by d.listing_id, d.kind, d.source`;

const touchedBy = (runId: number): SQL => sql`
  select distinct o.listing_id, o.kind
  from runs r join observations o on o.source = r.source and o.kind in ('spot', 'bar_close') and o.known_at >= r.started_at
  where r.id = ${runId}::bigint and o.run_id = r.id`;

// A listing without rows keeps its last bounds: its count shows that there is nothing between them.
const narrowCoverage = (runId: number): SQL => sql`
  update counts c
  set first_observed_at = f.observed_at, last_observed_at = l.observed_at
  from (${touchedBy(runId)}) t
  join lateral (${boundOf('asc')}) f on true
  join lateral (${boundOf('desc')}) l on true
  where c.listing_id = t.listing_id and c.kind = t.kind
    and (c.first_observed_at, c.last_observed_at) is distinct from (f.observed_at, l.observed_at)
  returning c.listing_id`;

/** Listings of a file without a row left: identity must resolve them again. */
const leaveBare = (runId: number): SQL => sql`
  update listings l set is_resolved = false
  from (${touchedBy(runId)}) t
  where l.id = t.listing_id and l.source = 'csv'
    and not exists (select from counts c where c.listing_id = l.id and c.observations > 0)`;

const boundOf = (order: 'asc' | 'desc'): SQL => sql`
  select o.observed_at from observations o
  where o.listing_id = t.listing_id and o.kind = t.kind and o.superseded_at is null
  order by o.observed_at ${sql.raw(order)}
  limit 1`;
