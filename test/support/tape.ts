import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import type { Trigger } from '../../src/db/runs/lifecycle.ts';
import { FIGURES, type Figures, SPOT_FIGURES } from '../../src/domain/figures.ts';
import type { Kind } from '../../src/domain/observation.ts';

// Rows as the loader would write them, for tests of reads. They are written in SQL, so tests of reads do not depend
// on the code that writes.

export interface SeedRow extends Partial<Figures> {
  source?: string;
  external_id: string;
  symbol?: string | null;
  name?: string | null;
  kind?: Kind;
  observed_at: string;
  known_at?: string;
  superseded_at?: string | null;
  revision?: number;
  flags?: string[];
  /** The beat of its payload; files have none and count as daily. */
  beat_seconds?: number;
}

/** How often the default settings poll a coin of the first page. */
const BEATS: Record<string, number> = { coingecko: 600, coinpaprika: 300 };

const SPOT = sql.raw(SPOT_FIGURES.join(', '));

/** Inserts rows with their listings, and updates counts, latest rows and the version. */
export async function seed(db: Db, rows: SeedRow[]): Promise<void> {
  for (const row of rows) await insertRow(db, row);
  await db.execute('test.raw')(sql`truncate counts, source_counts, latest_observations`);
  await db.execute('test.raw')(sql`
    insert into counts (listing_id, kind, source, observations, revisions, first_observed_at, last_observed_at,
      first_known_at)
    select listing_id, kind, source, count(*) filter (where superseded_at is null), count(*), min(observed_at),
      max(observed_at), min(known_at)
    from observations group by listing_id, kind, source`);
  await db.execute('test.raw')(sql`
    insert into source_counts (source, kind, observations, revisions, last_observed_at)
    select source, kind, sum(observations), sum(revisions), max(last_observed_at) from counts group by source, kind`);
  await db.execute('test.raw')(sql`
    insert into latest_observations (listing_id, source, observed_at, revision, known_at, flags, beat_seconds, ${SPOT})
    select distinct on (listing_id) listing_id, source, observed_at, revision, known_at, flags,
      coalesce((select p.beat_seconds from raw_payloads p where p.id = raw_payload_id), 86400), ${SPOT}
    from observations where kind = 'spot' and superseded_at is null
    order by listing_id, observed_at desc`);
  await db.execute('test.raw')(sql`
    update tape_version set version = greatest(version, (select max(known_at) from observations),
      (select max(superseded_at) from observations))`);
}

async function insertRow(db: Db, row: SeedRow): Promise<void> {
  const { source = 'coingecko', external_id, observed_at, flags = [] } = row;
  const beat = row.beat_seconds ?? BEATS[source] ?? null;
  // One payload per beat, under its number; the payload of files has no row.
  if (beat !== null)
    await db.execute('test.raw')(sql`
      insert into raw_payloads (id, source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
        sha256, r2_key, encoding, beat_seconds)
      overriding system value
      values (${beat}, ${source}, 0, ${`every ${beat} s`}, '', 200, '{}', ${observed_at}, 0, 0, '', '', 'gzip', ${beat}::int)
      on conflict do nothing`);
  await db.execute('test.raw')(sql`
    insert into listings (source, external_id, symbol, name, first_known_at)
    values (${source}, ${external_id}, ${row.symbol ?? null}, ${row.name ?? null}, now())
    on conflict do nothing`);
  await db.execute('test.raw')(sql`
    insert into observations (listing_id, kind, observed_at, revision, source, known_at, superseded_at,
      ${sql.raw(FIGURES.join(', '))}, raw_payload_id, pointer, run_id, normalizer_version, flags)
    select id, ${row.kind ?? 'spot'}, ${observed_at}, ${row.revision ?? 1}, ${source},
      ${row.known_at ?? observed_at}, ${row.superseded_at ?? null},
      ${sql.join(
        FIGURES.map((figure) => sql`${row[figure] ?? null}::numeric`),
        sql`, `,
      )}, ${beat ?? 1}, '/0', 1, 1,
      ${sql.param(flags)}::text[]
    from listings where source = ${source} and external_id = ${external_id}`);
}

export interface SeedRun {
  source?: string;
  trigger?: Trigger;
  withdrawn_at?: string;
  status: string;
  accepted_at?: string;
  started_at?: string | null;
  finished_at?: string | null;
  rows?: [read: number, inserted: number, duplicate: number, rejected: number];
  error?: [code: string, message: string];
}

/** Inserts runs; the first of an empty tape has id 1. */
export async function seedRuns(db: Db, runs: SeedRun[]): Promise<void> {
  for (const run of runs) {
    const { source = 'coingecko', status, started_at = null, finished_at = null } = run;
    const [read, inserted, duplicate, rejected] = run.rows ?? [0, 0, 0, 0];
    await db.execute('test.raw')(sql`
      insert into runs (source, trigger, status, accepted_at, started_at, finished_at, rows_read, rows_inserted,
        rows_duplicate, rows_rejected, error_code, error_message, withdrawn_at)
      values (${source}, ${run.trigger ?? 'cron'}, ${status}, ${run.accepted_at ?? started_at ?? '2025-01-01Z'}, ${started_at},
        ${finished_at}, ${read}::int, ${inserted}::int, ${duplicate}::int, ${rejected}::int,
        ${run.error?.[0] ?? null}, ${run.error?.[1] ?? null}, ${run.withdrawn_at ?? null})`);
  }
}

/** The database, with a count of the statements sent through it. */
export function countStatements(db: Db): { db: Db; statements: () => number } {
  let sent = 0;
  const counted = new Proxy(db, {
    get(target, name) {
      if (name === 'execute') sent += 1;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { db: counted, statements: () => sent };
}

export interface SeedAsset {
  id: string;
  symbol?: string;
  name?: string;
  merged_into?: string;
  /** Its listings as `source:external_id`, with the method of their mapping. */
  listings?: Record<string, string>;
}

/** Maps existing listings to assets, like a resolution. */
export async function seedAssets(db: Db, assets: SeedAsset[]): Promise<void> {
  for (const { id, symbol = null, name = null, merged_into = null, listings = {} } of assets) {
    await db.execute('test.raw')(sql`
      insert into assets (id, symbol, name, created_at, merged_into)
      values (${id}, ${symbol}, ${name}, '2025-01-01Z', ${merged_into})`);
    for (const [listing, method] of Object.entries(listings)) {
      await db.execute('test.raw')(sql`
        with mapped as (
          update listings set asset_id = ${id}, is_resolved = true
          where source || ':' || external_id = ${listing} returning id
        )
        insert into mappings (listing_id, asset_id, method, confidence, evidence, state, valid_from)
        select id, ${id}, ${method}, 0.95, '{"symbol": "ABC"}', 'active', '2025-01-01Z' from mapped`);
    }
  }
}
