import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { listOpenReplays } from '../../../src/db/replays/lifecycle.ts';
import { Replay } from '../../../src/http/proof/replay-schemas.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import {
  brokenQueue,
  codeOf,
  forgetUploads,
  get,
  idOf,
  ingest,
  NOBODY,
  post,
  send,
  sent,
} from '../../support/upload-requests.ts';

beforeEach(forgetUploads);

/** Passes the messages sent so far to the consumer, like the queue. */
async function deliver(): Promise<void> {
  const queue = { send: async (message: unknown) => void sent.push(message) } as unknown as Queue;
  for (let body = sent.shift(); body !== undefined; body = sent.shift())
    await consume(testDeps({ queue }), { id: 'm', body, attempts: 1, ack: () => {}, retry: () => {} });
}

const shown = async (id: number) => {
  const { json } = await get(`/replays/${id}`);
  const { data } = json as { data: Record<string, unknown> };
  expect(Replay.safeParse(data).error).toBe(undefined);
  return data;
};

async function uploaded(): Promise<string> {
  const id = idOf(await send({ query: '?symbol=btc&quote=usd' }));
  sent.length = 0;
  await ingest(id);
  return id;
}

describe('a replay', () => {
  test('is accepted, compared through the queue, and promoted on request', async () => {
    const upload_id = await uploaded();
    await rows(sql`update observations set price_usd = 1, normalizer_version = 0`);
    const answer = await post('/replays', JSON.stringify({ upload_id, from: '2020-01-01' }));
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({
      id: 1,
      status: 'queued',
      links: { self: '/replays/1', promote: '/replays/1/promote' },
    });
    expect(answer.header('Location')).toBe('/replays/1');
    expect(sent).toEqual([{ type: 'replay', replay_id: 1 }]);
    expect(codeOf(await post('/replays/1/promote', ''))).toEqual([409, 'conflict']);
    await deliver();
    expect(await shown(1)).toMatchObject({
      status: 'compared',
      from: '2020-01-01T00:00:00Z',
      to: null,
      upload_id,
      rows: { unchanged: 0, changed: 1, new: 0, gone: 0, skipped: 0 },
      promotion: null,
      differences: [
        {
          change: 'changed',
          external_id: 'coingecko:btc',
          created_at: '2025-01-10T00:00:00Z',
          observation_id: 'csv_coingecko:btc_spot_1736467200000000_1',
          fields: { price_usd: { stored: 1, recomputed: 45000.5 } },
          outcome: null,
        },
      ],
    });
    expect((await get('/replays/1')).text).toContain('"recomputed":45000.50000000');
    expect((await post('/replays/1/promote', '')).json).toMatchObject({ status: 'promoting' });
    await deliver();
    expect(await shown(1)).toMatchObject({
      status: 'promoted',
      promotion: { promoted: 1, passed_over: 0 },
      differences: [{ outcome: 'promoted' }],
    });
    expect((await post('/replays/1/promote', '')).json).toMatchObject({ status: 'promoted' });
    expect(sent).toEqual([]);
    expect((await ask('/data?decimals=string')).column('price_usd')).toEqual(['45000.50000000']);
  });

  test('of everything needs no body; the number of shown differences can be chosen', async () => {
    await uploaded();
    await rows(sql`update observations set price_usd = 1`);
    expect((await post('/replays', '')).status).toBe(202);
    await deliver();
    expect((await get('/replays/1?differences=0')).json).toMatchObject({
      data: { rows: { changed: 1 }, differences: [] },
    });
  });

  test('found by another version of the code is not promoted', async () => {
    await post('/replays', '');
    await deliver();
    await rows(sql`update replays set normalizer_version = 0`);
    expect(codeOf(await post('/replays/1/promote', ''))).toEqual([409, 'conflict']);
  });

  test('that the queue refuses waits for the next tick', async () => {
    const answer = await post('/replays', '', { deps: { queue: brokenQueue } });
    expect(answer.status).toBe(202);
    expect(await shown(1)).toMatchObject({ status: 'queued', error: null });
    expect(await listOpenReplays(testDeps().db)).toEqual([{ id: '1', is_stalled: true }]);
  });
});

test.for([
  ['{', 'body is not JSON'],
  ['[]', 'body'],
  ['{"sources":["csv"]}', 'body'],
  ['{"source":"kraken"}', 'source takes coinpaprika, coingecko, coinlore, csv'],
  ['{"from":"soon"}', 'from must be a date'],
  ['{"run_id":"1"}', 'run_id'],
  ['{"upload_id":"x"}', 'upload_id'],
])('a body of %s is a problem', async ([body, detail]) => {
  const { status, json } = await post('/replays', body ?? '');
  expect([status, json]).toMatchObject([
    400,
    { code: 'invalid_request', detail: expect.stringContaining(detail ?? '') },
  ]);
  expect(sent).toEqual([]);
});

test('replays are for operators, and unknown ones are 404', async () => {
  expect((await ask('/replays/1')).status).toBe(401);
  expect((await ask('/replays', { method: 'POST' })).status).toBe(401);
  expect((await ask('/replays/1/promote', { method: 'POST', headers: bearer('wrong') })).status).toBe(401);
  expect(codeOf(await get('/replays/1'))).toEqual([404, 'not_found']);
  expect(codeOf(await post('/replays/1/promote', ''))).toEqual([404, 'not_found']);
  expect(codeOf(await get(`/replays/${NOBODY}`))).toEqual([400, 'invalid_request']);
});
