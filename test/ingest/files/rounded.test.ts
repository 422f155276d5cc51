import { sql } from 'drizzle-orm';
import * as fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { emptyDatabase, rows } from '../../support/deps.ts';
import { importAll, uploadRow } from '../../support/import-all.ts';
import { storeUpload } from '../../support/stored-upload.ts';

beforeEach(emptyDatabase);

const HEADER = 'symbol,price_usd,market_cap_usd,volume_24h_usd,created_at\n';
const hour = (at: number) => new Date(Date.UTC(2024, 0, 1, at)).toISOString();
const file = (values: readonly (readonly string[])[]) =>
  HEADER + values.map((row, at) => `ABC,${row.join(',')},${hour(at)}\n`).join('');
const prices = () =>
  rows<{ price: string; revision: number }>(sql`
    select price_usd as price, revision from observations where superseded_at is null order by observed_at`);

it('treats a rounded copy as a duplicate, and a different value as a revision', async () => {
  await importAll(
    await storeUpload(
      file([
        ['1.2345', '1000.51', '7'],
        ['1.2345', '1000.51', '7'],
        ['2.50', '', '7'],
      ]),
    ),
  );
  const id = await storeUpload(
    file([
      ['1.23', '1001', '7.0'],
      ['1.23', '1002', '7'],
      ['2.5', '900', '7'],
    ]),
  );
  await importAll(id);
  expect(await uploadRow(id)).toMatchObject({ status: 'succeeded', inserted: 2, duplicate: 1, rejected: 0 });
  expect(await prices()).toEqual([
    { price: '1.2345', revision: 1 },
    { price: '1.23', revision: 2 },
    { price: '2.5', revision: 2 },
  ]);
});

it('treats a copy with fewer figures as a duplicate, and keeps the others', async () => {
  await importAll(await storeUpload(file([['1.2345', '1000.51', '7']])));
  const narrow = `symbol,price_usd,created_at\nABC,1.23,${hour(0)}\n`;
  const id = await storeUpload(narrow);
  await importAll(id);
  expect(await uploadRow(id)).toMatchObject({ inserted: 0, duplicate: 1, rejected: 0 });
  const other = await storeUpload(narrow.replace('1.23', '1.24'));
  await importAll(other);
  expect(await uploadRow(other)).toMatchObject({ inserted: 1, duplicate: 0, rejected: 0 });
  // A figure that was unknown is news.
  const wider = await storeUpload(file([['1.24', '1000', '']]));
  await importAll(wider);
  expect(await uploadRow(wider)).toMatchObject({ inserted: 1, duplicate: 0, rejected: 0 });
  const figures = await rows(sql`
    select price_usd as price, market_cap_usd as cap, volume_24h_usd as volume, revision
    from observations order by revision`);
  expect(figures).toEqual([
    { price: '1.2345', cap: '1000.51', volume: '7', revision: 1 },
    { price: '1.24', cap: null, volume: null, revision: 2 },
    { price: '1.24', cap: '1000', volume: null, revision: 3 },
  ]);
});

it('judges records with fewer figures alike within one file, wherever a batch ends', async () => {
  const far = Array.from({ length: 11_000 }, (_, at) => `ABC,5,,,${hour(at + 2)}\n`).join('');
  for (const between of ['', far]) {
    await emptyDatabase();
    const lines = [`ABC,1.5,10,,${hour(0)}\n`, `ABC,1.5,,,${hour(1)}\n`].join('');
    const again = [`ABC,1.5,,,${hour(0)}\n`, `ABC,1.5,10,,${hour(1)}\n`].join('');
    const id = await storeUpload(HEADER + [lines, again].join(between));
    await importAll(id);
    const row = await uploadRow(id);
    expect([row?.duplicate, row?.rejected]).toEqual([1, 1]);
  }
});

it('treats more digits as a revision, which a rounded copy does not replace again', async () => {
  await importAll(await storeUpload(file([['1.23', '', '']])));
  await importAll(await storeUpload(file([['1.2345', '', '']])));
  await importAll(await storeUpload(file([['1.2', '', '']])));
  expect(await prices()).toEqual([{ price: '1.2345', revision: 2 }]);
});

it('gives the same result for records of one key, wherever a batch ends', async () => {
  const texts = ['1.23', '1.2345', '1.2', '1.24'];
  await importAll(await storeUpload(`${HEADER}ABC,1.2345,,,${hour(0)}\n`));
  const far = Array.from({ length: 11_000 }, (_, at) => `ABC,5,,,${hour(at + 1)}\n`).join('');
  for (const between of ['', far]) {
    const id = await storeUpload(HEADER + texts.map((text) => `ABC,${text},,,${hour(0)}\n`).join(between));
    await importAll(id);
    const row = await uploadRow(id);
    expect([row?.rejected, (row?.duplicate ?? 0) % 11_000]).toEqual([1, 3]);
  }
  // Within one file: the first record counts, and its rounded copies repeat it.
  const id = await storeUpload(
    `${HEADER}XYZ,1.25,,,${hour(0)}\nXYZ,1.2,,,${hour(0)}\nXYZ,1.2500001,,,${hour(0)}\n`,
  );
  await importAll(id);
  expect(await uploadRow(id)).toMatchObject({ inserted: 1, duplicate: 1, rejected: 1 });
});

/** A number in billionths, as text. */
const written = (units: bigint, scale: number) => {
  const text = units.toString().padStart(scale + 1, '0');
  return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
};

it('judges any copy like a search for the nearest numbers with its digits', async () => {
  const pairs = fc.sample(
    fc.tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.nat(9), fc.nat(9), fc.constantFrom(-1n, 0n, 0n, 1n)),
    { numRuns: 3_000, seed: 7 },
  );
  const cases = pairs.map(([units, zeros, cut, off]) => {
    const exact = (units / 10n ** BigInt(zeros)) * 10n ** BigInt(zeros);
    const unit = 10n ** BigInt(9 - cut);
    const said = exact / unit + off;
    const candidate = said < 0n ? 0n : said;
    const apart = (at: bigint) => (at * unit > exact ? at * unit - exact : exact - at * unit);
    // As near as any number with this many digits.
    const is = [candidate - 1n, candidate + 1n].every((other) => apart(candidate) <= apart(other));
    return { exact: written(exact, 9), said: written(candidate, cut), is };
  });
  await importAll(await storeUpload(file(cases.map(({ exact }) => ['1', '', exact]))));
  const id = await storeUpload(file(cases.map(({ said }) => ['1', '', said])));
  await importAll(id);
  const revised = await rows<{ at: number }>(sql`
    select (extract(epoch from observed_at - '2024-01-01Z'::timestamptz) / 3600)::int as at
    from observations where superseded_at is null and revision = 2 order by 1`);
  expect(revised.map(({ at }) => at)).toEqual(cases.flatMap(({ is }, at) => (is ? [] : at)));
  expect(cases.filter(({ is }) => is).length).toBeGreaterThan(500);
});
