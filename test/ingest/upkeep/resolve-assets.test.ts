import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { rowIn } from '../../../src/db/client.ts';
import { insertDecision, type NewDecision } from '../../../src/db/identity/decisions.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { resolveAssets, resolveIfNeeded } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { tickThrough } from '../../support/queue.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { countStatements, type SeedRow, seed } from '../../support/tape.ts';
import { forgetScript, geckoGlobal, market, paprikaGlobal, script, ticker } from '../../support/upstream.ts';

beforeEach(async () => {
  await emptyDatabase();
  await forgetScript();
});

const db = () => testDeps().db;
const assets = async () =>
  Object.fromEntries(
    (
      await rows<{ key: string; asset_id: string | null }>(
        sql`select source || ':' || external_id as key, asset_id from listings order by 1`,
      )
    ).map(({ key, asset_id }) => [key, asset_id]),
  );
const mappings = (states = ['active', 'proposed', 'conflict', 'rejected', 'ended']) =>
  rows(sql`select l.external_id, m.asset_id, m.method, m.state from mappings m
    join listings l on l.id = m.listing_id
    where m.state = any(${sql.param(states)}::text[]) and m.method <> 'own'
    order by l.external_id, m.id`);
const version = async () =>
  (await rows<{ v: string }>(sql`select version::text as v from tape_version`))[0]?.v;
const mappingId = async (external_id: string, asset_id: string) =>
  Number(
    (
      await rows<{ id: string }>(sql`select m.id from mappings m join listings l on l.id = m.listing_id
        where l.external_id = ${external_id} and m.asset_id = ${asset_id} and m.state <> 'ended'`)
    )[0]?.id,
  );

const FOO: SeedRow[] = [
  {
    source: 'coinpaprika',
    external_id: 'foo-foo',
    symbol: 'FOO',
    name: 'Foo',
    observed_at: '2026-01-10T10:00:00Z',
    price_usd: '2',
  },
  {
    source: 'coingecko',
    external_id: 'foo',
    symbol: 'FOO',
    name: 'Foo',
    observed_at: '2026-01-10T10:01:00Z',
    price_usd: '2.01',
  },
];

describe('a tick', () => {
  beforeEach(async () => {
    const btc = ticker({ id: 'btc-bitcoin' });
    await script('/coinpaprika/tickers', {
      body: `[${btc},${ticker({ id: 'foo-foo', symbol: 'FOO', name: 'Foo One' })}]`,
    });
    await script('/coinpaprika/global', { body: paprikaGlobal() });
    await script('/coingecko/coins/markets', { body: '[]' });
    await script('/coingecko/coins/markets?page=1', {
      body: `[${market({ id: 'bitcoin' })},${market({ id: 'foo-token', symbol: 'foo', name: 'Foolish' })}]`,
    });
    await script('/coingecko/global', { body: geckoGlobal() });
  });
  const tickAt = (at: string) => tickThrough(testDeps({ now: () => new Date(at) }), Date.parse(at));

  it('resolves the listings it brings', async () => {
    await tickAt('2026-01-10T12:05:00Z');
    expect(await assets()).toEqual({
      'coingecko:bitcoin': 'btc-bitcoin',
      'coingecko:foo-token': 'foo-foo-token',
      'coinpaprika:btc-bitcoin': 'btc-bitcoin',
      'coinpaprika:foo-foo': 'foo-foo',
    });
    expect(await mappings()).toEqual([
      { external_id: 'bitcoin', asset_id: 'btc-bitcoin', method: 'reviewed', state: 'active' },
    ]);
  });

  it('joins by the contracts of the daily lists, and keeps the assigned id', async () => {
    const address = '0xd26114cd6EE289AccF82350c8d8487fedB8A0C07';
    await script('/coingecko/coins/list', {
      body: `[{"id":"foo-token","symbol":"foo","name":"Foolish","platforms":{"ethereum":"${address}","polygon-pos":""}}]`,
    });
    await script('/coinpaprika/contracts/eth-ethereum', {
      body: `[{"address":"${address.toLowerCase()}","id":"foo-foo","type":"ERC20"},{"address":"0x1","type":"ERC20"}]`,
    });
    await tickAt('2026-01-10T12:05:00Z');
    expect(await mappings()).toEqual([
      { external_id: 'bitcoin', asset_id: 'btc-bitcoin', method: 'reviewed', state: 'active' },
      { external_id: 'foo-token', asset_id: 'foo-foo', method: 'contract', state: 'active' },
    ]);
    expect(await rows(sql`select status from runs`)).toEqual([
      { status: 'succeeded' },
      { status: 'succeeded' },
    ]);
    expect(await rows(sql`select code from rejects`)).toEqual([{ code: 'missing_id' }]);
    // Requested once a day; a platform that the source does not have counts as answered.
    const fetched = () => rows(sql`select endpoint from raw_payloads where endpoint ~ 'list|contracts'`);
    const before = (await fetched()).length;
    await tickAt('2026-01-10T12:10:00Z');
    expect(await fetched()).toHaveLength(before);
  });

  describe('before the complete list of a source has come', () => {
    const RIVAL = '{"id":"foo-2","symbol":"foo","name":"Foo One","platforms":{}}';
    const list = (...coins: string[]) => script('/coingecko/coins/list', { body: `[${coins.join(',')}]` });
    const foo = async () => {
      const { 'coingecko:foo-token': asset } = await assets();
      return [asset, (await rows(sql`select 1 from listings where not is_resolved`)).length > 0];
    };

    beforeEach(async () => {
      await script('/coingecko/coins/markets?page=1', {
        body: `[${market({ id: 'bitcoin' })},${market({ id: 'foo-token', symbol: 'foo', name: 'Foo One' })}]`,
      });
      await script('/coingecko/coins/list', { status: 500, body: 'oops' });
      await tickAt('2026-01-10T12:05:00Z');
    });

    it('joins no listing by name: there may be a rival', async () => {
      expect(await foo()).toEqual([null, true]);
      expect(await mappings()).toEqual([
        { external_id: 'bitcoin', asset_id: 'btc-bitcoin', method: 'reviewed', state: 'active' },
      ]);
      await list(RIVAL);
      await tickAt('2026-01-10T12:10:00Z');
      expect(await foo()).toEqual(['foo-foo-token', false]);
    });

    it('joins them when the list arrives', async () => {
      await list();
      await tickAt('2026-01-10T12:10:00Z');
      expect(await foo()).toEqual(['foo-foo', false]);
      expect((await mappings())[1]).toMatchObject({ external_id: 'foo-token', method: 'name' });
    });

    it('does not map a file by its ticker', async () => {
      const upload_id = await storeUpload('symbol,price_usd,created_at\nFOO,1,2024-01-01\n');
      const message = { id: 'm', body: { type: 'import', upload_id }, attempts: 1 };
      const deps = testDeps({ now: () => new Date('2026-01-10T12:06:00Z') });
      await consume(deps, { ...message, ack: () => {}, retry: () => {} });
      const file = async () => Object.entries(await assets()).find(([key]) => key.startsWith('csv:'))?.[1];
      expect(await file()).toBe('csv-canonical-foo');
      await list();
      await tickAt('2026-01-10T12:10:00Z');
      expect(await file()).toBe('foo-foo');
    });

    it('waits a day for it, not forever', async () => {
      await tickAt('2026-01-11T12:00:00Z');
      expect(await foo()).toEqual([null, true]);
      await tickAt('2026-01-11T12:10:00Z');
      expect(await foo()).toEqual(['foo-foo', false]);
    });
  });

  it('writes nothing when nothing has changed', async () => {
    await tickAt('2026-01-10T12:05:00Z');
    const before = await version();
    await resolveAssets(testDeps());
    expect(await version()).toBe(before);
    expect(await rows(sql`select count(*)::int as n from mappings where state = 'ended'`)).toEqual([
      { n: 0 },
    ]);
  });
});

describe('writing', () => {
  it('moves the tape when a listing gets its asset, and never touches an observation', async () => {
    await seed(db(), FOO);
    const before = await version();
    const facts = () => rows(sql`select * from observations order by listing_id`);
    const untouched = await facts();
    await resolveAssets(testDeps());
    expect(await version()).not.toBe(before);
    expect(await facts()).toEqual(untouched);
    expect(await rows(sql`select id, symbol, name, merged_into from assets`)).toEqual([
      { id: 'foo-foo', symbol: 'FOO', name: 'Foo', merged_into: null },
    ]);
  });

  it('follows a rename under the same id', async () => {
    await seed(db(), FOO);
    await resolveAssets(testDeps());
    await rows(
      sql`update listings set symbol = 'BAR', name = 'Bar (ex-Foo)', is_resolved = false where source = 'coinpaprika'`,
    );
    await resolveIfNeeded(testDeps());
    expect(await rows(sql`select id, symbol, name from assets`)).toEqual([
      { id: 'foo-foo', symbol: 'BAR', name: 'Bar (ex-Foo)' },
    ]);
    expect(await assets()).toEqual({ 'coingecko:foo': 'foo-foo', 'coinpaprika:foo-foo': 'foo-foo' });
  });

  it('redirects a merged asset to the other', async () => {
    await seed(db(), [{ ...FOO[0], name: 'Foo One' } as SeedRow, FOO[1] as SeedRow]);
    await resolveAssets(testDeps());
    expect(await assets()).toEqual({
      'coingecko:foo': 'foo-foo-coingecko',
      'coinpaprika:foo-foo': 'foo-foo',
    });
    await rows(sql`update listings set name = 'Foo', is_resolved = false where source = 'coinpaprika'`);
    await resolveIfNeeded(testDeps());
    expect(await assets()).toEqual({ 'coingecko:foo': 'foo-foo', 'coinpaprika:foo-foo': 'foo-foo' });
    expect(await rows(sql`select id, merged_into from assets order by id`)).toEqual([
      { id: 'foo-foo', merged_into: null },
      { id: 'foo-foo-coingecko', merged_into: 'foo-foo' },
    ]);
    expect(
      await rows(sql`select m.asset_id, m.state, m.valid_to is null as is_open from mappings m
        join listings l on l.id = m.listing_id where l.source = 'coingecko' order by m.id`),
    ).toEqual([
      { asset_id: 'foo-foo-coingecko', state: 'ended', is_open: false },
      { asset_id: 'foo-foo', state: 'active', is_open: true },
    ]);
  });

  it('does nothing while another holder has the lease', async () => {
    await seed(db(), FOO);
    await rows(
      sql`insert into leases (name, token, expires_at) values ('identity', 7, now() + interval '1 minute')`,
    );
    expect(await resolveAssets(testDeps())).toBe('busy');
    expect(await assets()).toEqual({ 'coingecko:foo': null, 'coinpaprika:foo-foo': null });
  });

  it('takes as many statements for thousands of listings as for two', async () => {
    const counted = async () => {
      const { db: database, statements } = countStatements(db());
      await resolveAssets(testDeps({ db: database }));
      return statements();
    };
    await seed(db(), FOO);
    const few = await counted();
    await rows(sql`insert into listings (source, external_id, symbol, name, first_known_at)
      select s, s || '-coin-' || n, 'C' || n % 1500, 'Coin ' || n, now()
      from generate_series(1, 2000) n, unnest(array['coinpaprika', 'coingecko']) s`);
    expect(await counted()).toBe(few);
    expect(await rows(sql`select count(*)::int as n from assets`)).toEqual([{ n: 2001 }]);
  });
});

describe('a third source', () => {
  const LORE = { ...FOO[1], source: 'coinlore', external_id: '4711', price_usd: '1.99' } as SeedRow;

  it('joins existing assets, under their ids', async () => {
    await seed(db(), FOO);
    await resolveAssets(testDeps());
    const before = await rows(sql`select id, symbol, name, merged_into from assets`);
    await seed(db(), [LORE]);
    await resolveIfNeeded(testDeps());
    expect(await assets()).toEqual({
      'coingecko:foo': 'foo-foo',
      'coinlore:4711': 'foo-foo',
      'coinpaprika:foo-foo': 'foo-foo',
    });
    expect(await rows(sql`select id, symbol, name, merged_into from assets`)).toEqual(before);
    expect(await mappings()).toEqual([
      { external_id: '4711', asset_id: 'foo-foo', method: 'name', state: 'active' },
      { external_id: 'foo', asset_id: 'foo-foo', method: 'name', state: 'active' },
    ]);
  });

  it('is separate if its price is another', async () => {
    await seed(db(), [...FOO, { ...LORE, price_usd: '900' } as SeedRow]);
    await resolveAssets(testDeps());
    expect(await assets()).toEqual({
      'coingecko:foo': 'foo-foo',
      'coinlore:4711': 'foo-4711',
      'coinpaprika:foo-foo': 'foo-foo',
    });
    expect(await mappings(['proposed'])).toEqual([
      { external_id: '4711', asset_id: 'foo-foo', method: 'name', state: 'proposed' },
    ]);
  });

  it('is not waited for if it has no list of all its coins', async () => {
    await seed(db(), [...FOO, LORE]);
    await rows(sql`insert into checkpoints (source, endpoint, fetched_at, raw_payload_id, run_id)
      select 'coinlore', 'tickers?start=0', fetched_at, id, run_id from raw_payloads limit 1`);
    await resolveAssets(testDeps({}, { SOURCES: 'coinpaprika,coingecko,coinlore' }));
    expect(await assets()).toMatchObject({ 'coingecko:foo': 'foo-foo', 'coinlore:4711': 'foo-foo' });
  });
});

describe('prices', () => {
  const similar = (prices: [string, string][]): SeedRow[] =>
    prices.flatMap(([paprika, gecko], at) => {
      const minute = String(at * 5).padStart(2, '0');
      return [
        {
          ...FOO[0],
          name: 'Fooish',
          observed_at: `2026-01-10T10:${minute}:00Z`,
          price_usd: paprika,
        } as SeedRow,
        {
          ...FOO[1],
          name: 'Fooish Systems',
          observed_at: `2026-01-10T10:${minute}:30Z`,
          price_usd: gecko,
        } as SeedRow,
      ];
    });
  const agreeing = (count: number) => similar(Array.from({ length: count }, () => ['2', '2.01']));

  it.each([
    ['confirm a similar name after three readings', agreeing(3), 'active'],
    ['do not after two', agreeing(2), 'proposed'],
    [
      'do not when one is off',
      similar([
        ['2', '2.01'],
        ['2', '2.5'],
        ['2', '2'],
        ['2', '2'],
      ]),
      'proposed',
    ],
    [
      'say nothing near one dollar',
      similar([
        ['1', '1'],
        ['1', '1'],
        ['1', '1'],
      ]),
      'proposed',
    ],
  ])('%s', async (_name, tape, state) => {
    await seed(db(), tape);
    await resolveAssets(testDeps());
    expect(await mappings()).toEqual([{ external_id: 'foo', asset_id: 'foo-foo', method: 'similar', state }]);
  });

  it('are not compared when the readings are more than 15 minutes apart', async () => {
    const [paprika, gecko] = [FOO[0] as SeedRow, FOO[1] as SeedRow];
    await seed(db(), [paprika, { ...gecko, observed_at: '2026-01-10T10:15:01Z', price_usd: '900' }]);
    await resolveAssets(testDeps());
    expect(await mappings()).toEqual([
      { external_id: 'foo', asset_id: 'foo-foo', method: 'name', state: 'active' },
    ]);
  });

  it('keep equal names apart if they disagree from the start', async () => {
    await seed(db(), [FOO[0] as SeedRow, { ...FOO[1], price_usd: '900' } as SeedRow]);
    await resolveAssets(testDeps());
    expect(await mappings()).toEqual([
      { external_id: 'foo', asset_id: 'foo-foo', method: 'name', state: 'proposed' },
    ]);
  });

  it('flag a mapping after they have stayed apart, and clear it, without moving the series', async () => {
    await seed(db(), FOO);
    await resolveAssets(testDeps());
    const later = (hour: number, price: string): SeedRow[] =>
      Array.from({ length: 12 }, (_, at) => String(at * 5).padStart(2, '0')).flatMap((minute) => [
        { ...FOO[0], observed_at: `2026-01-10T${hour}:${minute}:00Z`, price_usd: '2' } as SeedRow,
        { ...FOO[1], observed_at: `2026-01-10T${hour}:${minute}:01Z`, price_usd: price } as SeedRow,
      ]);
    const flagged = () =>
      rows(sql`select flag_reason, flagged_at is not null as is_flagged from mappings where method = 'name'`);
    await seed(db(), later(11, '3'));
    await resolveAssets(testDeps());
    expect(await flagged()).toEqual([
      {
        flag_reason: 'The prices of coinpaprika:foo-foo and coingecko:foo stay more than 20 % apart.',
        is_flagged: true,
      },
    ]);
    expect(await assets()).toEqual({ 'coingecko:foo': 'foo-foo', 'coinpaprika:foo-foo': 'foo-foo' });
    await seed(db(), later(12, '2'));
    await resolveAssets(testDeps());
    expect(await flagged()).toEqual([{ flag_reason: null, is_flagged: false }]);
  });
});

describe('decisions', () => {
  const keep = async (decision: NewDecision) => rowIn((await db().batch(insertDecision(db(), decision)))[2]);
  const decide = async (
    external_id: string,
    asset: string,
    action: 'confirm' | 'reject' | 'pin',
    to: string | null = null,
  ) => {
    const mapping_id = await mappingId(external_id, asset);
    await keep({ mapping_id, action, asset_id: to, who: 'ada', why: 'looked it up' });
    await resolveIfNeeded(testDeps());
  };

  it('reject a mapping permanently', async () => {
    await seed(db(), FOO);
    await resolveAssets(testDeps());
    await decide('foo', 'foo-foo', 'reject');
    expect(await assets()).toEqual({
      'coingecko:foo': 'foo-foo-coingecko',
      'coinpaprika:foo-foo': 'foo-foo',
    });
    await resolveAssets(testDeps());
    expect(await mappings(['active', 'rejected'])).toEqual([
      { external_id: 'foo', asset_id: 'foo-foo', method: 'decision', state: 'rejected' },
    ]);
  });

  it('confirm a proposal, and undo that', async () => {
    await seed(db(), [FOO[0] as SeedRow, { ...FOO[1], price_usd: '900' } as SeedRow]);
    await resolveAssets(testDeps());
    await decide('foo', 'foo-foo', 'confirm');
    expect(await assets()).toMatchObject({ 'coingecko:foo': 'foo-foo' });
    expect(await mappings(['active'])).toEqual([
      { external_id: 'foo', asset_id: 'foo-foo', method: 'decision', state: 'active' },
    ]);
    await decide('foo', 'foo-foo', 'reject');
    expect(await assets()).toMatchObject({ 'coingecko:foo': 'foo-foo-coingecko' });
  });

  it('pin a listing to any asset, through the queue', async () => {
    await seed(db(), [...FOO, { ...FOO[1], external_id: 'foo-2', name: 'Foo Two' } as SeedRow]);
    await resolveAssets(testDeps());
    const why = 'the vendor lists it twice';
    const mapping_id = await mappingId('foo-2', 'foo-foo-2');
    await keep({ mapping_id, action: 'pin', asset_id: 'foo-foo', who: 'ada', why });
    const message = { id: 'm', body: { type: 'resolve' }, attempts: 1, ack: () => {}, retry: () => {} };
    await consume(testDeps(), message);
    expect(await assets()).toEqual({
      'coingecko:foo': 'foo-foo',
      'coingecko:foo-2': 'foo-foo',
      'coinpaprika:foo-foo': 'foo-foo',
    });
  });

  it('refuse an unknown mapping or asset', async () => {
    await seed(db(), FOO);
    await resolveAssets(testDeps());
    const known = await mappingId('foo', 'foo-foo');
    const asked = async (mapping_id: number, asset_id: string | null) =>
      keep({ mapping_id, action: 'pin', asset_id, who: 'ada', why: 'x' });
    expect(await asked(999, null)).toMatchObject({ id: null, has_mapping: false, has_asset: false });
    expect(await asked(known, 'nobody')).toMatchObject({ id: null, has_mapping: true, has_asset: false });
    expect(await asked(known, null)).toMatchObject({ has_mapping: true, has_asset: true });
  });
});

it('gives an uploaded series the asset of its coin', async () => {
  await seed(db(), [
    {
      source: 'coinpaprika',
      external_id: 'btc-bitcoin',
      symbol: 'BTC',
      name: 'Bitcoin',
      observed_at: '2026-01-10T10:00:00Z',
    },
  ]);
  await resolveAssets(testDeps());
  const upload_id = await storeUpload(
    'snapped_at,price,market_cap,total_volume\n2025-01-10 00:00:00 UTC,45000.5,880000000000.0,25000000000.0\n',
    { filename: 'btc-usd-max.csv' },
  );
  const message = {
    id: 'm',
    body: { type: 'import', upload_id },
    attempts: 1,
    ack: () => {},
    retry: () => {},
  };
  await consume(testDeps(), message);
  expect(await assets()).toEqual({
    'coinpaprika:btc-bitcoin': 'btc-bitcoin',
    'csv:coingecko:btc': 'btc-bitcoin',
  });
});
