import { env } from 'cloudflare:workers';
import { type SQL, sql } from 'drizzle-orm';
import { type Deps, makeDeps } from '../../src/deps.ts';
import type { Env } from '../../src/env.ts';
import { coingeckoUrl, coinpaprikaUrl } from './upstream.ts';

/** Real database and R2, the scripted upstream, no waiting, no logs; single fields can be replaced. */
export function testDeps(replaced: Partial<Deps> = {}, variables: Record<string, string> = {}): Deps {
  const deps = makeDeps({
    ...(env as unknown as Env),
    COINPAPRIKA_BASE_URL: coinpaprikaUrl(),
    COINGECKO_BASE_URL: coingeckoUrl(),
    LOG_LEVEL: 'silent',
    ...variables,
  });
  return { ...deps, sleep: () => Promise.resolve(), ...replaced };
}

const TABLES =
  'upstreams, run_counts, call_ledger, endpoint_failures, gaps, gap_fills, backfills, candles, stale_candles, thinnings, runs, checkpoints, leases, raw_payloads, listings, listing_counts, observations, latest_observations, counts, source_counts, market_totals, rejects, uploads, upload_sightings, replays, replay_differences, replay_sightings, assets, mappings, decisions, catalog, contracts, payload_shapes, health_states, alerts';

/** An empty tape of no mode. */
export async function emptyDatabase(): Promise<void> {
  const { db } = testDeps();
  await db.batch([
    db.execute('test.raw')(sql.raw(`truncate ${TABLES} restart identity cascade`)),
    db.execute('test.raw')(
      sql`update tape_version set version = '1970-01-01Z', next_version = '1970-01-01Z', mode = null`,
    ),
    db.execute('test.raw')(
      sql`update retention set (horizon, removed_at, rows_removed, payloads_expired, maintained_at) = (null, null, 0, 0, null)`,
    ),
  ]);
}

/** Rows of a query, as the driver gives them. */
export async function rows<Row extends object = Record<string, unknown>>(statement: SQL): Promise<Row[]> {
  return testDeps().db.execute<Row>('test.rows')(statement);
}
