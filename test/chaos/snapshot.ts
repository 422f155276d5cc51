import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import type { Deps } from '../../src/deps.ts';
import { FIGURES, PAGE_FACTS, SPOT_FIGURES } from '../../src/domain/figures.ts';
import type { ReadBucket } from '../support/read-bucket.ts';

// The whole database as text, table by table, without values that differ between any two runs: times of our own
// clock, and ids assigned in the order of arrival.

const listing = sql`l.source || ' ' || l.external_id`;
const columns = (row: string, names: readonly string[]): SQL =>
  sql.raw(names.map((name) => `coalesce(${row}.${name}::text, '-')`).join(" || ' ' || "));
/** A record without its own time has the time of its first fetch, which is from our clock. */
const ownTime = (row: string): SQL =>
  sql.raw(
    `case when 'no_source_time' = any(${row}.flags) then 'fetched' else (${row}.observed_at at time zone 'utc')::text end`,
  );

/** Without flags about the age of a reading when fetched, if that age is random. */
const flags = (row: string, ageless: boolean): SQL =>
  sql.raw(`array_to_string(${ageless ? `array_remove(${row}.flags, 'stale')` : `${row}.flags`}, '|')`);

/**
 * Rows of a failing file, from its second attempt on. A client whose reply was lost sends the upload again. If the
 * first attempt has failed by then, the file is read again and its rows are withdrawn again. The first attempt is
 * compared.
 */
export const READ_ANEW: SQL = sql`
  select o.* from observations o join uploads u on u.run_id = o.run_id
  where u.status = 'failed' and exists (select from uploads earlier
    where (earlier.filename, earlier.sha256, earlier.status) = (u.filename, u.sha256, 'failed') and earlier.run_id < u.run_id)`;

/** The contents of each table, as one text per row; null if nothing in it can be compared. */
const tablesOf = (ageless: boolean): Record<string, SQL | null> => ({
  observations: sql`
    select ${listing} || ' ' || o.kind || ' ' || ${ownTime('o')} || ' rev ' || o.revision || ' ' || ${columns('o', FIGURES)} || ' '
      || ${flags('o', ageless)} || ' ' || o.pointer || ' of ' || p.sha256 || ' v' || o.normalizer_version
      || case when o.superseded_at is null then '' else ' superseded' end
    from (select * from observations except all ${READ_ANEW}) o join listings l on l.id = o.listing_id
    join raw_payloads p on p.id = o.raw_payload_id`,
  latest_observations: sql`
    select ${listing} || ' ' || ${ownTime('o')} || ' rev ' || o.revision || ' ' || ${columns('o', SPOT_FIGURES)} || ' '
      || ${flags('o', ageless)} || ' page ' || ${columns('o', PAGE_FACTS)}
    from latest_observations o join listings l on l.id = o.listing_id`,
  counts: sql`
    select ${listing} || ' ' || c.kind || ' ' || c.observations || ' '
      || c.revisions - (select count(*) from (${READ_ANEW}) o where (o.listing_id, o.kind) = (c.listing_id, c.kind)) || case
      when exists (select from observations o where o.listing_id = l.id and 'no_source_time' = any(o.flags)) then ''
      else ' ' || (c.first_observed_at at time zone 'utc')::text || ' ' || (c.last_observed_at at time zone 'utc')::text end
    from counts c join listings l on l.id = c.listing_id`,
  source_counts: sql`
    select source || ' ' || kind || ' ' || observations || ' '
      || revisions - (select count(*) from (${READ_ANEW}) o where (o.source, o.kind) = (c.source, c.kind))
    from source_counts c`,
  market_totals: sql`
    select m.source || ' ' || (m.observed_at at time zone 'utc')::text || ' rev ' || m.revision || ' ' || concat_ws(' ', m.market_cap_usd,
      m.volume_24h_usd, m.bitcoin_dominance_percent, m.market_cap_change_24h_percent, m.assets_count,
      ${flags('m', ageless)}, m.pointer, p.sha256, m.superseded_at is null)
    from market_totals m join raw_payloads p on p.id = m.raw_payload_id`,
  rates: sql`
    select q.source || ' rev ' || q.revision || ' ' || concat_ws(' ', q.currencies, q.names, q.units_per_btc,
      ${flags('q', ageless)}, q.pointers, p.sha256, q.superseded_at is null)
    from rates q join raw_payloads p on p.id = q.raw_payload_id`,
  candles: sql`
    select ${listing} || ' ' || concat_ws(' ', c.interval, c.open_time at time zone 'utc', c.open_usd, c.high_usd, c.low_usd, c.close_usd,
      c.first_observed_at at time zone 'utc', c.last_observed_at at time zone 'utc', c.count, c.frozen,
      c.beat_seconds, c.rule)
    from candles c join listings l on l.id = c.listing_id
    where not exists (select from observations o where o.listing_id = l.id and 'no_source_time' = any(o.flags))`,
  candle_rebuild: sql`select 'open' from candle_rebuild`,
  stale_candles: sql`select ${listing} || ' ' || day from stale_candles c join listings l on l.id = c.listing_id`,
  // A repeated run taught it once more: compare the fields, not the number of replies.
  usual_shares: sql`select concat_ws(' ', source, endpoint, shares) from usual_shares`,
  lost_fields: sql`select concat_ws(' ', source, endpoint, field) from lost_fields`,
  drift_acceptances: sql`select concat_ws(' ', id, field, status) from drift_acceptances`,
  payload_shapes: sql`select concat_ws(' ', source, endpoint, fingerprint, fields) from payload_shapes`,
  listings: sql`select ${listing} || ' ' || concat_ws(' ', l.symbol, l.name, l.asset_id, l.is_resolved) from listings l`,
  listing_events: sql`
    select ${listing} || ' ' || concat_ws(' ', e.event, e.symbol_after, e.name_after) from listing_events e
    join listings l on l.id = e.listing_id where e.event in ('seen', 'relabelled')`,
  // An asset that was made before its coin was known, and later merged, depends on the order of arrival. So does an
  // asset without listings, made before a file failed.
  assets: sql`
    select concat_ws(' ', id, symbol, name) from assets a
    where merged_into is null and exists (select from listings l where l.asset_id = a.id)`,
  mappings: sql`
    select ${listing} || ' ' || concat_ws(' ', m.asset_id, m.method, m.confidence, m.state,
      m.evidence - 'decision', m.evidence ? 'decision', m.flag_reason)
    from mappings m join listings l on l.id = m.listing_id where m.state <> 'ended'`,
  decisions: sql`select concat_ws(' ', action, asset_id, who, why) from decisions`,
  catalog: sql`select concat_ws(' ', source, external_id, symbol, name) from catalog`,
  contracts: sql`select concat_ws(' ', source, external_id, platform, address) from contracts`,
  // Attempts differ, and so do the failed replies, but the loaded rows and their bytes do not. A dry run or a
  // failed file is repeated if its client's reply was lost: the first one counts.
  runs: sql`
    select concat_ws(' ', r.source, 'inserted', sum(r.rows_inserted)) from runs r where r.source <> 'csv' group by r.source
    union all
    select concat_ws(' ', r.filename, r.trigger, r.status, r.rows_read, r.rows_inserted, r.rows_duplicate,
      r.rows_rejected, r.error_code, r.error_message, r.withdraw_reason, r.withdrawn_at is null)
    from (
      select distinct on (u.filename) u.filename, r.* from runs r join uploads u on u.run_id = r.id
      order by u.filename, r.id
    ) r`,
  // Counts of triggers that differ from the runs and listings themselves.
  run_counts: sql`
    select concat_ws(' ', source, status, kept.sums, found.sums) from (
      select source, status, concat_ws(' ', runs, rows_read, rows_inserted, rows_duplicate, rows_rejected, measured,
        trim_scale(seconds)) as sums
      from run_counts where runs > 0
    ) kept full join (
      select source, status, concat_ws(' ', count(*), sum(rows_read), sum(rows_inserted), sum(rows_duplicate),
        sum(rows_rejected), count(finished_at - started_at),
        trim_scale(coalesce(sum(extract(epoch from finished_at - started_at)), 0))) as sums
      from runs group by source, status
    ) found using (source, status)
    where kept.sums is distinct from found.sums`,
  trigger_counts: sql`
    select concat_ws(' ', source, trigger, status, kept.sums, found.sums) from (
      select source, trigger, status, concat_ws(' ', runs, rows_read, rows_inserted, rows_duplicate, rows_rejected,
        measured, trim_scale(seconds)) as sums
      from trigger_counts where runs > 0
    ) kept full join (
      select source, trigger, status, concat_ws(' ', count(*), sum(rows_read), sum(rows_inserted), sum(rows_duplicate),
        sum(rows_rejected), count(finished_at - started_at),
        trim_scale(coalesce(sum(extract(epoch from finished_at - started_at)), 0))) as sums
      from runs group by source, trigger, status
    ) found using (source, trigger, status)
    where kept.sums is distinct from found.sums`,
  listing_counts: sql`
    select concat_ws(' ', source, kept.listings, found.listings) from listing_counts kept
    full join (select source, count(*) as listings from listings group by source) found using (source)
    where kept.listings is distinct from found.listings`,
  raw_payloads: sql`
    select distinct concat_ws(' ', source, endpoint, url, status, size_bytes, sha256, encoding, poll_top,
      beat_seconds, error_code,
      records, newest_observed_at is null, unknowns, shape, expired_at is null, loaded_at is not null)
    from raw_payloads where loaded_at is not null or status = 404 or source = 'csv'`,
  rejects: sql`
    select distinct concat_ws(' ', r.source, p.sha256, r.pointer, r.external_id, r.code, r.message, r.raw)
    from rejects r join raw_payloads p on p.id = r.raw_payload_id`,
  checkpoints: sql`
    select concat_ws(' ', c.source, c.endpoint, p.sha256, p.status) from checkpoints c join raw_payloads p on p.id = c.raw_payload_id`,
  backfills: sql`select distinct concat_ws(' ', b.source, b.external_id, b.days) from backfills b`,
  upstreams: sql`select concat_ws(' ', source, plan, failures, failing_since, ask_after, quota_since) from upstreams`,
  endpoint_failures: sql`select concat_ws(' ', source, endpoint, error_code) from endpoint_failures`,
  gaps: sql`select concat_ws(' ', source, endpoint, 'open') from gaps where ended_at is null`,
  health_states: sql`select concat_ws(' ', subject, status) from health_states`,
  // Counted calls, and recorded and reported outages: they follow from the faults.
  call_ledger: null,
  call_purposes: null,
  read_token_counts: null,
  gap_fills: null,
  gap_coins: null,
  alerts: null,
  // A part depends on versions, which are times of our clock.
  lake_parts: null,
  lake_progress: null,
  retention: sql`select concat_ws(' ', rows_removed, payloads_expired > 0, removed_at is null) from retention`,
  thinnings: sql`select concat_ws(' ', source, unit, rows_removed) from thinnings`,
  tasks: sql`select type from tasks where done < asked`,
  leases: sql`select name from leases where expires_at > (select max(accepted_at) + interval '1 day' from runs)`,
  tape_version: sql`select concat_ws(' ', mode, version >= (select max(known_at) from observations)) from tape_version`,
  uploads: sql`
    select distinct concat_ws(' ', filename, hints, series_key, dry_run, status, sha256, size_bytes, plan - 'uploaded_at', encoding, done_bytes,
      next_line, md5(preview::text), error_code, error_message, finished_at is null) from uploads`,
  upload_sightings: sql`select count(*)::text from upload_sightings`,
  // A replay whose acceptance was lost was requested again, and nobody promotes the first: it changed nothing.
  replays: sql`
    select distinct concat_ws(' ', status, error_code) from replays
    where status <> 'failed' and (status <> 'compared' or promote_requested_at is not null)`,
  replay_differences: sql`
    select concat_ws(' ', source, external_id, kind, observed_at, change, revision, pointer, outcome) from replay_differences`,
  replay_sightings: sql`select count(*)::text from replay_sightings`,
});

export type Snapshot = Record<string, string[]>;

/** Every table as text, and whether the bytes exist that rows point to. */
export async function takeSnapshot(
  deps: Pick<Deps, 'db'>,
  { bucket, ageless }: { bucket: ReadBucket; ageless: boolean },
): Promise<Snapshot> {
  return { ...(await takeTables(deps.db, { ageless })), r2: await storedBytes(deps.db, bucket) };
}

/**
 * Which listings share an asset, under any id: the id comes from the first listing, and the grounds of the others
 * depend on the assets that existed already.
 */
const GROUPED: Record<string, SQL | null> = {
  listings: sql`select ${listing} || ' ' || concat_ws(' ', l.symbol, l.name, l.is_resolved) from listings l`,
  assets: sql`
    select string_agg(${listing}, ', ' order by l.source collate "C", l.external_id collate "C")
    from listings l group by l.asset_id`,
  mappings: null,
};

/**
 * Every table as text; with `grouped`, assets by their contents. Throws if a table has no line here: a table that
 * is not compared is not tested.
 */
export async function takeTables(
  db: Db,
  { grouped = false, ageless = false }: { grouped?: boolean; ageless?: boolean } = {},
): Promise<Snapshot> {
  const queries = { ...tablesOf(ageless), ...(grouped ? GROUPED : {}) };
  const tables = await db.execute<{ name: string }>('test.raw')(
    sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const compared = tables.flatMap(({ name }) => {
    const query = queries[name];
    if (query === undefined) throw new Error(`Say how to compare ${name} in test/chaos/snapshot.ts.`);
    return query === null ? [] : [{ name, query }];
  });
  const [lines] = await db.batch([
    compared.map(({ query }) =>
      db.execute<{ line: string }>('test.raw')(
        sql`select line from (${query}) as t (line) order by line collate "C"`,
      ),
    ),
  ]);
  return Object.fromEntries(compared.map(({ name }, i) => [name, (lines[i] ?? []).map(({ line }) => line)]));
}

interface StoredPayload {
  r2_key: string;
  sha256: string;
  source: string;
  /** Its records were loaded, so a clean run has it too. */
  wanted: boolean;
  deleted: boolean;
}

/** Whether the bytes that rows point to exist, or were deleted after they were given up. */
async function storedBytes(db: Db, bucket: ReadBucket): Promise<string[]> {
  const payloads = await db.execute<StoredPayload>('test.raw')(
    sql`select distinct r2_key, sha256, source, loaded_at is not null or source = 'csv' as wanted,
        deleted_at is not null as deleted from raw_payloads`,
  );
  const hashOf = await bucket.hashes();
  const found = await Promise.all(
    payloads.map(async ({ r2_key, sha256, source, wanted, deleted }) => {
      const whole = (await hashOf(r2_key, source === 'csv' ? 'as it is' : 'gunzipped')) === sha256;
      if (whole === deleted) return [`${sha256} ${whole ? 'STILL THERE' : 'MISSING'}`];
      return wanted ? [`${sha256} ${whole ? 'whole' : 'deleted'}`] : [];
    }),
  );
  return [...new Set(found.flat())].sort();
}

const LINES_SHOWN = 8;

/** Lines that only one of the two has, a few per table; empty if they are equal. */
export function differences(clean: Snapshot, healed: Snapshot): string[] {
  return Object.keys(clean).flatMap((table) => {
    const [wanted, got] = [clean[table] ?? [], healed[table] ?? []];
    const missing = subtract(wanted, got).map((line) => `${table} lacks  ${line}`);
    const extra = subtract(got, wanted).map((line) => `${table} has    ${line}`);
    return [...missing.slice(0, LINES_SHOWN), ...extra.slice(0, LINES_SHOWN)].map((line) =>
      line.slice(0, 400),
    );
  });
}

function subtract(from: string[], what: string[]): string[] {
  const left = new Map<string, number>();
  for (const line of what) left.set(line, (left.get(line) ?? 0) + 1);
  return from.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
