import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listOpenRebuilds, openRebuild } from '../../../src/db/candles/rebuild.ts';
import { queueRun } from '../../../src/db/runs/lifecycle.ts';
import { askForResolution, listOpenResolution } from '../../../src/db/runs/tasks.ts';
import type { Deps } from '../../../src/deps.ts';
import type { Env } from '../../../src/env.ts';
import { AppError } from '../../../src/errors.ts';
import worker from '../../../src/index.ts';
import { consume, consumeDead } from '../../../src/ingest/queue/consume.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { keptQueue } from '../../support/queue.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import {
  coingeckoUrl,
  coinpaprikaUrl,
  forgetScript,
  paprikaGlobal,
  script,
  ticker,
} from '../../support/upstream.ts';

const workerEnv = () => ({
  ...(env as unknown as Env),
  COINPAPRIKA_BASE_URL: coinpaprikaUrl(),
  COINGECKO_BASE_URL: coingeckoUrl(),
  LOG_LEVEL: 'silent',
});

/** Accepts a run, as POST /trigger-etl does. */
async function accept(source = 'coinpaprika'): Promise<{ type: 'poll'; run_id: number; source: string }> {
  const { db } = testDeps();
  const [row] = await queueRun(db, { source, trigger: 'manual' });
  return { type: 'poll', run_id: Number(row?.id), source };
}

async function deliver(queue: string, bodies: unknown[], attempts = 1) {
  const batch = createMessageBatch(
    queue,
    bodies.map((body, i) => ({ id: String(i), timestamp: new Date(), attempts, body })),
  );
  const ctx = createExecutionContext();
  await worker.queue(batch, workerEnv(), ctx);
  await waitOnExecutionContext(ctx);
  return getQueueResult(batch, ctx);
}

afterEach(() => vi.restoreAllMocks());

const statuses = () => rows(sql`select status, error_code from runs order by id`);

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
  await script('/coinpaprika/tickers', { body: `[${ticker({ id: 'btc-bitcoin' })}]` });
  await script('/coinpaprika/global', { body: paprikaGlobal() });
});

it('runs accepted work', async () => {
  const result = await deliver('cointape-ingest', [await accept()]);
  expect(result.explicitAcks).toEqual(['0']);
  expect(await statuses()).toEqual([{ status: 'succeeded', error_code: null }]);
});

it('has resolved the listings of a run before the run shows that it ended', async () => {
  await deliver('cointape-ingest', [await accept()]);
  expect(
    await rows(sql`
      select l.asset_id, e.version < r.finished_at as is_before
      from runs r cross join listing_events e join listings l on l.id = e.listing_id where e.event = 'remapped'`),
  ).toEqual([{ asset_id: 'btc-bitcoin', is_before: true }]);
});

it('ends a run that has its data although its listings could not be resolved', async () => {
  const deps = testDeps();
  const execute = (name: Parameters<Deps['db']['execute']>[0]) => {
    if (name === 'identity.unresolved') throw new AppError('database_unavailable', 'no answer');
    return deps.db.execute(name) as never;
  };
  expect(await outcomeOf({ ...deps, db: { ...deps.db, execute } }, await accept(), 1)).toEqual(['retry']);
  expect(await statuses()).toEqual([{ status: 'succeeded', error_code: null }]);
});

it('does the work once for five triggers; the others end skipped', async () => {
  const messages = [await accept(), await accept(), await accept(), await accept(), await accept()];
  const result = await deliver('cointape-ingest', messages);
  expect(result.explicitAcks).toEqual(['0', '1', '2', '3', '4']);
  expect((await statuses()).map((run) => run.status)).toEqual([
    'succeeded',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ]);
});

it('acknowledges a message that comes again after its run has ended', async () => {
  const message = await accept();
  await deliver('cointape-ingest', [message]);
  await deliver('cointape-ingest', [message]);
  expect(await statuses()).toEqual([{ status: 'succeeded', error_code: null }]);
  expect(await rows(sql`select count(*)::int as n from raw_payloads where status = 200`)).toEqual([{ n: 2 }]);
});

it('starts a run again whose consumer died', async () => {
  const message = await accept();
  await rows(sql`update runs set status = 'running', started_at = now()`);
  await rows(
    sql`insert into leases (name, token, expires_at) values ('coinpaprika', 3, now() - interval '1 second')`,
  );
  await deliver('cointape-ingest', [message], 2);
  expect(await statuses()).toEqual([{ status: 'succeeded', error_code: null }]);
});

it('is retried soon when the lease is taken', async () => {
  await rows(
    sql`insert into leases (name, token, expires_at) values ('coinpaprika', 3, now() + interval '20 seconds')`,
  );
  const message = { id: 'm', attempts: 1, body: await accept(), ack: vi.fn(), retry: vi.fn() };
  await consume(testDeps(), message);
  expect(message.ack).not.toHaveBeenCalled();
  const delay = message.retry.mock.calls[0]?.[0].delaySeconds;
  expect(delay).toBe(5);
  expect(await statuses()).toEqual([{ status: 'queued', error_code: null }]);
});

it('backs off when the database is unreachable', async () => {
  const deps = testDeps({}, { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  const body = { type: 'poll', run_id: 1, source: 'coinpaprika' };
  const delays: unknown[] = [];
  for (const attempts of [1, 3, 10]) {
    const message = { id: 'm', attempts, body, ack: vi.fn(), retry: vi.fn() };
    await consume(deps, message);
    expect(message.ack).not.toHaveBeenCalled();
    delays.push(message.retry.mock.calls[0]?.[0].delaySeconds);
  }
  expect(delays).toEqual([3, 8, 60]);
});

const outcomeOf = async (deps: Deps, body: unknown, attempts: number) => {
  const outcomes: string[] = [];
  const ack = () => void outcomes.push('ack');
  const retry = () => void outcomes.push('retry');
  await consume(deps, { id: 'm', attempts, body, ack, retry });
  return outcomes;
};

const FILE = 'symbol,price_usd,created_at\nABC,1,2024-01-01\n';

/** Deps whose files cannot be read. */
const failing = (deps: Deps, error: Error): Deps => ({
  ...deps,
  uploads: { ...deps.uploads, stream: () => Promise.reject(error) },
});

it('fails an upload after repeated permanent errors', async () => {
  const upload_id = await storeUpload(FILE);
  const { sent, queue } = keptQueue();
  const broken = failing(testDeps({ queue }), new Error('a bug'));
  let body: unknown = { type: 'import', upload_id };
  const delays: unknown[] = [];
  for (let round = 1; round <= 5; round += 1) {
    // The attempts of the queue include outages, so they say nothing about the work.
    expect(await outcomeOf(broken, body, 24)).toEqual(['ack']);
    const [next] = sent.splice(0);
    delays.push(next?.options?.delaySeconds);
    body = next?.message;
  }
  expect(delays).toEqual([3, 4, 8, 16, undefined]);
  expect(await statuses()).toEqual([{ status: 'failed', error_code: 'interrupted' }]);
});

it('keeps retrying an upload while the error is transient', async () => {
  const body = { type: 'import', upload_id: await storeUpload(FILE) };
  const { sent, queue } = keptQueue();
  const deps = testDeps({ queue });
  const away = () => Promise.reject(new AppError('storage_unavailable', 'R2 is away.'));
  const without = { ...deps, uploads: { ...deps.uploads, stream: away } };
  expect(await outcomeOf(without, body, 24)).toEqual(['retry']);
  expect(sent).toEqual([]);
  expect(await outcomeOf(without, body, 25)).toEqual(['ack']);
  expect(sent).toEqual([{ message: body, options: { delaySeconds: 60 } }]); // tried from the beginning
  expect(await statuses()).toEqual([{ status: 'running', error_code: null }]);
  const full = { send: () => Promise.reject(new Error('queue is full')) } as unknown as Queue;
  expect(await outcomeOf({ ...without, queue: full }, body, 26)).toEqual(['retry']);
  expect(await outcomeOf(deps, body, 1)).toEqual(['ack']);
  expect(await rows(sql`select status from uploads`)).toEqual([{ status: 'succeeded' }]);
});

it('sends the message of a stalled upload again', async () => {
  const body = { type: 'import', upload_id: await storeUpload(FILE) };
  await rows(sql`update uploads set touched_at = touched_at - interval '3 minutes'`);
  const { sent, queue } = keptQueue();
  await tick(testDeps({ queue }), Date.parse('2026-01-10T12:00:00Z'));
  expect(sent.filter(({ options }) => options === undefined)).toEqual([
    { message: body },
    { message: { type: 'resolve' } },
  ]);
});

it('checks accepted work between polls for as long as it is stalled', async () => {
  const body = { type: 'import', upload_id: await storeUpload(FILE) };
  await accept();
  await rows(sql`update uploads set touched_at = touched_at - interval '3 minutes'`);
  await rows(
    sql`update runs set accepted_at = accepted_at - interval '11 minutes' where source = 'coinpaprika'`,
  );
  const { sent, queue } = keptQueue();
  const deps = testDeps({ queue });
  expect(await outcomeOf(deps, { type: 'sweep' }, 1)).toEqual(['ack']);
  expect(sent).toEqual([{ message: body }, { message: { type: 'sweep' }, options: { delaySeconds: 600 } }]);
  expect(await statuses()).toEqual([
    { status: 'queued', error_code: null },
    { status: 'failed', error_code: 'message_lost' },
  ]);
  sent.length = 0;
  expect(await outcomeOf(deps, { type: 'sweep' }, 1)).toEqual(['ack']);
  expect(sent).toEqual([]); // another sweep has just run
  expect(await outcomeOf(deps, body, 1)).toEqual(['ack']);
  await rows(sql`update tasks set touched_at = touched_at - interval '10 minutes'`);
  expect(await outcomeOf(deps, { type: 'sweep' }, 1)).toEqual(['ack']);
  expect(sent).toEqual([]); // nothing is open
});

it('finds lost work of every kind, and checks again while any is open', async () => {
  const { sent, queue } = keptQueue();
  const deps = testDeps({ queue });
  await rows(askForResolution(sql`(values (true)) one`));
  const messages = () => sent.splice(0).map(({ message }) => message);
  expect(await outcomeOf(deps, { type: 'sweep' }, 1)).toEqual(['ack']);
  expect(messages()).toEqual([{ type: 'sweep' }]); // all of it was requested a moment ago
  const upload_id = await storeUpload(FILE);
  await rows(sql`update uploads set touched_at = touched_at - interval '3 minutes'`);
  const [run] = await rows<{ id: string }>(sql`
    with withdrawn as (
      insert into runs (source, trigger, status, accepted_at, withdraw_reason)
      values ('coingecko', 'cron', 'succeeded', now(), 'wrong') returning id
    ), replay as (
      insert into replays (status, normalizer_version, accepted_at) values ('queued', 1, now())
    ), history as (
      insert into runs (source, trigger, status, accepted_at)
      values ('coingecko', 'backfill', 'queued', now() - interval '4 minutes')
    )
    select id from withdrawn`);
  await openRebuild(deps.db);
  await rows(sql`update tasks set touched_at = touched_at - interval '10 minutes'`);
  expect(await outcomeOf(deps, { type: 'sweep' }, 1)).toEqual(['ack']);
  const run_id = Number(run?.id);
  expect(messages()).toEqual([
    { type: 'import', upload_id },
    { type: 'withdraw', run_id },
    { type: 'replay', replay_id: expect.any(Number) },
    { type: 'backfill', run_id: run_id + 1 },
    { type: 'resolve' },
    { type: 'rebuild_candles' },
    { type: 'sweep' },
  ]);
});

it('leaves a listing that waits for the list of its source to the ticks', async () => {
  const { sent, queue } = keptQueue();
  await rows(sql`
    with page as (
      insert into checkpoints (source, endpoint, fetched_at, watermark, every_minutes, raw_payload_id, run_id)
      values ('coingecko', 'global', now(), now(), 60, 1, 1)
    )
    insert into listings (source, external_id, symbol, name, first_known_at) values ('coingecko', 'abc', 'ABC', 'Abc', now())`);
  await consume(testDeps({ queue }), {
    id: 'm',
    attempts: 1,
    body: { type: 'resolve' },
    ack() {},
    retry() {},
  });
  expect(await rows(sql`select is_resolved from listings`)).toEqual([{ is_resolved: false }]);
  for (const type of ['sweep', 'resume'])
    expect(await outcomeOf(testDeps({ queue }), { type }, 1)).toEqual(['ack']);
  expect(sent).toEqual([]);
});

it('understands the messages of an older release', async () => {
  await storeUpload(FILE);
  const { sent, queue } = keptQueue();
  const deps = testDeps({ queue });
  const from = { listing_id: 7, day: '2025-01-10T00:00:00Z' };
  for (const body of [
    { type: 'rebuild_candles', from: null },
    { type: 'rebuild_candles', from },
  ]) {
    await rows(sql`
      insert into candles (listing_id, interval, open_time, open_usd, high_usd, low_usd, close_usd, first_observed_at, last_observed_at, count)
      values (900, '1h', '2020-01-01Z', 1, 1, 1, 1, '2020-01-01Z', '2020-01-01Z', 1)`);
    expect(await outcomeOf(deps, body, 1)).toEqual(['ack']);
    expect(await rows(sql`select 1 from candles`)).toEqual([]); // no observation makes it
    expect(await listOpenRebuilds(deps.db)).toEqual([]);
  }
  for (const type of ['resolve', 'maintain', 'sweep', 'resume'])
    expect(await outcomeOf(deps, { type }, 1)).toEqual(['ack']);
  expect(sent.filter(({ message }) => message.type !== 'sweep' && message.type !== 'import')).toEqual([]);
});

it('ends the resolution of assets after repeated permanent errors, instead of sending it for ever', async () => {
  const deps = testDeps();
  await rows(askForResolution(sql`(values (true)) one`));
  const broken = {
    ...deps,
    now: () => {
      throw new Error('a bug');
    },
  };
  const body = { type: 'resolve', faults: 4 };
  expect(await outcomeOf(broken, body, 1)).toEqual(['ack']);
  expect(await listOpenResolution(deps.db)).toEqual([]);
});

it('retries a dead letter later when the database is unreachable', async () => {
  const deps = testDeps({}, { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' });
  const body = { type: 'import', upload_id: 'x' };
  const message = { id: 'm', attempts: 1, body, ack: vi.fn(), retry: vi.fn() };
  await consumeDead(deps, message);
  expect(message.retry).toHaveBeenCalledWith({ delaySeconds: 60 });
  expect(message.ack).not.toHaveBeenCalled();
});

it('keeps work that it cannot end without a database, and waits between attempts', async () => {
  const body = { type: 'import', upload_id: await storeUpload(FILE) };
  const deps = testDeps();
  const bug = () => Promise.reject(new Error('a bug'));
  const broken = { ...deps, uploads: { ...deps.uploads, stream: bug } };
  const plain = globalThis.fetch;
  const readOnly = '{"message":"cannot execute UPDATE in a read-only transaction","code":"25006"}';
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) =>
    String(init?.body).includes('uploads.fail')
      ? new Response(readOnly, { status: 400 })
      : plain(input, init),
  );
  const delays: unknown[] = [];
  for (const attempts of [5, 20]) {
    const message = { id: 'm', attempts, body: { ...body, faults: 4 }, ack: vi.fn(), retry: vi.fn() };
    await consume(broken, message);
    expect(message.ack).not.toHaveBeenCalled();
    delays.push(message.retry.mock.calls[0]?.[0].delaySeconds);
  }
  vi.restoreAllMocks();
  expect(delays).toEqual([32, 60]);
  expect(await statuses()).toEqual([{ status: 'running', error_code: null }]);
});

it('waits for a queue that refuses the message of the next slice', async () => {
  const upload_id = await storeUpload('symbol,price_usd,created_at\nABC,1,2024-01-01\n');
  const body = { type: 'import', upload_id };
  let now_ms = Date.parse('2026-01-10T12:00:00Z');
  const now = () => {
    now_ms += 11_000; // each reading of the clock ends a slice
    return new Date(now_ms);
  };
  const queue = { send: () => Promise.reject(new Error('Queue send failed')) } as unknown as Queue;
  expect(await outcomeOf(testDeps({ now, queue }), body, 7)).toEqual(['retry']);
  expect(await statuses()).toEqual([{ status: 'running', error_code: null }]);
  expect(await outcomeOf(testDeps(), body, 8)).toEqual(['ack']);
  expect(await statuses()).toEqual([{ status: 'succeeded', error_code: null }]);
});

it('does not wait forever for another consumer of the same upload', async () => {
  const upload_id = await storeUpload('symbol,price_usd,created_at\nABC,1,2024-01-01\n');
  await rows(sql`insert into leases (name, token, expires_at)
    values (${`upload:${upload_id}`}, 3, now() + interval '20 seconds')`);
  const body = { type: 'import', upload_id };
  expect(await outcomeOf(testDeps(), body, 24)).toEqual(['retry']);
  expect(await outcomeOf(testDeps(), body, 25)).toEqual(['ack']);
  expect(await statuses()).toEqual([{ status: 'queued', error_code: null }]);
});

it('retries a manual run as often as the queue allows, because no cron would send it again', async () => {
  await rows(sql`insert into leases (name, token, expires_at)
    values ('coinpaprika', 3, now() + interval '20 seconds')`);
  expect(await outcomeOf(testDeps(), await accept(), 50)).toEqual(['retry']);
});

it('never loops on a message of unknown shape', async () => {
  const result = await deliver('cointape-ingest', [
    { hello: 1 },
    null,
    { type: 'poll', run_id: 1, source: 'nobody' },
  ]);
  expect(result.explicitAcks).toEqual(['0', '1', '2']);
});

it('closes the run of a dead letter', async () => {
  const result = await deliver('cointape-ingest-dead', [await accept(), 'rubbish']);
  expect(result.explicitAcks).toEqual(['0', '1']);
  expect(await statuses()).toEqual([{ status: 'failed', error_code: 'interrupted' }]);
});

it('polls from the cron handler', async () => {
  const scheduledTime = Math.floor(Date.now() / 300_000) * 300_000;
  await worker.scheduled(
    createScheduledController({ scheduledTime: new Date(scheduledTime), cron: '* * * * *' }),
    workerEnv(),
    createExecutionContext(),
  );
  expect(await rows(sql`select source, status from runs order by source`)).toEqual([
    { source: 'coingecko', status: 'failed' }, // nothing scripted: 404
    { source: 'coinpaprika', status: 'succeeded' },
  ]);
});
