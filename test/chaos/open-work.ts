import { sql } from 'drizzle-orm';
import type { Db } from '../../src/db/client.ts';
import { sha256Hex } from '../../src/raw/sha256.ts';
import type { Market } from './upstream.ts';

/** Two lists and fourteen platforms of CoinPaprika; two pages and two lists of CoinGecko. */
const ENDPOINTS = 20;

/** Moments before which something last happened; null: it does not matter. */
export interface Since {
  read: string | null;
  maintained: string | null;
}

/** The work that is left before the database agrees with the market, or null. */
export async function openWork(db: Db, market: Market, since: Since): Promise<string | null> {
  const bodies = [...market.bodies.values()].map((body) => new TextEncoder().encode(body));
  const current = await Promise.all(bodies.map(sha256Hex));
  const [row] = await db.execute<{ open: string | null }>('test.raw')(sql`
      select string_agg(what, ', ') as open from (
        select 'upload ' || id as what from uploads where status in ('queued', 'processing')
        union all select 'run ' || id || ' ' || status from runs where status in ('queued', 'running')
        union all select 'withdrawal of ' || id from runs where withdraw_reason is not null and withdrawn_at is null
        union all select 'replay ' || id from replays where status in ('queued', 'running', 'promoting')
        union all select 'rebuild of candles' from candle_rebuild
        union all select 'task ' || type from tasks where done < asked
        union all select 'failing ' || endpoint from endpoint_failures
        union all select 'listing ' || external_id from listings where not is_resolved
        union all
        select 'endpoint ' || c.source || ' ' || c.endpoint
        from checkpoints c join raw_payloads p on p.id = c.raw_payload_id
        where p.sha256 <> all(${sql.param(current)}::text[]) and p.status = 200
        union all select 'old ' || endpoint from checkpoints
        where endpoint in ('tickers', 'global', 'coins/markets?page=1') and fetched_at < ${since.read}::timestamptz
        union all select 'maintenance' from retention
        where coalesce(maintained_at, '-infinity') < ${since.maintained}::timestamptz
        union all select 'only ' || count(*) || ' endpoints' from checkpoints having count(*) < ${ENDPOINTS}::int
      ) o`);
  return row?.open ?? null;
}

/** The newest accepted run; 0 if there is none. */
export async function lastRun(db: Db): Promise<number> {
  const [row] = await db.execute<{ id: number }>('test.raw')(
    sql`select coalesce(max(id), 0)::int as id from runs`,
  );
  return row?.id ?? 0;
}
