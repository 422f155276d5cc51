import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { queueRun } from '../../../src/db/runs/lifecycle.ts';
import { withdraw } from '../../../src/ingest/upkeep/withdraw.ts';
import { rows, testDeps } from '../../support/deps.ts';
import type { Answer } from '../../support/http.ts';
import {
  brokenQueue,
  codeOf,
  FILE,
  forgetUploads,
  get,
  idOf,
  ingest,
  NOBODY,
  post,
  send,
  sent,
  uploadOf,
} from '../../support/upload-requests.ts';

beforeEach(forgetUploads);

const REASON = '{"reason":" The vendor has called these prices wrong. "}';
const CORRECTED = FILE.replace('45000.50000000', '45010');

async function ingested(body = FILE): Promise<string> {
  const id = idOf(await send({ body, query: '?symbol=BTC&dialect=coingecko&quote=usd' }));
  await ingest(id);
  sent.length = 0;
  return id;
}
const messageOf = (answer: Answer) => (answer.json as { detail: string }).detail;
const prices = async () => (await get('/data?source=csv&history=true&decimals=string')).column('price_usd');
const currentPrices = async () => (await get('/data?source=csv&decimals=string')).column('price_usd');

describe('POST /uploads/{id}/withdraw', () => {
  it('withdraws its rows, restores the replaced values, and keeps the reason', async () => {
    await ingested();
    const id = await ingested(CORRECTED);
    expect(await currentPrices()).toEqual(['45010']);

    const answer = await post(`/uploads/${id}/withdraw`, REASON);
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({
      id,
      status: 'succeeded',
      withdraw_reason: 'The vendor has called these prices wrong.',
      withdrawn_at: null,
      links: { self: `/uploads/${id}`, run: '/runs/2' },
    });
    expect(answer.header('Location')).toBe(`/uploads/${id}`);
    expect(sent).toEqual([{ type: 'withdraw', run_id: 2 }]);

    await withdraw(testDeps(), { run_id: 2 });
    expect(await currentPrices()).toEqual(['45000.50000000']);
    expect(await prices()).toEqual(['45000.50000000', '45010', '45000.50000000']);
    const { status, data } = await uploadOf(id);
    expect([status, data.withdraw_reason]).toEqual([
      'withdrawn',
      'The vendor has called these prices wrong.',
    ]);
    expect(data.withdrawn_at).toMatch(/Z$/);
    const run = (await get('/runs/2')).json as { data: Record<string, unknown> };
    expect(run.data).toMatchObject({
      trigger: 'upload',
      withdraw_reason: data.withdraw_reason,
      withdrawn_at: data.withdrawn_at,
    });
  });

  it('gives the same answer again, keeps the first reason, and sends the message until it is done', async () => {
    const id = await ingested();
    const first = await post(`/uploads/${id}/withdraw`, REASON);
    const second = await post(`/uploads/${id}/withdraw`, '{"reason":"another"}');
    expect([second.status, second.json]).toEqual([202, first.json]);
    expect(sent).toHaveLength(2); // the first message may be lost
    await withdraw(testDeps(), { run_id: 1 });
    const third = await post(`/uploads/${id}/withdraw`, '{"reason":"another"}');
    expect(third.json).toMatchObject({ status: 'withdrawn', withdrawn_at: expect.stringMatching(/Z$/) });
    expect(sent).toHaveLength(2);
  });

  it('requested many times at once has one reason', async () => {
    const id = await ingested();
    const bodies = ['a', 'b', 'c', 'd'].map((reason) => JSON.stringify({ reason }));
    const answers = await Promise.all(bodies.map((body) => post(`/uploads/${id}/withdraw`, body)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    const reasons = new Set(answers.map(({ json }) => (json as { withdraw_reason: string }).withdraw_reason));
    expect([...reasons]).toEqual([(await uploadOf(id)).data.withdraw_reason]);
  });

  it('is refused while the upload is open, and then changes nothing', async () => {
    const id = idOf(await send({ query: '?symbol=BTC' }));
    sent.length = 0;
    const answer = await post(`/uploads/${id}/withdraw`, REASON);
    expect(codeOf(answer)).toEqual([409, 'conflict']);
    expect(messageOf(answer)).toBe(`The upload ${id} has not ended yet. Withdraw it after that.`);
    expect(sent).toEqual([]);
    expect((await uploadOf(id)).data.withdraw_reason).toBeNull();
  });

  it('lets the same bytes start again, but not before it is complete', async () => {
    const id = await ingested();
    await post(`/uploads/${id}/withdraw`, REASON);
    const early = await send({ query: '?symbol=BTC&dialect=coingecko&quote=usd' });
    expect(codeOf(early)).toEqual([409, 'conflict']);
    expect(early.header('Retry-After')).toBe('5');
    await withdraw(testDeps(), { run_id: 1 });
    const again = await ingested();
    expect(again).not.toBe(id);
    expect(await currentPrices()).toEqual(['45000.50000000']);
  });

  it('is stored although the queue refuses the message, and sends it when repeated', async () => {
    const id = await ingested();
    const lost = await post(`/uploads/${id}/withdraw`, REASON, { deps: { queue: brokenQueue } });
    expect(lost.status).toBe(202);
    expect((await post(`/uploads/${id}/withdraw`, REASON)).status).toBe(202);
    expect(sent).toEqual([{ type: 'withdraw', run_id: 1 }]);
  });

  it('withdraws the committed rows of a failed upload', async () => {
    const id = await ingested();
    await rows(sql`update uploads set status = 'failed' where id = ${id}`);
    await rows(sql`update runs set status = 'failed'`);
    expect((await post(`/uploads/${id}/withdraw`, REASON)).status).toBe(202);
    await withdraw(testDeps(), { run_id: 1 });
    expect(await currentPrices()).toEqual([]);
  });

  it.each([
    ['', /body is not JSON; send \{"reason"/],
    ['reason=wrong', /body is not JSON/],
    ['[]', /body /],
    ['{}', /reason /],
    ['{"reason":"  "}', /reason must say why/],
    ['{"reason":7}', /reason /],
    ['{"reason":"a\\u0000b"}', /reason must not hold a NUL/],
    [`{"reason":"${'x'.repeat(1001)}"}`, /reason may have 1000 characters/],
    ['{"reason":"wrong","force":true}', /force/],
  ])('refuses the body %j', async (body, detail) => {
    const answer = await post(`/uploads/${await ingested()}/withdraw`, body);
    expect(codeOf(answer)).toEqual([400, 'invalid_request']);
    expect(messageOf(answer)).toMatch(detail);
    expect(sent).toEqual([]);
  });

  it('refuses a body that is not small JSON', async () => {
    const answer = await post(`/uploads/${NOBODY}/withdraw`, 'x'.repeat(10_001));
    expect(codeOf(answer)).toEqual([413, 'payload_too_large']);
  });

  it.each([
    [`/uploads/${NOBODY}/withdraw`, 404, 'not_found'],
    ['/uploads/x/withdraw', 400, 'invalid_request'],
    ['/runs/7/withdraw', 404, 'not_found'],
    ['/runs/0/withdraw', 400, 'invalid_request'],
    ['/runs/x/withdraw', 400, 'invalid_request'],
    ['/runs/7/withdraw?force=true', 400, 'invalid_request'],
  ])('answers %s with %i %s', async (path, status, code) => {
    expect(codeOf(await post(path, REASON))).toEqual([status, code]);
  });
});

describe('POST /runs/{id}/withdraw', () => {
  it('withdraws the rows of any run that has ended', async () => {
    const id = await ingested();
    const answer = await post('/runs/1/withdraw', REASON);
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({
      id: 1,
      status: 'succeeded',
      links: { self: '/runs/1', run: '/runs/1' },
    });
    expect(sent).toEqual([{ type: 'withdraw', run_id: 1 }]);
    await withdraw(testDeps(), { run_id: 1 });
    expect((await uploadOf(id)).status).toBe('withdrawn');
    expect(await currentPrices()).toEqual([]);
  });

  it.each([
    ['queued', 'The run 1 has not ended yet. Withdraw it after that.'],
    ['running', 'The run 1 has not ended yet. Withdraw it after that.'],
    ['skipped', 'The run 1 was skipped and has no rows.'],
  ])('is refused for a %s run', async (status, detail) => {
    await queueRun(testDeps().db, { source: 'coingecko', trigger: 'manual' });
    await rows(sql`update runs set status = ${status}`);
    const answer = await post('/runs/1/withdraw', REASON);
    expect(codeOf(answer)).toEqual([409, 'conflict']);
    expect(messageOf(answer)).toBe(detail);
    expect(sent).toEqual([]);
  });
});
