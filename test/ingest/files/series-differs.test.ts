import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { importAll, uploadRow } from '../../support/import-all.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { uploadOf } from '../../support/upload-requests.ts';

beforeEach(emptyDatabase);

const hour = (at: number) => new Date(Date.UTC(2024, 0, 1, at)).toISOString();
const file = (count: number, price: (at: number) => number) =>
  `symbol,price_usd,created_at\n${Array.from({ length: count }, (_, at) => `ABC,${price(at)}.5,${hour(at)}\n`).join('')}`;
const current = () =>
  rows<{ id: string; n: number; price: string }>(sql`
    select l.external_id as id, count(*)::int as n, min(o.price_usd) as price
    from observations o join listings l on l.id = o.listing_id where o.superseded_at is null group by 1 order by 1`);
const before = [{ id: 'canonical:abc', n: 5, price: '100.5' }];

it.each([true, false])(
  'fails before anything is stored if the samples are another series, dry run %s',
  async (dry_run) => {
    await importAll(await storeUpload(file(5, () => 100)));
    const id = await storeUpload(
      file(8, () => 503),
      { dry_run },
    );
    await importAll(id);
    expect(await uploadRow(id)).toMatchObject({
      status: 'failed',
      error_code: 'series_differs',
      error_message:
        'The price of 2024-01-01T00:00:00Z is 503.5, and the stored series canonical:abc has 100.5: more than 5 times apart, so they are not one series. Name this one with asset=, which becomes part of its id; or withdraw the stored one, if it is wrong. (line 2)',
      inserted: 0,
    });
    expect(await current()).toEqual(before);
  },
);

it('fails in a later batch, and leaves the stored rows', async () => {
  // Records so long that a batch has a hundred, and no sample between the beginning and the end contains one.
  const long = (price: (at: number) => number) =>
    `symbol,price_usd,created_at,note\n${Array.from(
      { length: 300 },
      (_, at) => `ABC,${price(at)}.5,${hour(at)},${'n'.repeat(30_000)}\n`,
    ).join('')}`;
  await importAll(await storeUpload(file(300, (at) => 100 + (at % 2))));
  const id = await storeUpload(long((at) => (at >= 250 && at < 260 ? 3 : 100)));
  await importAll(id);
  expect(await uploadRow(id)).toMatchObject({ status: 'failed', error_code: 'series_differs' });
  expect((await uploadOf(id)).error).toMatchObject({
    message: expect.stringMatching(/is 3\.5, .* has 100\.5: .*\(line 252\)$/),
  });
  expect(
    await rows(sql`select price_usd as price, count(*)::int as n, max(revision) as revision from observations
      where superseded_at is null group by 1 order by 1`),
  ).toEqual([
    { price: '100.5', n: 150, revision: 1 },
    { price: '101.5', n: 150, revision: 3 },
  ]);
});

it('is another series if it is named with asset=', async () => {
  await importAll(await storeUpload(file(5, () => 100)));
  const id = await storeUpload(
    file(5, () => 600),
    { hints: { asset: 'xyz-coin' } },
  );
  await importAll(id);
  expect(await uploadRow(id)).toMatchObject({ status: 'succeeded', inserted: 5 });
  expect(await current()).toEqual([...before, { id: 'canonical:xyz-coin', n: 5, price: '600.5' }]);
});

it('treats a factor of five as a revision, and series that do not overlap as the same', async () => {
  await importAll(await storeUpload(`symbol,price_usd,created_at\nABC,100,${hour(0)}\n`));
  const id = await storeUpload(
    `symbol,price_usd,created_at\nABC,500,${hour(0)}\nABC,0.01,${hour(1)}\nABC,0,${hour(2)}\n`,
  );
  await importAll(id);
  expect(await uploadRow(id)).toMatchObject({ status: 'succeeded', inserted: 3 });
});

it("warns if the first or the last price of a known coin is far from the tape's price at that time", async () => {
  await importAll(
    await storeUpload(`symbol,name,price_usd,created_at\nABC,Abc,100,${hour(0)}\nABC,Abc,90,${hour(70)}\n`),
  );
  const { db } = testDeps();
  await db.execute('test.raw')(sql`
    insert into assets (id, symbol, name, created_at) values ('abc-abc', 'ABC', 'Abc', now())`);
  await db.execute('test.raw')(sql`update listings set asset_id = 'abc-abc', is_resolved = true`);
  const id = await storeUpload(`price_usd,created_at\n501,${hour(1)}\n5,${hour(35)}\n89,${hour(71)}\n`, {
    hints: { asset: 'abc-abc' },
  });
  await importAll(id);
  const { data } = await uploadOf(id);
  const { warnings } = data.plan as { warnings: string[] };
  expect(warnings.filter((text) => text.includes('the tape has'))).toEqual([
    'The price of 2024-01-01T01:00:00Z is 501; the tape has 100 for abc-abc near then (csv:canonical:abc). Check the coin and the currency.',
  ]);
});
