import { type SQL, sql } from 'drizzle-orm';
import type { BatchRow } from '../../domain/batch.ts';
import { FIGURES, PAGE_FACTS, SPOT_FIGURES } from '../../domain/figures.ts';
import { TAPE_REJECTS } from '../../domain/reject.ts';
import { flagsOf, markAnomalies } from '../anomalies/mark.ts';
import type { Db } from '../client.ts';
import { columnsOf } from '../sql/column-list.ts';
import { closeStamped, NEXT_VERSION } from '../tape/version.ts';
import { appendRows } from './append.ts';
import { inputRows } from './batch-rows.ts';
import { follow, takeReadings } from './follow.ts';
import { type BatchOrigin, FAR_ROW, judgedRows, MET_ROWS } from './judge.ts';

export interface LoadedRow {
  inserted: string;
  duplicate: string;
  rejected: string;
  /** Pointers of the rejects: only the caller has their raw text. */
  rejected_pointers: string[] | null;
}

export interface LoadedObservationsRow extends LoadedRow {
  /** True: if false, the statement raises `series_differs` with a FarRow. Null except for files. */
  is_one_series: boolean | null;
}

/**
 * Loads a batch in one statement. It judges each row against the newest revision of its key, appends new and
 * changed rows, and supersedes the replaced ones. It also updates latest_observations, the counts, the rejects of
 * rows that contradict a later payload or their own, and the run's counters. The listings must be known already,
 * the tape locked (openVersion), and repeats within the batch marked (domain/batch). Returns one
 * LoadedObservationsRow.
 */
export function loadObservations(db: Db, origin: BatchOrigin, rows: BatchRow[]) {
  return db.execute<LoadedObservationsRow>('observations.load')(sql`
    with ${inputRows(origin.source, rows)},
    judged as (${judgedRows(origin)}),
    met as (${MET_ROWS}),
    ${marksAnomalies(origin) ? sql`${markAnomalies},` : sql``}
    totals as (${totalsOf(origin)}),
    newest as (select array_agg(newest order by position) as newest from totals),
    superseded as (${supersede}),
    inserted as (${append(origin)}),
    latest as (${takeNewest(origin)}),
    ${follow({
      counts: CHANGED_COUNTS,
      added: { rows: sql`(${NEW_TICKS})`, beat_seconds: sql`${origin.beat_seconds}::int` },
      altered: sql`(select * from met where verdict = 'changed' and kind = 'spot')`,
    })},
    rejected as (${reject(origin)}),
    ${origin.in_batches ? sql`sighted as (${sight(origin)}),` : sql``}
    run as (${countInRun(origin.run_id)}),
    version as (${closeStamped('rows', sql`exists (${CHANGED_SERIES})`)})
    ${verdictCounts(origin)}`);
}

/** Files and history are not readings of now, so an unusual price in them is no anomaly. */
const marksAnomalies = ({ in_batches, fills_only = false }: BatchOrigin): boolean =>
  !in_batches && !fills_only;

const NEW_TICKS = sql`select * from judged where verdict = 'new' and kind = 'spot'`;

// A key that was free gains a current row; a changed one only gains a revision. What is there already moves no bound:
// of a series that gains nothing they are those of its repeats. `newest` is never null. Rows are summed by verdict
// first, so that most of the work is done without a look at it.
const totalsOf = (origin: BatchOrigin): SQL => sql`
  select position, min(listing_id) as listing_id, kind, ${origin.source}::text as source,
    coalesce(sum(rows) filter (where verdict = 'new'), 0) as observations,
    coalesce(sum(rows) filter (where verdict in ('new', 'changed')), 0) as revisions,
    coalesce(sum(rows) filter (where verdict = 'duplicate'), 0) as duplicates,
    coalesce(sum(rows) filter (where verdict in ('older', 'conflicting')), 0) as rejected,
    ${boundOf('min', 'first')}, ${boundOf('max', 'last')},
    coalesce(max(newest) filter (where ${mayBeLatest(origin)}), 'infinity') as newest
  from (
    select position, min(listing_id) as listing_id, kind, verdict, count(*) as rows,
      min(observed_at) as first_observed_at, max(observed_at) as last_observed_at,
      max(observed_at) filter (where repeat is null) as newest
    from judged
    group by position, kind, verdict
  ) j
  group by position, kind`;

const boundOf = (bound: 'min' | 'max', which: 'first' | 'last'): SQL =>
  sql.raw(
    `coalesce(${bound}(${which}_observed_at) filter (where verdict in ('new', 'changed')),
      ${bound}(${which}_observed_at)) as ${which}_observed_at`,
  );

// A known reading may have come with other page facts, which readers also see.
const CHANGED_COUNTS = sql`
  from totals t
  where t.revisions > 0 or (t.kind = 'spot' and t.duplicates > 0 and t.listing_id in (select listing_id from latest))`;
const CHANGED_SERIES = sql`select ${CHANGED_COUNTS}`;

const verdictCounts = ({ in_batches }: BatchOrigin): SQL => sql`
  select coalesce(sum(revisions), 0) as inserted, coalesce(sum(duplicates), 0) as duplicate,
    coalesce(sum(rejected), 0) as rejected,
    (select array_agg(pointer) from met where verdict in ('older', 'conflicting')) as rejected_pointers,
    ${in_batches ? IS_ONE_SERIES : sql`null::boolean`} as is_one_series
  from totals`;

const IS_ONE_SERIES = sql`(
  select guard(not exists (select from met where verdict = 'far'),
    'series_differs ' || coalesce((${FAR_ROW})::text, '')))`;
const sight = (origin: BatchOrigin): SQL => sql`
  insert into upload_sightings (raw_payload_id, listing_id, kind, observed_at)
  select ${origin.raw_payload_id}::bigint, j.listing_id, j.kind, j.observed_at
  from met j
  where j.verdict = 'duplicate' and j.old_raw_payload_id <> ${origin.raw_payload_id}::bigint
  on conflict do nothing`;

const supersede = sql`
  update observations o
  set superseded_at = ${NEXT_VERSION}
  from met j
  where j.verdict = 'changed' and o.listing_id = j.listing_id and o.kind = j.kind
    and o.observed_at = j.observed_at and o.revision = j.old_revision`;

const NEW_FIGURES = columnsOf(FIGURES, 'j');
const NEW_SPOT_FIGURES = columnsOf(SPOT_FIGURES, 'j');
const NEW_PAGE_FACTS = columnsOf(PAGE_FACTS, 'j');

const append = (origin: BatchOrigin): SQL =>
  appendRows(
    {
      listing_id: sql`j.listing_id`,
      kind: sql`j.kind`,
      observed_at: sql`j.observed_at`,
      revision: sql`coalesce(j.old_revision, 0) + 1`,
      source: sql`${origin.source}`,
      known_at: NEXT_VERSION,
      ...NEW_FIGURES,
      raw_payload_id: sql`${origin.raw_payload_id}::bigint`,
      pointer: sql`j.pointer`,
      run_id: sql`${origin.run_id}::bigint`,
      normalizer_version: sql`${origin.normalizer_version}::smallint`,
      flags: flagsOf(marksAnomalies(origin)),
    },
    sql`from judged j where j.verdict in ('new', 'changed')`,
  );

// Of rows that are no repeats; history that repeats a polled row has none of the page facts.
const mayBeLatest = ({ fills_only = false }: BatchOrigin): SQL => sql`
  j.kind = 'spot' and j.verdict in ('new', 'changed', ${fills_only ? 'new' : 'duplicate'})`;

const takeNewest = (origin: BatchOrigin): SQL =>
  takeReadings(
    {
      listing_id: sql`j.listing_id`,
      source: sql`${origin.source}`,
      observed_at: sql`j.observed_at`,
      revision: sql`case when j.verdict = 'duplicate' then j.old_revision else coalesce(j.old_revision, 0) + 1 end`,
      known_at: sql`case when j.verdict = 'duplicate' then j.old_known_at else ${NEXT_VERSION} end`,
      ...NEW_SPOT_FIGURES,
      flags: sql`case when j.verdict = 'duplicate' then j.old_flags else ${flagsOf(marksAnomalies(origin))} end`,
      beat_seconds: sql`${origin.beat_seconds}::int`,
      ...NEW_PAGE_FACTS,
    },
    sql`
      from judged j
      where j.observed_at >= (select newest from newest)[j.position] and j.repeat is null and ${mayBeLatest(origin)}
      order by j.listing_id, j.observed_at desc`,
  );

const reject = (origin: BatchOrigin): SQL => sql`
  insert into rejects (source, run_id, raw_payload_id, pointer, external_id, code, message, raw, rejected_at)
  select ${origin.source}, ${origin.run_id}::bigint, ${origin.raw_payload_id}::bigint, j.pointer, l.external_id,
    case j.verdict when 'older' then ${TAPE_REJECTS.older.code} else ${TAPE_REJECTS.conflicting.code} end,
    case j.verdict when 'older' then ${TAPE_REJECTS.older.message} else ${TAPE_REJECTS.conflicting.message} end,
    '', clock_timestamp()
  from met j join listings l on l.id = j.listing_id
  where j.verdict in ('older', 'conflicting')
  on conflict (raw_payload_id, pointer) do nothing`;

const countInRun = (runId: number): SQL => sql`
  update runs r
  set rows_read = r.rows_read + t.read, rows_inserted = r.rows_inserted + t.inserted,
    rows_duplicate = r.rows_duplicate + t.duplicate, rows_rejected = r.rows_rejected + t.rejected
  from (
    select sum(revisions + duplicates + rejected) as read, sum(revisions) as inserted,
      sum(duplicates) as duplicate, sum(rejected) as rejected
    from totals
  ) t
  where r.id = ${runId}::bigint`;
