import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { requestWithdrawal } from '../../../src/db/observations/withdraw.ts';
import { resolveIfNeeded } from '../../../src/ingest/upkeep/resolve-assets.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';
import { deliver, importAll } from '../../support/import-all.ts';
import { storeUpload } from '../../support/stored-upload.ts';
import { codeOf, get, post } from '../../support/upload-requests.ts';

beforeEach(emptyDatabase);

const file = (symbol: string, price = 1) =>
  `symbol,name,price_usd,created_at\n${symbol},${symbol} Coin,${price},2024-01-01T00:00:00Z\n`;

async function upload(text: string): Promise<number> {
  const id = await storeUpload(text);
  await importAll(id);
  await resolveIfNeeded(testDeps());
  const [row] = await rows<{ run_id: string }>(sql`select run_id from uploads where id = ${id}`);
  return Number(row?.run_id);
}

async function takeBack(run_id: number): Promise<void> {
  await requestWithdrawal(testDeps().db, run_id, 'not what it was taken for');
  const queue = { send: async () => {} } as unknown as Queue;
  await deliver([{ type: 'withdraw', run_id }], testDeps({ queue }));
}

const assets = async () => (await get('/assets')).page.data.map(({ asset }) => asset).sort();
const unresolved = () => rows(sql`select id from listings where not is_resolved`);

it('removes an asset that a withdrawal leaves without a row', async () => {
  const run = await upload(file('FILLS'));
  await upload(file('ABC'));
  expect(await assets()).toEqual(['csv-canonical-abc', 'csv-canonical-fills']);
  await takeBack(run);
  expect(await assets()).toEqual(['csv-canonical-abc']);
  expect(codeOf(await get('/assets/csv-canonical-fills'))[0]).toBe(404);
  expect(codeOf(await get('/data?asset=csv-canonical-fills'))).toEqual([400, 'unknown_asset']);
  // Withdrawn rows stay visible, without an asset.
  expect((await get('/data?history=true&external_id=canonical:fills')).page.data).toMatchObject([
    { asset: null },
  ]);
  expect(await unresolved()).toEqual([]);
});

it('assigns it the same id when its rows come again', async () => {
  const run = await upload(file('FILLS'));
  await takeBack(run);
  await upload(file('FILLS', 2));
  expect(await assets()).toEqual(['csv-canonical-fills']);
  expect((await get('/data?source=csv')).page.data).toMatchObject([{ asset: 'csv-canonical-fills' }]);
});

it('keeps an asset with rows of another upload, and one with a decision', async () => {
  await upload(file('ABC'));
  const second = await upload(file('ABC', 2));
  await takeBack(second);
  expect(await assets()).toEqual(['csv-canonical-abc']);
  const decided = await upload(file('XYZ'));
  const [mapping] = await rows<{ id: string }>(
    sql`select m.id from mappings m join listings l on l.id = m.listing_id where l.symbol = 'XYZ'`,
  );
  const body = JSON.stringify({ action: 'confirm', who: 'me', why: 'I know' });
  expect((await post(`/mappings/${mapping?.id}/decisions`, body)).status).toBeLessThan(300);
  await resolveIfNeeded(testDeps());
  await takeBack(decided);
  expect(await assets()).toEqual(['csv-canonical-abc', 'csv-canonical-xyz']);
  expect(await unresolved()).toEqual([]);
});

it('removes the assets of a failed upload', async () => {
  const text = new Uint8Array([...new TextEncoder().encode(file('FILLS')), 0xff, 0xfe, 0x0a]);
  await importAll(await storeUpload(text));
  expect(await assets()).toEqual([]);
});
