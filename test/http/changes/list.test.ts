import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { resolveAssets } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { ask, bearer } from '../../support/http.ts';
import type { Change } from '../../support/mirror.ts';
import { loadReadings, promoteReadings, type Reading, takeBack } from '../../support/readings.ts';
import { countStatements } from '../../support/tape.ts';

beforeEach(emptyDatabase);

const AT = '2025-01-10T10:00:00Z';
/** The id of a reading of coingecko at AT. */
const id = (coin: string, revision: number) => `coingecko_${coin}_spot_1736503200000000_${revision}`;
const load = (...readings: (Partial<Reading> & { id: string })[]) =>
  loadReadings(readings.map((reading) => ({ at: AT, price: '1', ...reading })));

async function changes(query = ''): Promise<Change[]> {
  const answer = await ask(`/changes?${query}`);
  expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, '']);
  return answer.page.data as unknown as Change[];
}
const short = ({ change, id: of, replaces, reason }: Change) => [change, of, replaces, reason];
const told = async (query = '') => (await changes(query)).map(short);
const version = async () => (await ask('/data?format=csv')).header('X-Tape-Version') ?? '';

describe('what happens to rows', () => {
  it('is listed in the order in which it happened', async () => {
    const first = await load({ id: 'b', price: '2' }, { id: 'a', price: '1' });
    const second = await load({ id: 'a', price: '3' });
    await takeBack(second);
    await takeBack(first);
    expect(await told()).toEqual([
      ['added', id('a', 1), null, null],
      ['added', id('b', 1), null, null],
      ['revised', id('a', 2), id('a', 1), null],
      ['revised', id('a', 3), id('a', 2), 'wrong'],
      ['withdrawn', id('a', 3), null, 'wrong'],
      ['withdrawn', id('b', 1), null, 'wrong'],
    ]);
    const all = await changes();
    expect(all.map(({ listing }) => listing)).toEqual(
      ['a', 'b', 'a', 'a', 'a', 'b'].map((of) => `coingecko:${of}`),
    );
    expect(all.map(({ row }) => row && [row.id, row.price_usd])).toEqual([
      [id('a', 1), 1],
      [id('b', 1), 2],
      [id('a', 2), 3],
      [id('a', 3), 1],
      null,
      null,
    ]);
    expect(all.every(({ before, after }) => before === null && after === null)).toBe(true);
    expect(new Set(all.map((change) => change.version)).size).toBe(4);
  });

  it('with a key that was free again is an addition', async () => {
    await takeBack(await load({ id: 'a' }));
    await load({ id: 'a', price: '2' });
    expect(await told()).toEqual([
      ['added', id('a', 1), null, null],
      ['withdrawn', id('a', 1), null, 'wrong'],
      ['added', id('a', 2), null, null],
    ]);
  });

  it('by a promotion names its replay', async () => {
    await load({ id: 'a' }, { id: 'b' });
    await promoteReadings([
      { id: 'a', at: AT, price: '7' },
      { id: 'b', at: AT, price: null },
    ]);
    expect((await told()).slice(2)).toEqual([
      ['revised', id('a', 2), id('a', 1), 'promotion of replay 1'],
      ['withdrawn', id('b', 1), null, 'promotion of replay 1'],
    ]);
  });

  it('has the same form as in /data, digit by digit', async () => {
    await load({ id: 'a', price: '45000.50000000' });
    for (const decimals of ['number', 'string']) {
      const data = (await ask(`/data?decimals=${decimals}`)).text;
      const row = data.slice(data.indexOf('[') + 1, data.indexOf('}') + 1);
      expect(row).toContain('45000.50000000');
      expect((await ask(`/changes?decimals=${decimals}`)).text).toContain(`"row":${row},`);
    }
  });
});

describe('what happens to listings', () => {
  it('is listed with the labels before and after', async () => {
    await load({ id: 'a', symbol: 'OLD' });
    const since = await version();
    await load({ id: 'a', symbol: 'NEW', price: '2' });
    await resolveAssets(testDeps());
    const [relabelled, revised, remapped, ...more] = await changes(`since=${since}`);
    expect(more).toEqual([]);
    expect(relabelled).toEqual({
      version: revised?.version,
      change: 'relabelled',
      id: null,
      row: null,
      replaces: null,
      listing: 'coingecko:a',
      before: { asset: null, symbol: 'OLD', name: null },
      after: { asset: null, symbol: 'NEW', name: null },
      reason: null,
    });
    const [{ asset } = {}] = (await ask('/data')).page.data;
    expect(remapped).toMatchObject({
      change: 'remapped',
      before: { asset: null, symbol: 'NEW', name: null },
      after: { asset, symbol: 'NEW', name: null },
    });
    expect(asset).not.toBeNull();
  });

  it('come with any kind, but only with their own source and id', async () => {
    await load({ id: 'a', symbol: 'OLD' });
    await load({ id: 'a', symbol: 'NEW' });
    const kinds = async (query: string) => (await changes(query)).map(({ change }) => change);
    expect(await kinds('kind=bar_close')).toEqual(['relabelled']);
    expect(await kinds('source=coingecko&external_id=a')).toEqual(['added', 'relabelled']);
    expect(await kinds('source=coinpaprika')).toEqual([]);
    expect(await kinds('external_id=b')).toEqual([]);
  });
});

describe('a walk', () => {
  const day = (n: number) => `2025-01-${String(n).padStart(2, '0')}T00:00:00Z`;

  it('continues in the middle of a version, by listing and instant, up to the version of its first page', async () => {
    await load(
      { id: 'b' },
      { id: 'a', at: day(3) },
      { id: 'a', at: day(1) },
      { id: 'B' },
      { id: 'a', at: day(2) },
      { id: 'a-1' },
      { id: 'a', kind: 'bar_close' },
    );
    const first = await ask('/changes?limit=2');
    const pinned = first.page.meta.complete_through;
    expect(pinned).toBe(await version());
    await load({ id: 'c' });
    const seen = [...first.column('id')];
    let cursor = first.page.pagination.next_cursor;
    expect(first.header('Link')).toBe(`</changes?cursor=${cursor}>; rel="next"`);
    while (cursor !== null) {
      const page = await ask(`/changes?limit=2&cursor=${cursor}`);
      expect(page.page.meta.complete_through).toBe(pinned);
      seen.push(...page.column('id'));
      cursor = page.page.pagination.next_cursor;
    }
    const micros = (n: number) => Date.parse(day(n)) * 1000;
    expect(seen).toEqual([
      id('B', 1),
      'coingecko_a_bar_close_1736503200000000_1',
      ...[1, 2, 3].map((n) => `coingecko_a_spot_${micros(n)}_1`),
      id('a-1', 1),
      id('b', 1),
    ]);
    expect((await changes(`since=${pinned}`)).map((change) => change.id)).toEqual([id('c', 1)]);
    expect(await changes(`since=${await version()}`)).toEqual([]);
  });

  it('takes filters, which its cursor carries', async () => {
    await load({ id: 'a' }, { id: 'b' }, { id: 'c' });
    const first = await ask('/changes?external_id=c,a&limit=1&fields=id');
    expect(first.page.data).toEqual([{ id: id('a', 1) }]);
    const cursor = first.page.pagination.next_cursor;
    expect((await ask(`/changes?cursor=${cursor}`)).page.data).toEqual([{ id: id('c', 1) }]);
    expect((await ask(`/changes?external_id=c,a&cursor=${cursor}`)).status).toBe(200);
    expect((await ask(`/changes?external_id=b&cursor=${cursor}`)).json).toMatchObject({
      code: 'invalid_cursor',
    });
    expect((await ask(`/data?cursor=${cursor}`)).json).toMatchObject({ code: 'invalid_cursor' });
  });

  it('costs one statement per page', async () => {
    await load({ id: 'a' });
    const { db, statements } = countStatements(testDeps().db);
    await ask('/changes?since=2025-01-01&source=coingecko&external_id=a&kind=spot', { deps: { db } });
    expect(statements()).toBe(1);
  });

  it.each(['since=yesterday', 'since=2999-01-01', 'since=', 'offset=1', 'kind=bar', 'cursor=x', 'page=2'])(
    'refuses %s',
    async (query) => {
      expect((await ask(`/changes?${query}`)).status).toBe(400);
    },
  );

  it('returns the newest version for a later `until`', async () => {
    await load({ id: 'a' });
    expect((await ask('/changes?since=2999-01-01')).json).toMatchObject({
      detail: `since is in the future: the newest version of this tape is ${await version()}.`,
    });
    const now = new Date(Date.now() - 1).toISOString();
    expect(await changes(`since=${now}`)).toEqual([]);
  });
});

describe('thinning', () => {
  /** As thinning leaves the tape: a row removed, the horizon announced, under a separate version. */
  async function thin(horizon: string, gone: string): Promise<void> {
    await rows(sql`delete from observations where (listing_id, observed_at) in (
      select l.id, ${AT}::timestamptz from listings l where l.external_id = ${gone})`);
    await rows(sql`update retention set horizon = ${horizon}, removed_at = clock_timestamp()`);
    await rows(sql`update tape_version set version = (select removed_at from retention)`);
  }

  it('is not a change, and ends walks from before it', async () => {
    await load({ id: 'a' }, { id: 'b' });
    const before = await version();
    await load({ id: 'c' });
    const horizon = await version();
    await load({ id: 'd' });
    await thin(horizon, 'a');
    expect((await changes(`since=${horizon}`)).map((change) => change.id)).toEqual([id('d', 1)]);
    const answer = await ask(`/changes?since=${before}`);
    expect([answer.status, answer.json]).toEqual([
      410,
      expect.objectContaining({
        code: 'beyond_retention',
        earliest: horizon,
        detail: expect.stringContaining('Take a new export of /data and continue from its X-Tape-Version.'),
      }),
    ]);
    // Rows that are never thinned, and the first of the others.
    for (const query of ['source=csv', 'kind=bar_close'])
      expect(await changes(`since=${before}&${query}`)).toEqual([]);
    expect((await changes()).map((change) => change.id)).toEqual(['b', 'c', 'd'].map((of) => id(of, 1)));
  });

  it('ends a walk before the horizon, and none after it', async () => {
    await load({ id: 'a' }, { id: 'b' });
    await load({ id: 'c' });
    const horizon = await version();
    await load({ id: 'd' }, { id: 'e' });
    const behind = (await ask(`/changes?limit=1&since=${horizon}`)).page.pagination.next_cursor;
    const before = (await ask('/changes?limit=1')).page.pagination.next_cursor;
    await thin(horizon, 'a');
    expect((await ask(`/changes?cursor=${before}`)).json).toMatchObject({ code: 'beyond_retention' });
    expect((await ask(`/changes?cursor=${behind}`)).column('id')).toEqual([id('e', 1)]);
    // A walk that began later has lost nothing.
    const later = (await ask('/changes?limit=1')).page.pagination.next_cursor;
    expect((await ask(`/changes?limit=5&cursor=${later}`)).column('id')).toEqual(
      ['c', 'd', 'e'].map((of) => id(of, 1)),
    );
  });

  it('leaves a record of the replaced revision', async () => {
    await load({ id: 'a' });
    await load({ id: 'a', price: '2' });
    await rows(sql`delete from observations where revision = 1`);
    expect(await told()).toEqual([['revised', id('a', 2), id('a', 1), null]]);
  });
});

describe('a reply', () => {
  it('streams every change as lines or as a table', async () => {
    await load({ id: 'a', symbol: 'OLD' });
    await load({ id: 'a', symbol: 'OLD', price: '2' });
    const lines = await ask('/changes', { headers: { Accept: 'application/x-ndjson' } });
    expect(lines.text.split('\n').map((line) => line && short(JSON.parse(line)))).toEqual([
      ['added', id('a', 1), null, null],
      ['revised', id('a', 2), id('a', 1), null],
      '',
    ]);
    expect(lines.header('X-Complete-Through')).toBe(await version());
    expect(lines.header('Vary')).toContain('Accept');
    const table = await ask('/changes?format=csv&fields=change,id,row,replaces');
    const [header, first] = table.text.split('\r\n');
    expect(header).toBe('change,id,row,replaces');
    expect(first).toContain(`added,${id('a', 1)},"{""id"":""${id('a', 1)}"",`);
    expect((await ask('/changes?format=ndjson', { method: 'HEAD' })).text).toBe('');
  });

  it('is 304 while nothing has changed', async () => {
    await load({ id: 'a' });
    const since = await version();
    const first = await ask(`/changes?since=${since}`);
    const headers = { 'If-None-Match': first.header('ETag') ?? '' };
    expect((await ask(`/changes?since=${since}`, { headers })).status).toBe(304);
    await load({ id: 'b' });
    expect((await ask(`/changes?since=${since}`, { headers })).column('id')).toEqual([id('b', 1)]);
  });

  it('needs a token if bulk reads do', async () => {
    const vars = { BULK_ACCESS: 'token', READ_TOKEN: 'reader' };
    expect((await ask('/changes?limit=1', { vars })).status).toBe(401);
    const answer = await ask('/changes', { vars, headers: bearer('reader') });
    expect([answer.status, answer.header('Cache-Control')?.split(',')[0]]).toEqual([200, 'private']);
  });

  it('of /data names its version', async () => {
    await load({ id: 'a' }, { id: 'b' });
    const known = (await ask('/data')).page.meta.complete_through;
    for (const query of ['format=csv', 'format=ndjson', 'format=csv&limit=1', 'format=csv&latest=true'])
      expect((await ask(`/data?${query}`)).header('X-Tape-Version'), query).toBe(known);
    const past = await ask(`/data?format=csv&as_of=${new Date(Date.now() - 1).toISOString()}`);
    expect(past.header('X-Tape-Version')).toBe(known);
    expect(past.header('Access-Control-Expose-Headers')).toContain('X-Tape-Version');
  });
});
