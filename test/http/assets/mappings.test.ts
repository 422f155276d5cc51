import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, test } from 'vitest';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer, type Question } from '../../support/http.ts';
import { seed, seedAssets } from '../../support/tape.ts';

const { db } = testDeps();
const at = '2025-01-10T11:55:00Z';

beforeEach(async () => {
  await emptyDatabase();
  await seed(db, [
    {
      source: 'coinpaprika',
      external_id: 'abc-one',
      symbol: 'ABC',
      name: 'One',
      observed_at: at,
      price_usd: '1',
    },
    { source: 'coingecko', external_id: 'one', symbol: 'ABC', name: 'One', observed_at: at, price_usd: '1' },
    {
      source: 'coingecko',
      external_id: 'other',
      symbol: 'XYZ',
      name: 'Other',
      observed_at: at,
      price_usd: '2',
    },
  ]);
  await seedAssets(db, [
    {
      id: 'abc-one',
      symbol: 'ABC',
      name: 'One',
      listings: { 'coinpaprika:abc-one': 'own', 'coingecko:one': 'contract' },
    },
    { id: 'xyz-other', symbol: 'XYZ', name: 'Other', listings: { 'coingecko:other': 'own' } },
  ]);
  await db.execute('test.raw')(sql`
    insert into mappings (listing_id, asset_id, method, confidence, evidence, state, flagged_at, flag_reason, valid_from, valid_to)
    select l.id, m.asset_id, m.method, m.confidence::numeric, '{}', m.state, m.flagged_at::timestamptz, m.flag_reason,
      '2025-01-02Z', m.valid_to::timestamptz
    from (values
      ('other', 'abc-one', 'similar', '0.50', 'proposed', '2025-01-05Z', 'price', null),
      ('one', 'xyz-other', 'contract', '0', 'conflict', null, null, null),
      ('one', 'xyz-other', 'name', '0.95', 'ended', null, null, '2025-01-04Z')
    ) as m (external_id, asset_id, method, confidence, state, flagged_at, flag_reason, valid_to)
    join listings l on l.source = 'coingecko' and l.external_id = m.external_id
    order by array_position(array['proposed', 'conflict', 'ended'], m.state)`);
});

const ids = async (query: string) => (await ask(`/mappings?${query}`)).column('id');

describe('GET /mappings', () => {
  test('a row names the listing, the asset, and the evidence', async () => {
    const answer = await ask('/mappings');
    expect(answer.status).toBe(200);
    expect(answer.column('id')).toEqual([5, 4, 3, 2, 1]);
    expect(answer.page.data[1]).toEqual({
      id: 4,
      source: 'coingecko',
      external_id: 'other',
      symbol: 'XYZ',
      name: 'Other',
      asset: 'abc-one',
      method: 'similar',
      confidence: 0.5,
      evidence: {},
      state: 'proposed',
      flagged_at: '2025-01-05T00:00:00Z',
      flag_reason: 'price',
      valid_from: '2025-01-02T00:00:00Z',
      valid_to: null,
      decisions: [],
      prices: [
        { source: 'coingecko', external_id: 'other', is_mapped: true, price_usd: 2, created_at: at },
        { source: 'coingecko', external_id: 'one', is_mapped: false, price_usd: 1, created_at: at },
        { source: 'coinpaprika', external_id: 'abc-one', is_mapped: false, price_usd: 1, created_at: at },
      ],
    });
    expect(answer.text).toContain('"confidence":0.50');
    expect(answer.header('Cache-Control')).toBe('no-store');
  });

  test.for([
    ['state=ended', [6]],
    ['state=active,ended', [6, 3, 2, 1]],
    ['conflict=true', [5]],
    ['conflict=false', [4, 3, 2, 1]],
    ['flagged=true', [4]],
    ['method=contract', [5, 2]],
    ['method=contract&state=active', [2]],
    ['asset=abc-one', [4, 2, 1]],
    ['asset=coingecko:one', [4, 2, 1]],
    ['source=coinpaprika', [1]],
    ['symbol=xyz', [4, 3]],
    ['external_id=other', [4, 3]],
    ['symbol=NOBODY', []],
  ] as const)('%s', async ([query, expected]) => {
    expect(await ids(query)).toEqual(expected);
    expect((await ask(`/mappings?${query}`)).page.pagination.total).toBe(expected.length);
  });

  test('pages by cursor', async () => {
    const first = await ask('/mappings?limit=2&state=active');
    expect(first.column('id')).toEqual([3, 2]);
    expect(await ids(`cursor=${first.page.pagination.next_cursor}`)).toEqual([1]);
    expect(await ids('limit=2&offset=4')).toEqual([1]);
  });

  test.for([
    ['method=guess', 'method takes decision,'],
    ['state=open', 'state takes active,'],
    ['conflict=yes', 'conflict must be one of true, false'],
    ['conflict=true&state=active', 'conflict and state exclude each other'],
    ['asset=one', 'There is no asset one'],
  ] as const)('%s is refused', async ([query, message]) => {
    const answer = await ask(`/mappings?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(message);
  });
});

describe('POST /mappings/{id}/decisions', () => {
  const sent: unknown[] = [];
  const queue = { send: async (message: unknown) => void sent.push(message) } as unknown as Queue;
  const decide = (id: string | number, body: unknown, more: Question = {}) => {
    sent.length = 0;
    return ask(`/mappings/${id}/decisions`, {
      method: 'POST',
      headers: bearer('dev'),
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...more,
      deps: { queue, ...more.deps },
    });
  };
  const WORDS = { who: 'ada', why: 'Looked at both explorers.' };

  test('stores the decision, requests a resolution, and shows it with the mapping', async () => {
    const answer = await decide(4, { action: 'confirm', ...WORDS });
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({
      id: 1,
      mapping_id: 4,
      action: 'confirm',
      asset: 'abc-one',
      ...WORDS,
      decided_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      links: { mappings: '/mappings?asset=abc-one' },
    });
    expect(sent).toEqual([{ type: 'resolve' }, { type: 'sweep' }]);
    expect(await rows(sql`select external_id from listings where not is_resolved`)).toEqual([
      { external_id: 'other' },
    ]);
    expect((await ask('/mappings?state=proposed')).page.data[0]?.decisions).toEqual([
      {
        id: 1,
        action: 'confirm',
        asset: 'abc-one',
        ...WORDS,
        decided_at: expect.any(String),
        undone_at: null,
        undone_by: null,
        undone_why: null,
      },
    ]);
  });

  test('a repeated or concurrent decision is one decision; after another one it is a new one', async () => {
    const pin = { action: 'pin', asset: 'xyz-other', ...WORDS };
    const twice = await Promise.all([decide(2, pin), decide(2, pin)]);
    const again = await decide(2, pin);
    expect(again.status).toBe(202);
    const { decided_at } = again.json as { decided_at: string };
    for (const { json } of [...twice, again]) expect(json).toMatchObject({ id: 1, decided_at });
    expect(sent).toEqual([{ type: 'resolve' }, { type: 'sweep' }]); // the first message may be lost
    await decide(2, { action: 'reject', ...WORDS });
    await decide(2, pin);
    expect(await rows(sql`select action from decisions order by id`)).toEqual([
      { action: 'pin' },
      { action: 'reject' },
      { action: 'pin' },
    ]);
  });

  test('is undone once, with a reason, and can be made again', async () => {
    const undo = (path: string, body: unknown = { who: 'bob', why: 'It was the other one.' }) =>
      ask(`/mappings/${path}/undo`, {
        method: 'POST',
        headers: bearer('dev'),
        body: JSON.stringify(body),
        deps: { queue },
      });
    await decide(2, { action: 'reject', ...WORDS });
    const answer = await undo('2/decisions/1');
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({ id: 1, mapping_id: 2, undone_at: expect.any(String) });
    expect((await undo('2/decisions/1', { who: 'eve', why: 'Again.' })).json).toEqual(answer.json);
    expect((await ask('/mappings?asset=abc-one&external_id=one')).page.data[0]?.decisions).toMatchObject([
      { id: 1, action: 'reject', undone_by: 'bob', undone_why: 'It was the other one.' },
    ]);
    expect((await decide(2, { action: 'reject', ...WORDS })).json).toMatchObject({ id: 2 });
    expect((await undo('4/decisions/1')).status).toBe(404);
    expect((await undo('2/decisions/x')).status).toBe(400);
    expect((await undo('2/decisions/1', { who: 'bob' })).status).toBe(400);
  });

  test('pins to another asset', async () => {
    const answer = await decide(2, { action: 'pin', asset: 'xyz-other', ...WORDS });
    expect(answer.json).toMatchObject({ action: 'pin', asset: 'xyz-other', mapping_id: 2 });
  });

  test('is stored although the queue is full: a sweep, or the next tick, resolves', async () => {
    const broken = { send: () => Promise.reject(new Error('full')) } as unknown as Queue;
    const { log } = testDeps();
    expect((await decide(1, { action: 'reject', ...WORDS }, { deps: { queue: broken, log } })).status).toBe(
      202,
    );
    expect(await rows(sql`select action from decisions`)).toEqual([{ action: 'reject' }]);
    expect(await rows(sql`select type from tasks where done < asked`)).toEqual([{ type: 'resolve' }]);
  });

  test.for([
    [4, { action: 'confirm', who: 'ada' }, 400, 'why'],
    [4, { action: 'maybe', ...WORDS }, 400, 'must be one of confirm, reject, pin'],
    [4, { action: 'confirm', asset: 'xyz-other', ...WORDS }, 400, 'is allowed with pin only'],
    [4, { action: 'confirm', ...WORDS, extra: 1 }, 400, 'extra'],
    [4, { action: 'confirm', who: '  ', why: 'x' }, 400, 'who must not be empty'],
    [4, { action: 'confirm', who: 'a\u0000', why: 'x' }, 400, 'NUL'],
    [4, 'confirm', 400, 'is not JSON'],
    [4, { action: 'pin', asset: 'one', ...WORDS }, 400, 'abc-one'],
    [99, { action: 'confirm', ...WORDS }, 404, 'There is no mapping 99'],
    ['x', { action: 'confirm', ...WORDS }, 400, 'id must be the id of a mapping'],
  ] as const)('%s %j → %s', async ([id, body, status, message]) => {
    const answer = await decide(id, body);
    expect(answer.status).toBe(status);
    expect(answer.header('Content-Type')).toContain('application/problem+json');
    expect(answer.text).toContain(message);
    expect(sent).toEqual([]);
    expect(await rows(sql`select id from decisions`)).toEqual([]);
  });

  test('needs the token of operators; reading does not', async () => {
    const body = { action: 'confirm', ...WORDS };
    expect((await decide(4, body, { headers: {} })).status).toBe(401);
    expect((await decide(4, body, { headers: bearer('wrong') })).status).toBe(401);
    expect((await decide(4, body, { vars: { SCHEDULER_TOKEN: undefined } })).status).toBe(503);
    const got = await ask('/mappings/4/decisions');
    expect([got.status, got.header('Allow')]).toEqual([405, 'POST, OPTIONS']);
  });
});
