import { sql } from 'drizzle-orm';
import { connect, type Db } from '../../src/db/client.ts';
import type { Kind } from '../../src/domain/observation.ts';

// Rows as the loader would leave them, for tests of what is read. Written in SQL so that reads are not
// tested through the code that writes.

export interface SeedRow {
  source?: string;
  external_id: string;
  symbol?: string | null;
  name?: string | null;
  kind?: Kind;
  observed_at: string;
  known_at?: string;
  superseded_at?: string | null;
  revision?: number;
  price_usd?: string | null;
  market_cap_usd?: string | null;
  volume_24h_usd?: string | null;
  percent_change_24h?: string | null;
  open_usd?: string | null;
  high_usd?: string | null;
  low_usd?: string | null;
  flags?: string[];
}

const TABLES =
  'observations, latest_observations, counts, source_counts, listings, market_totals, rejects, raw_payloads, ' +
  'checkpoints, leases, runs';

/** Empties every table that holds data and puts the tape back to its first version. */
export async function emptyTape(db: Db): Promise<void> {
  await db.execute(sql`truncate ${sql.raw(TABLES)} restart identity cascade`);
  await db.execute(
    sql`update tape_version set version = '1970-01-01Z', next_version = '1970-01-01Z', mode = null`,
  );
}

export const testDb = (url: unknown): Db => connect(String(url));

/** Inserts rows with their listings, and brings counts, latest rows and the version in step. */
export async function seed(db: Db, rows: SeedRow[]): Promise<void> {
  for (const row of rows) await insertRow(db, row);
  await db.execute(sql`truncate counts, source_counts, latest_observations`);
  await db.execute(sql`
    insert into counts (listing_id, kind, source, observations, revisions, first_observed_at, last_observed_at,
      first_known_at)
    select listing_id, kind, source, count(*) filter (where superseded_at is null), count(*), min(observed_at),
      max(observed_at), min(known_at)
    from observations group by listing_id, kind, source`);
  await db.execute(sql`
    insert into source_counts (source, kind, observations, revisions, last_observed_at)
    select source, kind, sum(observations), sum(revisions), max(last_observed_at) from counts group by source, kind`);
  await db.execute(sql`
    insert into latest_observations (listing_id, source, observed_at, revision, known_at, price_usd,
      market_cap_usd, volume_24h_usd, percent_change_24h, flags)
    select distinct on (listing_id) listing_id, source, observed_at, revision, known_at, price_usd,
      market_cap_usd, volume_24h_usd, percent_change_24h, flags
    from observations where kind = 'spot' and superseded_at is null
    order by listing_id, observed_at desc`);
  await db.execute(sql`
    update tape_version set version = greatest(version, (select max(known_at) from observations),
      (select max(superseded_at) from observations))`);
}

async function insertRow(db: Db, row: SeedRow): Promise<void> {
  const { source = 'coingecko', external_id, observed_at, flags = [] } = row;
  await db.execute(sql`
    insert into listings (source, external_id, symbol, name, first_known_at)
    values (${source}, ${external_id}, ${row.symbol ?? null}, ${row.name ?? null}, now())
    on conflict do nothing`);
  await db.execute(sql`
    insert into observations (listing_id, kind, observed_at, revision, source, known_at, superseded_at,
      price_usd, market_cap_usd, volume_24h_usd, percent_change_24h, open_usd, high_usd, low_usd,
      raw_payload_id, pointer, run_id, normalizer_version, flags)
    select id, ${row.kind ?? 'spot'}, ${observed_at}, ${row.revision ?? 1}, ${source},
      ${row.known_at ?? observed_at}, ${row.superseded_at ?? null}, ${row.price_usd ?? null},
      ${row.market_cap_usd ?? null}, ${row.volume_24h_usd ?? null}, ${row.percent_change_24h ?? null},
      ${row.open_usd ?? null}, ${row.high_usd ?? null}, ${row.low_usd ?? null}, 1, '/0', 1, 1,
      ${sql.param(flags)}::text[]
    from listings where source = ${source} and external_id = ${external_id}`);
}
