import { sql } from 'drizzle-orm';
import { beforeEach, expect, test } from 'vitest';
import { emptyDatabase, rows } from '../support/deps.ts';

// Triggers keep listing_counts equal to the listings, after any insert or delete.

beforeEach(emptyDatabase);

const kept = () => rows(sql`select source, listings::int from listing_counts order by 1`);
const add = (listings: string) =>
  rows(sql`
    insert into listings (source, external_id, first_known_at)
    select *, now() from (values ${sql.raw(listings)}) as v (source, external_id)
    on conflict (source, external_id) do update set name = 'known before'`);

test('each source counts its own listings, and known ones only once', async () => {
  await add("('coingecko', 'bitcoin'), ('coinpaprika', 'btc-bitcoin'), ('coingecko', 'ethereum')");
  await add("('coingecko', 'bitcoin'), ('coingecko', 'tether')");
  expect(await kept()).toEqual([
    { source: 'coingecko', listings: 3 },
    { source: 'coinpaprika', listings: 1 },
  ]);
});

test('removed rows are not counted', async () => {
  await add("('coingecko', 'bitcoin'), ('coinpaprika', 'btc-bitcoin'), ('coingecko', 'ethereum')");
  await rows(sql`delete from listings where external_id in ('ethereum', 'btc-bitcoin')`);
  expect(await kept()).toEqual([
    { source: 'coingecko', listings: 1 },
    { source: 'coinpaprika', listings: 0 },
  ]);
});
