import { sql } from 'drizzle-orm';
import { settleCandles } from '../../src/db/candles/follow.ts';
import { loadListings } from '../../src/db/identity/load-listings.ts';
import { settleAltered } from '../../src/db/observations/follow.ts';
import type { BatchOrigin } from '../../src/db/observations/judge.ts';
import { loadObservations } from '../../src/db/observations/load.ts';
import { requestWithdrawal } from '../../src/db/observations/withdraw.ts';
import { addReplayListings, promoteRows } from '../../src/db/replays/promote.ts';
import { flagAfterThinning } from '../../src/db/retention/horizon.ts';
import { openVersion } from '../../src/db/tape/version.ts';
import { FIGURES, PAGE_FACTS, recordOf } from '../../src/domain/figures.ts';
import type { Flag, Observation } from '../../src/domain/observation.ts';
import { withdraw } from '../../src/ingest/upkeep/withdraw.ts';
import { rows, testDeps } from './deps.ts';

export interface Reading {
  id?: string;
  at: string;
  price: string | null;
  symbol?: string;
  kind?: 'spot' | 'bar_close';
  flags?: Flag[];
  /** The rank on its page. */
  rank?: number | null;
}

interface Payload {
  source?: string;
  beat_seconds?: number;
}

let loads = 0;

/** A payload in its own run, fetched later than all previous ones. */
export async function newPayload({
  source = 'coingecko',
  beat_seconds = 300,
}: Payload = {}): Promise<BatchOrigin> {
  loads += 1;
  const fetched_at = new Date(Date.UTC(2026, 0, 1) + loads * 1000).toISOString();
  const [run] = await rows<{ id: string; payload: string }>(sql`
    with run as (
      insert into runs (source, trigger, status, accepted_at, started_at)
      values (${source}, 'cron', 'succeeded', '2020-01-01Z', '2020-01-01Z') returning id
    ), payload as (
      insert into raw_payloads (source, run_id, endpoint, url, status, headers, fetched_at, duration_ms, size_bytes,
        sha256, r2_key, encoding, beat_seconds)
      select ${source}, id, 'test', '', 200, '{}', ${fetched_at}, 0, 0, 'x', 'x', 'identity', ${beat_seconds}::int
      from run returning id
    )
    select run.id, payload.id as payload from run cross join payload`);
  return {
    source,
    run_id: Number(run?.id),
    raw_payload_id: Number(run?.payload),
    fetched_at,
    normalizer_version: 1,
    beat_seconds,
    in_batches: false,
  };
}

/** Loads readings of one payload; returns its run. */
export async function loadReadings(readings: Reading[], payload: Payload = {}): Promise<number> {
  const { db } = testDeps();
  const origin = await newPayload(payload);
  const observations = readings.map(observationOf);
  await db.batch([
    openVersion(db),
    loadListings(db, origin.source, observations),
    loadObservations(db, origin, observations),
    settleCandles(db),
    flagAfterThinning(db),
  ]);
  return origin.run_id;
}

const observationOf = (
  { id = 'a', at, price, symbol, kind = 'spot', flags = [], rank }: Reading,
  index: number,
): Observation => ({
  external_id: id,
  symbol: symbol ?? null,
  name: null,
  kind,
  observed_at: at,
  ...recordOf(FIGURES, () => null),
  price_usd: price,
  market_cap_usd: '1',
  flags,
  page: rank === undefined ? null : { ...recordOf(PAGE_FACTS, () => null), rank },
  pointer: `/${index}`,
});

/** Withdraws a run. */
export async function takeBack(run_id: number): Promise<void> {
  await requestWithdrawal(testDeps().db, run_id, 'wrong');
  await withdraw(testDeps(), { run_id });
}

/** Promotes readings as if a replay had found them: other values, new ones, and those that are gone. */
export async function promoteReadings(readings: Reading[]): Promise<void> {
  const { db } = testDeps();
  const [replay] = await rows<{ id: string }>(sql`
    insert into replays (status, normalizer_version, accepted_at) values ('promoting', 1, now()) returning id`);
  for (const each of readings)
    await rows(sql`
      insert into replay_differences (replay_id, source, external_id, kind, observed_at, change, revision, price_usd,
        market_cap_usd, flags, raw_payload_id, pointer)
      select ${replay?.id}::bigint, l.source, l.external_id, 'spot', ${each.at}, case when o.revision is null then 'new'
        when ${each.price}::text is null then 'gone' else 'changed' end, o.revision, ${each.price}::numeric, 1, '{}', p.id, '/r'
      from listings l
      cross join lateral (select min(p.id) as id from raw_payloads p where p.source = l.source) p
      left join observations o on o.listing_id = l.id and o.kind = 'spot' and o.observed_at = ${each.at}::timestamptz
        and o.superseded_at is null
      where l.source = 'coingecko' and l.external_id = ${each.id ?? 'a'} and p.id is not null
        and (o.revision is not null or ${each.price}::text is not null)`);
  await db.batch([
    openVersion(db),
    addReplayListings(db, Number(replay?.id), 1000),
    promoteRows(db, Number(replay?.id), 1000),
    settleAltered(db, 'kept'),
    flagAfterThinning(db),
  ]);
}
