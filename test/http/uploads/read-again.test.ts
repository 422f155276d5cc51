import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import type { Deps } from '../../../src/deps.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { resume } from '../../../src/ingest/queue/resume.ts';
import { rows, testDeps } from '../../support/deps.ts';
import { testEnv } from '../../support/http.ts';
import {
  brokenQueue,
  codeOf,
  forgetUploads,
  get,
  idOf,
  ingest,
  NOBODY,
  post,
  type Sent,
  send,
  sent,
  uploadOf,
} from '../../support/upload-requests.ts';

beforeEach(forgetUploads);

/** British days, which nothing in the file proves. */
const BODY = 'symbol,price_usd,date\nBTC,100,03/01/2024\nBTC,101,04/01/2024\nBTC,102,05/01/2024\n';
const again = (id: string, query: string, deps: Partial<Deps> = {}) =>
  post(`/uploads/${id}/read-again${query}`, '', { deps });

/** Handles the messages that were sent, and those that they cause. */
async function deliver(): Promise<void> {
  const deps = testDeps({ queue: { send: async (body: unknown) => void sent.push(body) } as never });
  for (let body = sent.shift(); body !== undefined; body = sent.shift())
    await consume(deps, { id: '1', attempts: 1, body, ack: () => {}, retry: () => {} });
}
async function uploaded(query: string): Promise<string> {
  const id = idOf(await send({ body: BODY, query }));
  sent.length = 0;
  await ingest(id);
  return id;
}
interface Row {
  id: string;
  price_usd: number;
  created_at: string;
}
const daysOf = async (query = '') =>
  ((await get(`/data?source=csv&order=asc${query}`)).page.data as unknown as Row[]).map(({ created_at }) =>
    created_at.slice(0, 10),
  );

it('withdraws the rows and reads the same bytes with other parameters', async () => {
  const first = await uploaded('?date_order=mdy');
  expect(await daysOf()).toEqual(['2024-03-01', '2024-04-01', '2024-05-01']);
  const answer = await again(first, '?date_order=dmy');
  expect(answer.status).toBe(202);
  const second = idOf(answer);
  expect(answer.headers.get('Location')).toBe(`/uploads/${second}`);
  expect(answer.json as Sent).toMatchObject({ status: 'queued', links: { self: `/uploads/${second}` } });
  await deliver();
  expect(await uploadOf(first)).toMatchObject({
    status: 'withdrawn',
    data: { withdraw_reason: `Read again as upload ${second}.` },
  });
  expect(await uploadOf(second)).toMatchObject({
    status: 'succeeded',
    rows: { inserted: 3 },
    data: { reads_again: first, hints: { date_order: 'dmy' } },
  });
  expect(await daysOf()).toEqual(['2024-01-03', '2024-01-04', '2024-01-05']);
});

it('keeps withdrawn rows provable by the plan that read them', async () => {
  const first = await uploaded('?date_order=mdy');
  await again(first, '?date_order=dmy');
  await deliver();
  const { data } = (await get('/data?source=csv&history=true')).page as unknown as { data: Row[] };
  expect(data).toHaveLength(6);
  for (const { id } of data)
    expect((await get(`/observations/${id}/proof`)).json).toMatchObject({ data: { matches: true } });
});

it('is the same if it is requested twice, at any time', async () => {
  const first = await uploaded('?date_order=mdy');
  const second = idOf(await again(first, '?date_order=dmy'));
  expect(idOf(await again(first, '?date_order=dmy'))).toBe(second);
  await deliver();
  expect(idOf(await again(first, '?date_order=dmy'))).toBe(second);
  expect(codeOf(await again(first, '?date_order=ymd'))).toEqual([409, 'conflict']);
  const same = await again(second, '?date_order=dmy');
  expect([idOf(same), (same.json as Sent).meta.warnings?.length]).toEqual([second, 1]);
  expect(await daysOf()).toEqual(['2024-01-03', '2024-01-04', '2024-01-05']);
  expect(await rows(sql`select count(*)::int as n from uploads`)).toEqual([{ n: 2 }]);
});

it('reads a failed upload again, and again after that has failed', async () => {
  const first = idOf(await send({ body: BODY }));
  sent.length = 0;
  await ingest(first);
  expect(await uploadOf(first)).toMatchObject({ status: 'failed', error: { code: 'ambiguous_dates' } });
  const second = idOf(await again(first, '?columns=date:ignore'));
  await deliver();
  expect(await uploadOf(second)).toMatchObject({ status: 'failed' });
  const third = idOf(await again(first, '?date_order=dmy'));
  await deliver();
  expect(await uploadOf(third)).toMatchObject({ status: 'succeeded', data: { reads_again: first } });
  expect(await uploadOf(first)).toMatchObject({ status: 'failed' });
});

it('survives a lost message: the withdrawal first, then the reading', async () => {
  const first = await uploaded('?date_order=mdy');
  const second = idOf(await again(first, '?date_order=dmy', { queue: brokenQueue }));
  expect(sent).toEqual([]);
  // Its message comes too early: it waits.
  await ingest(second);
  expect(await uploadOf(second)).toMatchObject({ status: 'queued' });
  await resume(testDeps({ queue: { send: async (body: unknown) => void sent.push(body) } as never }));
  expect(sent).toContainEqual({ type: 'import', upload_id: second });
  await deliver();
  expect(await uploadOf(second)).toMatchObject({ status: 'succeeded' });
  expect(await daysOf()).toEqual(['2024-01-03', '2024-01-04', '2024-01-05']);
});

it('refuses uploads that cannot be read again', async () => {
  expect(codeOf(await again(NOBODY, ''))).toEqual([404, 'not_found']);
  expect(codeOf(await again('x', ''))).toEqual([400, 'invalid_request']);
  const open = idOf(await send({ body: BODY }));
  expect(codeOf(await again(open, '?date_order=dmy'))).toEqual([409, 'conflict']);
  await ingest(open);
  expect(codeOf(await again(open, '?dry_run=true'))).toEqual([400, 'invalid_request']);
  expect(codeOf(await post(`/uploads/${open}/read-again`, '', { headers: {} }))).toEqual([
    401,
    'unauthorized',
  ]);
  const dry = idOf(await send({ body: BODY, query: '?dry_run=true&date_order=dmy' }));
  await ingest(dry);
  expect(codeOf(await again(dry, '?date_order=mdy'))).toEqual([409, 'conflict']);
  await testEnv.UPLOADS.delete(`uploads/${open}`);
  expect(codeOf(await again(open, '?date_order=dmy'))).toEqual([410, 'bytes_missing']);
});
