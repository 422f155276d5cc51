import { type SQL, sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { openRebuild } from '../../../src/db/candles/rebuild.ts';
import { requestWithdrawal } from '../../../src/db/observations/withdraw.ts';
import { queueReplay } from '../../../src/db/replays/lifecycle.ts';
import { askForResolution } from '../../../src/db/runs/tasks.ts';
import { queueBackfill } from '../../../src/db/upstreams/backfills.ts';
import type { IngestMessage } from '../../../src/ingest/queue/messages.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { type Delivery, playOutage } from '../../support/outage.ts';
import { tickThrough } from '../../support/queue.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { forgetScript, paprikaGlobal, script, ticker } from '../../support/upstream.ts';

const NOON = Date.parse('2026-01-10T12:00:00Z');
const ALL = { source: null, fetched_from: null, fetched_before: null, run_id: null, upload_id: null };
const deps = () => testDeps({ now: () => new Date(NOON) }, { SOURCES: 'coinpaprika,coingecko' });

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin' })}]` });
  await script('/coinpaprika/global', { body: paprikaGlobal() });
});

/** A row on the tape: the run of a poll. */
async function polled(): Promise<number> {
  await tickThrough(deps(), NOON);
  const [run] = await rows<{ id: string }>(sql`select id from runs where source = 'coinpaprika'`);
  return Number(run?.id);
}

interface Work {
  /** Accepts the work and returns its message. */
  accept: () => Promise<IngestMessage>;
  /** The database fails from this statement on, in the middle of the work. */
  begins: string;
  /** The state of the work afterwards. */
  standing: SQL;
  done: object;
}

const WORK: Record<string, Work> = {
  'an import': {
    accept: async () => ({
      type: 'import',
      upload_id: await storeUpload('symbol,price_usd,created_at\nABC,1,2024-01-01\n'),
    }),
    begins: 'uploads.advance',
    standing: sql`select u.status, r.rows_inserted::int as n from uploads u join runs r on r.id = u.run_id`,
    done: { status: 'succeeded', n: 1 },
  },
  'a replay': {
    accept: async () => {
      await polled();
      const [row] = await queueReplay(deps().db, ALL, 1);
      return { type: 'replay', replay_id: Number(row?.id) };
    },
    begins: 'replays.advance',
    standing: sql`select status, payloads_unreadable::int as n from replays`,
    done: { status: 'compared', n: 0 },
  },
  'a withdrawal': {
    accept: async () => {
      const run_id = await polled();
      await requestWithdrawal(deps().db, run_id, 'wrong');
      return { type: 'withdraw', run_id };
    },
    begins: 'observations.withdraw',
    standing: sql`
      select case when withdrawn_at is null then 'open' else 'withdrawn' end as status,
        (select count(*)::int from observations where superseded_at is null and source = 'coinpaprika') as n
      from runs where withdraw_reason is not null`,
    done: { status: 'withdrawn', n: 0 },
  },
  'a backfill': {
    accept: async () => {
      const body = `{"prices":[[${NOON - 7_200_000},5]],"market_caps":[],"total_volumes":[]}`;
      await script('/coingecko/coins/bitcoin/market_chart', { body });
      const wanted = { source: 'coingecko', external_id: 'bitcoin', days: 30 };
      const [row] = await queueBackfill(deps().db, wanted);
      return { type: 'backfill', run_id: Number(row?.run_id) };
    },
    begins: 'payloads.mark-loaded',
    standing: sql`select status, rows_inserted::int as n from runs where trigger = 'backfill'`,
    done: { status: 'succeeded', n: 1 },
  },
  'a rebuilding of candles': {
    accept: async () => {
      await polled();
      await rows(sql`update candles set close_usd = 0`);
      await openRebuild(deps().db);
      return { type: 'rebuild_candles' };
    },
    begins: 'candles.mark-next-stale',
    standing: sql`
      select case when exists (select from candle_rebuild) then 'open' else 'done' end as status,
        (select count(*)::int from candles where close_usd = 0) as n`,
    done: { status: 'done', n: 0 },
  },
  'the settling of assets': {
    accept: async () => {
      await rows(sql`insert into listings (source, external_id, symbol, name, first_known_at)
        values ('csv', 'abc', 'ABC', 'Abc', now())`);
      await rows(askForResolution(sql`(values (true)) one`));
      return { type: 'resolve' };
    },
    begins: 'identity.write-assets',
    standing: sql`
      select case when done < asked then 'open' else 'done' end as status,
        (select count(*)::int from listings where not is_resolved) as n
      from tasks where type = 'resolve'`,
    done: { status: 'done', n: 0 },
  },
};

/** Tries of the message while the database was away, at these seconds. */
const TRIES = [0, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363, 423, 483, 543, 603];

describe.each(Object.entries(WORK))('%s', (_, { accept, begins, standing, done }) => {
  it.each(['read_only', 'unreachable'] as const)(
    'outlives a database that is %s for ten minutes',
    async (kind) => {
      const story = await playOutage(deps(), await accept(), { kind, begins });
      expect(await rows(standing)).toEqual([done]);
      const own: Delivery[] = story.filter(([, type]) => type !== 'sweep');
      expect(own.slice(0, TRIES.length).map(([at_s]) => at_s)).toEqual(TRIES);
      expect(own.at(-1)).toEqual([603, own[0]?.[1], 15, 'ack']);
    },
  );
});
