import { sql } from 'drizzle-orm';
import * as fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { resolveAssets } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { importAll, uploadRow } from '../../support/import-all.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { get, uploadOf } from '../../support/upload-requests.ts';

beforeEach(emptyDatabase);

const HEADER = 'symbol,name,price_usd,volume_24h_usd,created_at,note\n';
const hour = (at: number) => new Date(Date.UTC(2024, 0, 1, at)).toISOString();
const rejectsOf = async (id: string) =>
  ((await get(`/uploads/${id}/rejects?limit=1000`)).json as { data: unknown[] }).data;

interface Line {
  coin: string;
  price: string;
  volume: string;
  hour: number;
}
const line = fc.record({
  coin: fc.constantFrom('ABC', 'XYZ'),
  price: fc.constantFrom('1.2345', '1.23', '1.2', '1.24', '2', '2.00', 'x', '1.235'),
  volume: fc.constantFrom('', '7', '7.4'),
  hour: fc.nat(11),
});
/** Padding beside each record, so a batch has about 20. */
const NOTE = 'n'.repeat(150_000);
const text = (lines: readonly Line[], note: string) =>
  HEADER +
  lines.map((one) => `${one.coin},Coin,${one.price},${one.volume},${hour(one.hour)},${note}\n`).join('');

/** A clock that ends a slice with each batch. */
function hasty() {
  const start = Date.now();
  let looks = 0;
  return () => new Date(start + 6_000 * looks++);
}

it('predicts the real run, for any file on any tape, in any slices', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 20 }),
      fc.array(line, { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      async (before, lines, isHasty) => {
        await emptyDatabase();
        if (before.length > 0) await importAll(await storeUpload(text(before, '')));
        const now = isHasty ? { now: hasty() } : {};
        const file = text(lines, NOTE);
        const dry = await storeUpload(file, { dry_run: true });
        await importAll(dry, now);
        const real = await storeUpload(file);
        await importAll(real, now);
        expect(await uploadRow(dry)).toEqual(await uploadRow(real));
        expect(await rejectsOf(dry)).toEqual(await rejectsOf(real));
        const [shown, done] = [await uploadOf(dry), await uploadOf(real)];
        expect(shown.data.preview).toEqual(done.data.preview);
      },
    ),
    { numRuns: 12 },
  );
});

it('shows the records of a file beside their rows, with the asset of each', async () => {
  await importAll(
    await storeUpload('symbol,name,price_usd,created_at\nABC,Abc Coin,1,2024-01-01T00:00:00Z\n'),
  );
  await resolveAssets(testDeps());
  const file =
    'symbol,name,price_usd,created_at\n"ABC",Abc Coin,1,2024-01-01T00:00:00Z\nABC,Abc Coin,x,2024-01-02\n' +
    'ABC,Abc Coin,2,2024-01-01T00:00:00Z\nXYZ,Xyz Coin,0.10,2024-01-02T00:00:00Z\n';
  const shown = async (dry_run: boolean) => {
    const id = await storeUpload(file, { dry_run });
    await importAll(id);
    await resolveAssets(testDeps());
    const { data } = (await get(`/uploads/${id}?decimals=string`)).json as {
      data: { preview: { line: number; raw: string; row: Record<string, unknown> | null }[] };
    };
    return data.preview.map(({ line: at, raw, row }) => [
      at,
      raw,
      row && [row.price_usd, row.asset, row.created_at],
    ]);
  };
  const expected = [
    [2, '"ABC",Abc Coin,1,2024-01-01T00:00:00Z', ['1', 'csv-canonical-abc', '2024-01-01T00:00:00Z']],
    [3, 'ABC,Abc Coin,x,2024-01-02', null],
    [4, 'ABC,Abc Coin,2,2024-01-01T00:00:00Z', null],
    [5, 'XYZ,Xyz Coin,0.10,2024-01-02T00:00:00Z', ['0.10', 'csv-canonical-xyz', '2024-01-02T00:00:00Z']],
  ];
  expect(await shown(true)).toEqual(expected);
  expect(await rows(sql`select count(*)::int as n from listings`)).toEqual([{ n: 1 }]);
  expect(await shown(false)).toEqual(expected);
});
