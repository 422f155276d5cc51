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

/**
 * Truncates tables with rows and restarts every count: truncating a table costs ten times as much as checking it.
 * The locks wait for work of an earlier test: its rows would otherwise come after the restart of the counts.
 */
const EMPTY_TABLES = `do $$
declare
  tables text[];
  place text;
  is_filled boolean;
  filled text[] := '{}';
begin
  select array_agg(oid::regclass::text order by oid) into tables from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not in ('tape_version', 'retention');
  execute format('lock table %s in access exclusive mode', array_to_string(tables, ', '));
  foreach place in array tables loop
    execute format('select exists (select from %s)', place) into is_filled;
    if is_filled then filled := filled || place; end if;
  end loop;
  if filled <> '{}' then execute format('truncate %s cascade', array_to_string(filled, ', ')); end if;
  perform setval(oid::regclass, 1, false) from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'S';
end $$`;

/** An empty tape without a mode. */
export async function emptyDatabase(): Promise<void> {
  const { db } = testDeps();
  await db.batch([
    db.execute('test.raw')(sql.raw(EMPTY_TABLES)),
    db.execute('test.raw')(
      sql`update tape_version set version = '1970-01-01Z', next_version = '1970-01-01Z', stamped_version = null,
        rest_version = null, totals_version = null, rates_version = null, mode = null`,
    ),
    db.execute('test.raw')(
      sql`update retention set (horizon, removed_at, rows_removed, payloads_expired, maintained_at) = (null, null, 0, 0, null)`,
    ),
  ]);
}

/** Rows of a query, in the driver's form. */
export async function rows<Row extends object = Record<string, unknown>>(statement: SQL): Promise<Row[]> {
  return testDeps().db.execute<Row>('test.rows')(statement);
}
