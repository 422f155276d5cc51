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
import { queueRun } from '../../../src/db/runs/lifecycle.ts';
import type { Deps } from '../../../src/deps.ts';
import type { Env } from '../../../src/env.ts';
import { AppError } from '../../../src/errors.ts';
import worker from '../../../src/index.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { tick } from '../../../src/ingest/queue/tick.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
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
  await worker.queue(batch, workerEnv());
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

it('runs what was accepted', async () => {
  const result = await deliver('cointape-ingest', [await accept()]);
  expect(result.explicitAcks).toEqual(['0']);
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

it('acks a message that comes again after its run has ended', async () => {
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

it('fails an upload after repeated permanent errors', async () => {
  const upload_id = await storeUpload('symbol,price_usd,created_at\nABC,1,2024-01-01\n');
  const deps = testDeps();
  const broken = { ...deps, uploads: { ...deps.uploads, stream: () => Promise.reject(new Error('a bug')) } };
  const outcomes: string[] = [];
  for (const attempts of [1, 2, 3, 4, 5]) {
    const ack = () => void outcomes.push('ack');
    const retry = () => void outcomes.push('retry');
    await consume(broken, { id: 'm', attempts, body: { type: 'import', upload_id }, ack, retry });
  }
  expect(outcomes).toEqual(['retry', 'retry', 'retry', 'retry', 'ack']);
  expect(await statuses()).toEqual([{ status: 'failed', error_code: 'interrupted' }]);
});

const outcomeOf = async (deps: Deps, body: unknown, attempts: number) => {
  const outcomes: string[] = [];
  const ack = () => void outcomes.push('ack');
  const retry = () => void outcomes.push('retry');
  await consume(deps, { id: 'm', attempts, body, ack, retry });
  return outcomes;
};

const FILE = 'symbol,price_usd,created_at\nABC,1,2024-01-01\n';

/** A queue that keeps what it is given. */
function keptQueue() {
  const sent: unknown[][] = [];
  return { sent, queue: { send: async (...given: unknown[]) => void sent.push(given) } as unknown as Queue };
}

it('keeps retrying an upload while the error is transient', async () => {
  const body = { type: 'import', upload_id: await storeUpload(FILE) };
  const { sent, queue } = keptQueue();
  const deps = testDeps({ queue });
  const away = () => Promise.reject(new AppError('storage_unavailable', 'R2 is away.'));
  const without = { ...deps, uploads: { ...deps.uploads, stream: away } };
  expect(await outcomeOf(without, body, 24)).toEqual(['retry']);
  expect(sent).toEqual([]);
  expect(await outcomeOf(without, body, 25)).toEqual(['ack']);
  expect(sent).toEqual([[body, { delaySeconds: 60 }]]); // tried from the beginning
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
  expect(sent.map(([message]) => message)).toEqual([body]);
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
  expect(sent).toEqual([
    [body, undefined],
    [{ type: 'sweep' }, { delaySeconds: 600 }],
  ]);
  expect(await statuses()).toEqual([
    { status: 'queued', error_code: null },
    { status: 'failed', error_code: 'message_lost' },
  ]);
  expect(await outcomeOf(deps, body, 1)).toEqual(['ack']);
  sent.length = 0;
  expect(await outcomeOf(deps, { type: 'sweep' }, 1)).toEqual(['ack']);
  expect(sent).toEqual([]);
});

it('keeps work that it cannot end without a database, and waits between attempts', async () => {
  const body = { type: 'import', upload_id: await storeUpload(FILE) };
  const deps = testDeps();
  const bug = () => Promise.reject(new Error('a bug'));
  const broken = { ...deps, uploads: { ...deps.uploads, stream: bug } };
  const plain = globalThis.fetch;
  const readOnly = '{"message":"cannot execute UPDATE in a read-only transaction","code":"25006"}';
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) =>
    String(init?.body).includes('uploads.finish')
      ? new Response(readOnly, { status: 400 })
      : plain(input, init),
  );
  const delays: unknown[] = [];
  for (const attempts of [5, 20]) {
    const message = { id: 'm', attempts, body, ack: vi.fn(), retry: vi.fn() };
    await consume(broken, message);
    expect(message.ack).not.toHaveBeenCalled();
    delays.push(message.retry.mock.calls[0]?.[0].delaySeconds);
  }
  vi.restoreAllMocks();
  expect(delays).toEqual([32, 60]);
  expect(await statuses()).toEqual([{ status: 'running', error_code: null }]);
});

it('waits for a queue that does not take the message of the next slice', async () => {
  const upload_id = await storeUpload('symbol,price_usd,created_at\nABC,1,2024-01-01\n');
  const body = { type: 'import', upload_id };
  let now_ms = Date.parse('2026-01-10T12:00:00Z');
  const now = () => {
    now_ms += 11_000; // each look at the clock is the end of a slice
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

it('retries a manual run as often as the queue allows: no cron would send it again', async () => {
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
  );
  expect(await rows(sql`select source, status from runs order by source`)).toEqual([
    { source: 'coingecko', status: 'failed' }, // nothing scripted: 404
    { source: 'coinpaprika', status: 'succeeded' },
  ]);
});
