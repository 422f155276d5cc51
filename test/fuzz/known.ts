import { sql } from 'drizzle-orm';
import { askForLake } from '../../src/db/lake/progress.ts';
import { consume } from '../../src/ingest/queue/consume.ts';
import { resolveAssets } from '../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { ingestFixtures } from '../support/fixtures.ts';
import { ask, bearer } from '../support/http.ts';
import { writeAll } from '../support/lake.ts';
import { keptQueue } from '../support/queue.ts';
import type { Known } from './requests.ts';

/**
 * A tape with rows of every type: each fixture polled or uploaded, assets resolved, one of them confirmed, one
 * replay done, and all of it written to the lake.
 */
export async function fillTape(): Promise<void> {
  await emptyDatabase();
  await ingestFixtures();
  await resolveAssets(testDeps());
  const queue = { send: async () => {} } as unknown as Queue;
  const [mapping] = await rows<{ id: string }>(
    sql`select min(id)::text as id from mappings where state = 'active'`,
  );
  const decision = JSON.stringify({ action: 'confirm', who: 'ada', why: 'Looked at both.' });
  const decided = { method: 'POST', headers: bearer('dev'), body: decision, deps: { queue } };
  await ask(`/mappings/${mapping?.id}/decisions`, decided);
  await ask('/replays', { method: 'POST', headers: bearer('dev'), deps: { queue } });
  // On a slow machine one slice does not finish it: it asks for another.
  const slices = keptQueue();
  await slices.queue.send({ type: 'replay', replay_id: 1 });
  for (const { message: body } of slices.sent)
    await consume(testDeps({ queue: slices.queue }), { id: '1', attempts: 1, body, ack() {}, retry() {} });
  await askForLake(testDeps().db);
  await writeAll();
}

/** Existing values, by the parameter that takes them. */
export async function knownValues(): Promise<Known> {
  const column = async (statement: ReturnType<typeof sql>) =>
    (await rows<{ value: string }>(statement)).map(({ value }) => value);
  const [assets, symbols, external, names, runs, uploads, hashes, mappings, decided, decisions] =
    await Promise.all([
      column(sql`select id as value from assets order by id limit 50`),
      column(sql`select distinct symbol as value from listings where symbol is not null order by 1 limit 50`),
      column(sql`select external_id as value from listings order by id limit 50`),
      column(sql`select distinct name as value from listings where name is not null order by 1 limit 20`),
      column(sql`select id::text as value from runs order by id desc limit 50`),
      column(sql`select id::text as value from uploads order by run_id limit 50`),
      column(sql`select sha256 as value from raw_payloads order by id limit 50`),
      column(sql`select id::text as value from mappings order by id limit 50`),
      column(sql`select distinct mapping_id::text as value from decisions`),
      column(sql`select id::text as value from decisions`),
    ]);
  const data = (await ask('/data?limit=1000&history=true')).column('id').map(String);
  const rates = (await ask('/rates')).column('rate_id').map(String);
  const drifts = (await ask('/drift?limit=1000')).column('id').map(String);
  const parts = (await ask('/lake')).column('part').map(String);
  const refs = [...assets, 'coingecko:bitcoin', 'coinpaprika:btc-bitcoin', 'nobody'];
  return {
    ...VALUES,
    asset: refs,
    symbol: symbols,
    ticker: symbols,
    external_id: external,
    name: names,
    q: [...names, ...symbols],
    id: assets,
    run_id: runs,
    upload_id: uploads,
    cursor: ['nonsense'],
    '/assets/{id} id': refs,
    '/assets/{id}/divergence id': refs,
    '/observations/{id} id': data,
    '/observations/{id}/proof id': data,
    '/rates/{id}/proof id': [...rates, 'coingecko_nobody_rate_1_1'],
    '/raw/{sha256} sha256': [...hashes, '0'.repeat(64)],
    '/replays/{id} id': ['1', '2', '999'],
    '/replays/{id}/promote id': ['1', '2', '999'],
    '/lake/{part} part': [...parts, 'listings.parquet'],
    '/runs/{id} id': [...runs, '99999999'],
    '/runs/{id}/withdraw id': [...runs, '99999999'],
    '/drift/{id}/accept id': [...drifts, '0'.repeat(16)],
    '/mappings/{id}/decisions id': [...mappings, '99999999'],
    '/mappings/{id}/decisions/{decision}/undo id': decided,
    '/mappings/{id}/decisions/{decision}/undo decision': decisions,
    '/uploads/{id} id': [...uploads, NOBODY],
    '/uploads/{id}/rejects id': [...uploads, NOBODY],
    '/uploads/{id}/withdraw id': [...uploads, NOBODY],
    '/uploads/{id}/read-again id': [...uploads, NOBODY],
  };
}

const NOBODY = '00000000-0000-4000-8000-000000000000';
const INSTANTS = [
  '2025-01-10',
  '2026-01-10T10:00:00Z',
  '2026-01-10T12:00:00+02:00',
  '1736503200',
  '1736503200000',
  '2013-01-01',
  '2026-12-31',
];
const FLAGS = ['true', 'false'];

/** Values of parameters whose schemas say only that they are text. */
const VALUES: Known = {
  source: ['coingecko', 'coinpaprika', 'csv'],
  kind: ['spot', 'bar_close'],
  start_date: INSTANTS,
  end_date: INSTANTS,
  ingested_after: INSTANTS,
  as_of: INSTANTS,
  since: INSTANTS,
  at: INSTANTS,
  from: INSTANTS,
  to: INSTANTS,
  observed_at: INSTANTS,
  history: FLAGS,
  latest: FLAGS,
  conflict: FLAGS,
  flagged: FLAGS,
  dry_run: FLAGS,
  sort: ['created_at', 'ingested_at', 'market_cap_usd', 'price_usd', 'volume_24h_usd'],
  order: ['asc', 'desc'],
  count: ['exact'],
  format: ['json', 'csv', 'ndjson'],
  decimals: ['number', 'string'],
  fields: [
    'id',
    'ids',
    'source',
    'asset',
    'ticker',
    'price_usd',
    'flags',
    'created_at',
    'open_time',
    'close',
    'superseded_at',
    'version',
  ],
  interval: ['1h', '1d'],
  basis: ['observed', 'reported'],
  fail_on: ['degraded'],
  method: ['decision', 'contract', 'name', 'symbol', 'own'],
  state: ['active', 'proposed', 'conflict', 'rejected', 'ended'],
  status: [
    'queued',
    'running',
    'succeeded',
    'partial',
    'failed',
    'skipped',
    'processing',
    'withdrawn',
    'open',
    'lost',
    'fillable',
    'added',
    'gone',
  ],
  filename: ['btc-usd-max.csv', '../../x.csv', 'a\r\nb.csv', 'x.csv.gz', '"x".csv'],
  dialect: ['coingecko', 'yahoo', 'nonsense'],
  venue: ['bitstamp'],
  quote: ['usd', 'eur'],
  currency: ['eur', 'usd,EUR', 'nobody'],
};
