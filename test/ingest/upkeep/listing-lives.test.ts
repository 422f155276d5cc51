import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, it } from 'vitest';
import { rowIn } from '../../../src/db/client.ts';
import { followList } from '../../../src/db/identity/follow-list.ts';
import { loadListings } from '../../../src/db/identity/load-listings.ts';
import { openVersion } from '../../../src/db/tape/version.ts';
import { resolveAssets } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';

beforeEach(emptyDatabase);

const DAY_1 = '2026-01-10T10:00:00Z';
const hoursLater = (hours: number) => new Date(Date.parse(DAY_1) + hours * 3_600_000).toISOString();
const ids = (count: number, from = 1) => Array.from({ length: count }, (_, at) => `coin-${at + from}`);
const db = () => testDeps().db;

const poll = async (external_ids: readonly string[], at: string | null, label = '') =>
  db().batch([
    openVersion(db()),
    loadListings(
      db(),
      'coingecko',
      external_ids.map((external_id) => ({
        external_id,
        symbol: external_id.toUpperCase(),
        name: `${label}${external_id}`,
      })),
      at,
    ),
  ]);

async function list(external_ids: readonly string[], fetched_at: string, is_whole = true) {
  const given = {
    source: 'coingecko',
    endpoint: 'coins/list',
    contract: 'coins/list',
    raw_payload_id: 1,
    fetched_at,
    is_whole,
    external_ids,
  };
  const [, followed] = await db().batch([openVersion(db()), followList(db(), given)]);
  return rowIn(followed);
}

const lives = () =>
  rows<{
    external_id: string;
    missed_lists: number;
    is_missing: boolean;
    is_gone: boolean;
    is_back: boolean;
  }>(sql`
    select external_id, missed_lists, missing_since is not null as is_missing, gone_at is not null as is_gone,
      back_at is not null as is_back
    from listings where external_id = 'coin-1'`);
const events = () =>
  rows<{ told: string }>(sql`
    select concat_ws(' ', event, symbol_before, name_before, '>', symbol_after, name_after, asset_after) as told
    from listing_events where listing_id = (select id from listings where external_id = 'coin-1') order by id`);

describe('a listing that complete lists lack', () => {
  it('is gone after three of them over 48 hours, and returns', async () => {
    await poll(ids(100), DAY_1);
    expect(await list(ids(100), DAY_1)).toEqual({ is_bad: false, gone: '0', back: '0' });
    await list(ids(99, 2), hoursLater(1));
    await list(ids(99, 2), hoursLater(25));
    await list(ids(99, 2), hoursLater(48));
    expect(await lives()).toEqual([
      { external_id: 'coin-1', missed_lists: 3, is_missing: true, is_gone: false, is_back: false },
    ]);
    expect(await list(ids(99, 2), hoursLater(49))).toMatchObject({ gone: '1' });
    expect(await list(ids(99, 2), hoursLater(73))).toMatchObject({ gone: '0' });
    expect(await lives()).toMatchObject([{ missed_lists: 4, is_gone: true }]);
    expect(await list(ids(100), hoursLater(97))).toMatchObject({ back: '1' });
    expect(await lives()).toEqual([
      { external_id: 'coin-1', missed_lists: 0, is_missing: false, is_gone: false, is_back: true },
    ]);
    expect((await events()).map(({ told }) => told.split(' ')[0])).toEqual(['seen', 'gone', 'back']);
  });

  it('is missing, and never gone, if the list may be truncated', async () => {
    await poll(ids(100), DAY_1);
    for (const hours of [0, 24, 48, 72]) await list(ids(99, 2), hoursLater(hours), false);
    expect(await lives()).toEqual([
      { external_id: 'coin-1', missed_lists: 0, is_missing: true, is_gone: false, is_back: false },
    ]);
  });
});

it('rejects a list that lost more than 2 %, and reports it as drift', async () => {
  await poll(ids(400), DAY_1);
  await list(ids(400), DAY_1);
  expect(await list(ids(391, 10), hoursLater(24))).toMatchObject({ is_bad: true });
  expect(await lives()).toMatchObject([{ is_missing: false, missed_lists: 0 }]);
  expect(await rows(sql`select endpoint, field, share from lost_fields`)).toEqual([
    { endpoint: 'coins/list', field: 'id', share: 0.0225 },
  ]);
  expect(await list(ids(392, 9), hoursLater(48))).toMatchObject({ is_bad: false });
  expect(await lives()).toMatchObject([{ is_missing: true }]);
});

it('records the former and present labels and asset of a listing', async () => {
  await poll(['coin-1'], DAY_1);
  await poll(['coin-1'], DAY_1);
  await resolveAssets(testDeps());
  await poll(['coin-1'], DAY_1, 'New ');
  expect((await events()).map(({ told }) => told)).toEqual([
    'seen > COIN-1 coin-1',
    'remapped COIN-1 coin-1 > COIN-1 coin-1 coin-1-coin-1',
    'relabelled COIN-1 coin-1 > COIN-1 New coin-1 coin-1-coin-1',
  ]);
  expect(
    await rows(sql`select count(*) filter (where e.version <= t.version)::int as at_or_before, count(*)::int as total
      from listing_events e cross join tape_version t`),
  ).toEqual([{ at_or_before: 3, total: 3 }]);
});

it('makes an asset inactive when its listings are gone or silent for a week, and active again', async () => {
  const status = async () =>
    (
      await rows<{ is_inactive: boolean }>(sql`select inactive_since is not null as is_inactive from assets`)
    ).map((row) => row.is_inactive);
  const answered = (at: string) =>
    db().execute('test.raw')(sql`
      insert into checkpoints (source, endpoint, fetched_at, every_minutes, raw_payload_id, run_id)
      values ('coingecko', 'coins/list', ${at}, 1440, 1, 1)
      on conflict (source, endpoint) do update set fetched_at = excluded.fetched_at`);
  await poll(['coin-1'], DAY_1);
  await answered(hoursLater(7 * 24));
  await resolveAssets(testDeps());
  expect(await status()).toEqual([false]);
  await answered(hoursLater(7 * 24 + 1));
  await resolveAssets(testDeps());
  expect(await status()).toEqual([true]);
  await poll(['coin-1'], hoursLater(7 * 24 + 1));
  await resolveAssets(testDeps());
  expect(await status()).toEqual([false]);
});
