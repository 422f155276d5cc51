import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CANDLE_RULE } from '../../src/domain/candle.ts';
import { FIGURES, type Figure, SPOT_FIGURES } from '../../src/domain/figures.ts';
import { type BenchDatabase, createDatabase, exists, openDatabase, renameDatabase } from './database.ts';
import type { BenchPostgres } from './postgres.ts';

// A tape of a given size for reads, written directly with SQL: 1,200 coins of CoinPaprika, whose number is their rank; the
// first 600 also at CoinGecko, and 200 of them also as bars from files. Each has a reading every five minutes up to now.

const COINPAPRIKA = 1200;
const COINGECKO = 600;
const CSV = 200;
export const LISTINGS = COINPAPRIKA + COINGECKO + CSV;
export const STEP_MINUTES = 5;

export const assetId = (number: number) => `asset-${number}`;
export const symbol = (number: number) => `SYM${number}`;

/** Opens a database with about `rows` observations; an existing one is used unchanged. */
export async function openTape(postgres: BenchPostgres, rows: number): Promise<BenchDatabase> {
  const name = `tape_${rows}_${fingerprint()}`;
  if (!(await exists(postgres, name))) {
    const unfinished = `${name}_unfinished`;
    await createDatabase(postgres, unfinished);
    const database = await openDatabase(postgres, unfinished);
    await seed(database, Math.max(1, Math.round(rows / LISTINGS)));
    await database.close();
    await renameDatabase(postgres, unfinished, name);
  }
  return openDatabase(postgres, name);
}

/** A hash of everything that determines the contents of a seeded database. */
function fingerprint(): string {
  const files = readdirSync('migrations')
    .filter((name) => name.endsWith('.sql'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join('migrations', file)));
  return hash
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 8);
}

async function seed({ query }: BenchDatabase, steps: number): Promise<void> {
  for (const statement of LABELS) await query(statement);
  const rebuild = await dropIndexes(query);
  await query(OBSERVATIONS, [steps]);
  for (const statement of rebuild) await query(statement);
  for (const statement of DERIVED) await query(statement);
  for (const statement of AUDIT) await query(statement, [steps]);
  await query(VERSION);
  await query('vacuum (analyze)');
  await query('checkpoint');
}

/**
 * Inserts are many times faster without indexes: drops the indexes of observations, and returns the statements that
 * create them again.
 */
async function dropIndexes(query: BenchDatabase['query']): Promise<string[]> {
  const keys = await query<{ name: string; definition: string }>(`
    select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = 'observations'::regclass and contype in ('p', 'f') order by contype desc`);
  for (const { name } of keys) await query(`alter table observations drop constraint ${name}`);
  const indexes = await query<{ name: string; definition: string }>(`
    select indexname as name, indexdef as definition from pg_indexes where tablename = 'observations'`);
  for (const { name } of indexes) await query(`drop index ${name}`);
  return [
    ...keys.map(({ name, definition }) => `alter table observations add constraint ${name} ${definition}`),
    ...indexes.map(({ definition }) => definition),
  ];
}

const LABELS = [
  `insert into assets (id, symbol, name, created_at)
   select 'asset-' || i, 'SYM' || i, 'Asset ' || i, now() - interval '1 year'
   from generate_series(1, ${COINPAPRIKA}) i`,
  `insert into listings (source, external_id, symbol, name, first_known_at, asset_id, is_resolved)
   select s.source, s.prefix || i || s.suffix, 'SYM' || i, 'Asset ' || i, now() - interval '1 year', 'asset-' || i, true
   from (values ('coinpaprika', 'p-', '', ${COINPAPRIKA}), ('coingecko', 'g-', '', ${COINGECKO}),
     ('csv', 'cryptodatadownload:asset-', ':bitstamp:usd:5m', ${CSV})) s (source, prefix, suffix, most),
     lateral generate_series(1, s.most) i`,
  `insert into mappings (listing_id, asset_id, method, confidence, evidence, state, valid_from)
   select id, asset_id, 'bench', 1, '[]', 'active', first_known_at from listings`,
];

const FORMULAS: Partial<Record<Figure, string>> = {
  price_usd: 'l.price',
  market_cap_usd: 'round(l.price * 19000000, 2)',
  volume_24h_usd: 'round(l.price * 310000, 2)',
  percent_change_24h: 'round((5 * sin(l.step + l.id))::numeric, 4)',
  open_usd: 'l.open',
  high_usd: 'l.open * 1.01',
  low_usd: 'l.open * 0.99',
};

// In the order of polls, like the rows on disk after a year of polling.
const OBSERVATIONS = `
  insert into observations (listing_id, kind, observed_at, revision, source, known_at, ${FIGURES.join(', ')},
    raw_payload_id, pointer, run_id, normalizer_version, flags)
  select l.id, l.kind, l.observed_at, 1, l.source, l.observed_at + l.delay,
    ${FIGURES.map((figure) => FORMULAS[figure] ?? 'null::numeric').join(', ')},
    l.step * 3 + l.place, '/' || l.id, l.step * 3 + l.place, 1, '{}'
  from generate_series(1, $1::int) s (step)
  cross join lateral (
    select s.step, l.id, l.source, p.place, p.kind, p.delay,
      date_trunc('hour', now()) - make_interval(mins => ($1::int - s.step) * ${STEP_MINUTES}) as observed_at,
      round((40000.0 / l.id * (1 + 0.02 * sin(s.step * 0.01 + l.id)))::numeric, 8) as price,
      case when l.source = 'csv' then round((40000.0 / l.id)::numeric, 8) end as open
    from listings l join (values ('coinpaprika', 1, 'spot', interval '20 s'), ('coingecko', 2, 'spot', interval '30 s'),
      ('csv', 3, 'bar_close', interval '40 s')) p (source, place, kind, delay) on p.source = l.source
    where s.step > 0
    order by p.place, l.id
  ) l`;

const DERIVED = [
  `insert into counts (listing_id, kind, source, observations, revisions, first_observed_at, last_observed_at,
     first_known_at)
   select listing_id, kind, source, count(*), count(*), min(observed_at), max(observed_at), min(known_at)
   from observations group by 1, 2, 3`,
  `insert into source_counts (source, kind, observations, revisions, last_observed_at)
   select source, kind, sum(observations), sum(revisions), max(last_observed_at) from counts group by 1, 2`,
  `insert into latest_observations (listing_id, source, observed_at, revision, known_at, flags, beat_seconds, rank,
     ${SPOT_FIGURES.join(', ')})
   select o.listing_id, o.source, o.observed_at, o.revision, o.known_at, o.flags, ${STEP_MINUTES * 60},
     substring(l.external_id from '\\d+')::int, ${SPOT_FIGURES.map((figure) => `o.${figure}`).join(', ')}
   from counts c join observations o on o.listing_id = c.listing_id and o.kind = c.kind
     and o.observed_at = c.last_observed_at
   join listings l on l.id = c.listing_id
   where c.kind = 'spot'`,
  // The prices of these rows do not matter.
  ...[
    ['1h', 'hour'],
    ['1d', 'day'],
  ].map(
    ([interval, unit]) => `
    insert into candles (listing_id, interval, open_time, open_usd, high_usd, low_usd, close_usd, first_observed_at,
      last_observed_at, count, beat_seconds, rule)
    select listing_id, '${interval}', date_bin('1 ${unit}', observed_at, timestamptz '1970-01-01Z'), min(price_usd),
      max(price_usd), min(price_usd), max(price_usd), min(observed_at), max(observed_at), count(*), ${STEP_MINUTES * 60},
      ${CANDLE_RULE}
    from observations where kind = 'spot'
    group by 1, 3`,
  ),
];

const VERSION = `
  update tape_version set mode = 'live', version = newest.known_at, next_version = newest.known_at
  from (select max(known_at) as known_at from observations) newest`;

// A run and a reply per poll, enough for the whole history.
const AUDIT = [
  `insert into runs (source, trigger, status, accepted_at, started_at, finished_at, rows_read, rows_inserted)
   select p.source, 'cron', 'succeeded', t.at, t.at, t.at + interval '2 s', p.rows, p.rows
   from generate_series(1, $1::int) step
   cross join (values ('coinpaprika', ${COINPAPRIKA}), ('coingecko', ${COINGECKO}), ('csv', ${CSV})) p (source, rows)
   cross join lateral (
     select date_trunc('hour', now()) - make_interval(mins => ($1::int - step) * ${STEP_MINUTES}) as at) t
   order by step`,
  `insert into raw_payloads (source, run_id, endpoint, url, status, headers, content_type, fetched_at, duration_ms,
     size_bytes, sha256, r2_key, encoding, loaded_at)
   select r.source, r.id, e.endpoint, 'https://example.com', 200, '{}', 'application/json', r.started_at, 400,
     2700000, lpad(to_hex(r.id), 64, '0'), 'raw/' || r.id, 'gzip', r.finished_at
   from runs r join (values ('coinpaprika', 'tickers'), ('coingecko', 'coins/markets?page=1'), ('csv', 'upload'))
     e (source, endpoint) on e.source = r.source
   where $1::int > 0
   order by r.id`,
  `insert into checkpoints (source, endpoint, fetched_at, watermark, raw_payload_id, run_id)
   select distinct on (p.source) p.source, p.endpoint, p.fetched_at, p.fetched_at, p.id, p.run_id
   from raw_payloads p where p.source <> 'csv' and $1::int > 0
   order by p.source, p.id desc`,
];
