import { beforeEach, expect, test } from 'vitest';
import { emptyDatabase } from '../support/deps.ts';
import { ask, respond } from '../support/http.ts';
import { readWhole } from '../support/import-all.ts';
import { storeUpload } from '../support/stored-upload.ts';

// Walks while the loader adds and supersedes rows, ahead of the reader and behind it.

const ROWS = 5_000;
const HOUR_MS = 3_600_000;

/** Uploads hourly prices of one coin. */
async function upload(hours: number[], price: (hour: number) => number): Promise<void> {
  const lines = hours.map(
    (hour) => `ABC,Abc,${price(hour)},${new Date(Date.UTC(2024, 0, 1) + hour * HOUR_MS).toISOString()}\n`,
  );
  const upload_id = await storeUpload(`symbol,name,price_usd,created_at\n${lines.join('')}`);
  await readWhole(upload_id);
}

const hours = Array.from({ length: ROWS }, (_, hour) => hour);
let round = 0;
/** A correction of every eleventh row, and new rows before, between and after the known ones. */
async function write(): Promise<void> {
  round += 1;
  const offset = round;
  await upload(
    hours.filter((hour) => hour % 11 === offset % 11),
    (hour) => hour + round * 100_000,
  );
  await upload([-round, ROWS + round, 10 * round + 0.5, ROWS - 10 * round - 0.5], () => 7);
}

beforeEach(async () => {
  round = 0;
  await emptyDatabase();
  await upload(hours, (hour) => hour + 1);
});

test.for(['', '&order=asc', '&sort=ingested_at', '&symbol=ABC', '&history=true'])(
  'a walk of /data?limit=1000%s delivers exactly the rows of its first moment',
  async (query) => {
    const ids: unknown[] = [];
    const prices: unknown[] = [];
    for (let path: string | undefined = `/data?limit=1000${query}`; path !== undefined; ) {
      const { page } = await ask(path);
      ids.push(...page.data.map((row) => row.id));
      prices.push(...page.data.map((row) => row.price_usd));
      path = page.pagination.next ?? undefined;
      await write();
    }
    expect(ids).toHaveLength(ROWS);
    expect(new Set(ids).size).toBe(ROWS);
    expect((prices as number[]).toSorted((a, b) => a - b)).toEqual(hours.map((hour) => hour + 1));
  },
);

test('an export delivers exactly the rows of its first moment', async () => {
  const response = await respond('/data?format=csv&fields=price_usd');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    text += chunk.value;
    await write();
  }
  const prices = text.trimEnd().split('\r\n').slice(1).map(Number);
  expect(prices.toSorted((a, b) => a - b)).toEqual(hours.map((hour) => hour + 1));
});
