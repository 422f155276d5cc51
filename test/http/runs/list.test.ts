import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import { seed, seedRuns } from '../../support/tape.ts';

const { db } = testDeps();
const SHA = 'ab'.repeat(32);

beforeEach(async () => {
  await emptyDatabase();
  await seedRuns(db, [
    {
      source: 'coinpaprika',
      status: 'succeeded',
      started_at: '2025-01-10T10:00:00Z',
      finished_at: '2025-01-10T10:00:01.5Z',
      rows: [10, 7, 2, 1],
    },
    {
      source: 'coingecko',
      status: 'failed',
      started_at: '2025-01-10T10:01:00Z',
      finished_at: '2025-01-10T10:01:00.25Z',
      error: ['upstream_timeout', 'No reply.'],
    },
    { source: 'coinpaprika', status: 'queued', accepted_at: '2025-01-10T10:02:00Z' },
  ]);
});

async function seedRequest(): Promise<void> {
  await db.execute('test.raw')(sql`
    insert into raw_payloads (source, run_id, endpoint, url, status, headers, content_type, fetched_at,
      duration_ms, size_bytes, sha256, r2_key, encoding, loaded_at)
    values ('coinpaprika', 1, 'tickers', 'https://upstream.test/tickers', 200, '{}', 'application/json',
      '2025-01-10T10:00:00.5Z', 321, 12345, ${SHA}, 'raw/x', 'gzip', now())`);
  await db.execute('test.raw')(sql`
    insert into rejects (source, run_id, raw_payload_id, pointer, external_id, code, message, raw, rejected_at)
    select 'coinpaprika', 1, 1, '/' || n, 'coin-' || n, 'negative_price', 'price is negative', '{}', now()
    from generate_series(1, 25) n`);
}

test('runs come newest first with their counts', async () => {
  const answer = await ask('/runs');
  expect(answer.page.data).toMatchObject([
    expect.objectContaining({
      id: 3,
      status: 'queued',
      started_at: null,
      finished_at: null,
      duration_ms: null,
    }),
    expect.objectContaining({ id: 2, error: { code: 'upstream_timeout', message: 'No reply.' } }),
    {
      id: 1,
      source: 'coinpaprika',
      trigger: 'cron',
      status: 'succeeded',
      accepted_at: '2025-01-10T10:00:00Z',
      started_at: '2025-01-10T10:00:00Z',
      finished_at: '2025-01-10T10:00:01.5Z',
      duration_ms: 1500,
      rows: { read: 10, inserted: 7, duplicate: 2, rejected: 1 },
      error: null,
    },
  ]);
  expect(answer.page.pagination).toMatchObject({ total: 3, returned: 3, next: null });
});

test.for([
  ['source=coinpaprika', [3, 1], 2],
  ['status=failed,queued', [3, 2], 2],
  ['source=coingecko&status=queued', [], 0],
  ['limit=1&offset=1', [2], 3],
] as const)('/runs?%s', async ([query, ids, total]) => {
  const answer = await ask(`/runs?${query}`);
  expect(answer.column('id')).toEqual(ids);
  expect(answer.page.pagination.total).toBe(total);
});

test('a new run does not shift pages', async () => {
  const first = await ask('/runs?limit=2&source=coinpaprika,coingecko');
  await seedRuns(db, [{ status: 'queued' }]);
  const second = await ask(`/runs?cursor=${first.page.pagination.next_cursor}`);
  expect([...first.column('id'), ...second.column('id')]).toEqual([3, 2, 1]);
});

test('one run comes with its requests and first rejects', async () => {
  await seedRequest();
  const { json } = await ask('/runs/1');
  expect(json).toMatchObject({
    data: {
      id: 1,
      requests: [
        {
          endpoint: 'tickers',
          url: 'https://upstream.test/tickers',
          status: 200,
          fetched_at: '2025-01-10T10:00:00.5Z',
          duration_ms: 321,
          size_bytes: 12345,
          sha256: SHA,
          raw: `/raw/${SHA}`,
          loaded: true,
          error_code: null,
        },
      ],
      rejects: { count: 25 },
    },
  });
  const { data } = json as { data: { rejects: { first: unknown[] } } };
  expect(data.rejects.first).toHaveLength(20);
  expect(data.rejects.first[0]).toEqual({
    code: 'negative_price',
    message: 'price is negative',
    pointer: '/1',
    external_id: 'coin-1',
    raw: '{}',
  });
  expect((await ask('/runs/4')).status).toBe(404);
});

test('/stats sums up each source', async () => {
  await seed(db, [{ source: 'coinpaprika', external_id: 'x', observed_at: '2025-01-10T10:00:00Z' }]);
  await db.execute('test.raw')(sql`
    insert into checkpoints (source, endpoint, fetched_at, watermark, raw_payload_id, run_id)
    values ('coinpaprika', 'tickers', '2025-01-10T10:00:00.5Z', '2025-01-10T10:00:00Z', 1, 1)`);
  const { json } = await ask('/stats');
  expect(json).toMatchObject({
    sources: [
      {
        source: 'coinpaprika',
        runs: { queued: 1, running: 0, succeeded: 1, partial: 0, failed: 0, skipped: 0 },
        rows: { read: 10, inserted: 7, duplicate: 2, rejected: 1 },
        duration_ms: { runs: 1, avg: 1500, p50: 1500, max: 1500 },
        last_success: { run_id: 1, at: '2025-01-10T10:00:01.5Z' },
        last_failure: null,
        checkpoints: [
          { endpoint: 'tickers', fetched_at: '2025-01-10T10:00:00.5Z', watermark: '2025-01-10T10:00:00Z' },
        ],
        observations: 1,
        revisions: 1,
        listings: 1,
      },
      {
        source: 'coingecko',
        last_success: null,
        last_failure: {
          run_id: 2,
          at: '2025-01-10T10:01:00.25Z',
          code: 'upstream_timeout',
          message: 'No reply.',
        },
      },
      { source: 'csv', duration_ms: { runs: 0, avg: null, p50: null, max: null }, checkpoints: [] },
    ],
    totals: {
      observations: 1,
      listings: 1,
      runs: 3,
      rows: { read: 10, inserted: 7, duplicate: 2, rejected: 1 },
    },
    version: '2025-01-10T10:00:00Z',
  });
});

test('raw records are shown only to clients that may see raw bytes', async () => {
  await seedRequest();
  const first = async (vars: Record<string, string>) =>
    ((await ask('/runs/1', { vars })).json as { data: { rejects: { first: { raw: string | null }[] } } }).data
      .rejects.first[0]?.raw;
  expect(await first({ RAW_ACCESS: 'public' })).toBe('{}');
  expect(await first({ RAW_ACCESS: 'token', READ_TOKEN: 'reader' })).toBe(null);
});

test('the name and records of an uploaded file stay with its sender', async () => {
  await seedRequest();
  await rows(sql`update runs set source = 'csv' where id = 1`);
  expect((await ask('/runs/1')).json).toMatchObject({
    data: { requests: [{ url: null }], rejects: { count: 25, first: [] } },
  });
});

describe('POST /trigger-etl', () => {
  const sent: unknown[] = [];
  const queue = { send: async (message: unknown) => void sent.push(message) } as unknown as Queue;
  const trigger = (init: RequestInit = {}) =>
    ask('/trigger-etl', { method: 'POST', headers: bearer('dev'), deps: { queue }, ...init });
  beforeEach(() => void sent.splice(0));

  test('accepts a run per polled source and sends a message for each', async () => {
    const answer = await trigger();
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({
      runs: [
        { id: 4, source: 'coinpaprika', status: 'queued' },
        { id: 5, source: 'coingecko', status: 'queued' },
      ],
    });
    expect(answer.header('Location')).toBe('/runs/4');
    expect(sent).toEqual([
      { type: 'poll', run_id: 4, source: 'coinpaprika' },
      { type: 'poll', run_id: 5, source: 'coingecko' },
      { type: 'resume' },
      { type: 'sweep' },
    ]);
  });

  test.for([
    '{"sources":["coingecko"]}',
    '{"sources":["coingecko","coingecko"]}',
    ' { "sources" : [ "coingecko" ] } ',
  ])('takes a body of any content type: %s', async (body) => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const answer = await trigger({ body, headers: { ...bearer('dev'), 'Content-Type': type } });
      expect(answer.json).toMatchObject({ runs: [{ source: 'coingecko' }] });
    }
    expect(sent).toHaveLength(3 * 3); // a run, a resume and a sweep each
  });

  test.for([
    ['{', 'body is not JSON'],
    ['[]', 'body '],
    ['null', 'body '],
    ['{"sources":[]}', 'sources '],
    ['{"sources":["binance"]}', 'sources.0 takes coinpaprika, coingecko'],
    ['{"sources":["csv"]}', 'sources.0 takes coinpaprika, coingecko'],
    ['{"source":"coingecko"}', 'source'],
  ] as const)('refuses %s', async ([body, detail]) => {
    const answer = await trigger({ body });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining(detail) });
    expect(sent).toEqual([]);
  });

  test('refuses an incomplete body', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('connection lost')) });
    expect((await trigger({ body })).json).toMatchObject({ status: 400, code: 'incomplete_body' });
  });

  test('refuses an invalid body', async () => {
    const answer = await trigger({ body: 'x'.repeat(20_000) });
    expect(answer.json).toMatchObject({ code: 'payload_too_large', status: 413 });
  });

  test('needs the token', async () => {
    expect((await trigger({ headers: {} })).status).toBe(401);
    expect((await trigger({ headers: bearer('Dev') })).status).toBe(401);
    const unset = { method: 'POST', headers: bearer('dev'), vars: { SCHEDULER_TOKEN: '' } };
    expect((await ask('/trigger-etl', unset)).json).toMatchObject({ code: 'not_configured', status: 503 });
    expect(await rows(sql`select id from runs where id > 3`)).toEqual([]);
  });

  test('a run whose message the queue refuses ends at once', async () => {
    const broken = { send: () => Promise.reject(new Error('full')) } as unknown as Queue;
    const answer = await ask('/trigger-etl', {
      method: 'POST',
      headers: bearer('dev'),
      body: '{"sources":["coingecko"]}',
      deps: { queue: broken },
    });
    expect([answer.status, answer.header('Retry-After')]).toEqual([503, '5']);
    expect(answer.json).toMatchObject({ code: 'queue_unavailable' });
    expect(await rows(sql`select status, error_code from runs where id = 4`)).toEqual([
      { status: 'failed', error_code: 'message_lost' },
    ]);
  });
});
