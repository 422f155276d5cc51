import { expect, it } from 'vitest';
import { NO_READING_HINTS } from '../../src/domain/files/parameters.ts';
import { readHead } from '../../src/reading/csv.ts';
import { type CsvBatch, csvBatches, type FileReading } from '../../src/reading/csv-batches.ts';
import { CsvFault } from '../../src/sources/csv/fault.ts';
import { type CsvPlan, planUpload } from '../../src/sources/csv/index.ts';

const HEADER = 'created_at,symbol,name,price_usd\n';
const NO_HINTS = {
  asset: null,
  symbol: null,
  dialect: null,
  venue: null,
  quote: null,
  observed_at: null,
  ...NO_READING_HINTS,
};

const streamOf = (text: string) => new Response(text).body ?? new ReadableStream<Uint8Array>();

/** A file of this many rows, with names padded to a length. */
function file(rows: number, nameChars = 3): string {
  const at = (row: number) => new Date(Date.UTC(2024, 0, 1) + row * 60_000).toISOString();
  const lines = Array.from(
    { length: rows },
    (_, row) => `${at(row)},BTC,${'n'.repeat(nameChars)},${row + 1}\n`,
  );
  return HEADER + lines.join('');
}

async function read(text: string): Promise<{ batches: CsvBatch[]; fault: unknown }> {
  const head = await readHead(streamOf(text));
  const plan = planUpload(head, { filename: 'history.csv', ...NO_HINTS }, []) as CsvPlan;
  const reading: FileReading = { plan, encoding: 'utf-8', done_bytes: HEADER.length, next_line: 2 };
  const batches: CsvBatch[] = [];
  try {
    for await (const batch of csvBatches(streamOf(text.slice(HEADER.length)), reading, false))
      batches.push(batch);
    return { batches, fault: null };
  } catch (fault) {
    return { batches, fault };
  }
}

const sizes = (batches: CsvBatch[]) => batches.map(({ batch }) => batch.read);

it('ends batches by rows, and loses nothing between them', async () => {
  const text = file(21_000);
  const { batches } = await read(text);
  expect(sizes(batches)).toEqual([10_000, 10_000, 1_000]);
  const borders = batches.map(({ place }) => [place.from_bytes, place.to_bytes]);
  expect(borders[0]?.[0]).toBe(HEADER.length);
  expect(borders[1]?.[0]).toBe(borders[0]?.[1]);
  expect(borders[2]).toEqual([borders[1]?.[1], text.length]);
  expect(batches.map(({ place }) => place.next_line)).toEqual([10_002, 20_002, 21_002]);
  const prices = batches.flatMap(({ batch }) => batch.observations.map((row) => row.price_usd));
  expect(prices).toEqual(Array.from({ length: 21_000 }, (_, row) => String(row + 1)));
});

it('ends batches by bytes if records are long', async () => {
  const { batches } = await read(file(8_000, 900));
  expect(sizes(batches)).toEqual([3_210, 3_209, 1_581]);
  for (const { place } of batches) expect(place.to_bytes - place.from_bytes).toBeLessThan(3_002_000);
});

it('returns the original record', async () => {
  const { batches } = await read(
    `${HEADER}2024-01-01T00:00:00Z,BTC,"a ""b""",1\r\n2024-01-01T01:00:00Z,ETH,c,2\n`,
  );
  const [first] = batches;
  expect(first?.batch.observations.map(({ pointer }) => first.rawAt(pointer))).toEqual([
    '2024-01-01T00:00:00Z,BTC,"a ""b""",1',
    '2024-01-01T01:00:00Z,ETH,c,2',
  ]);
  expect(first?.rawAt('bytes=1-2;line=9')).toBe('');
});

it('yields the records before a fault, then the fault', async () => {
  const { batches, fault } = await read(
    `${file(3)}2024-01-02T00:00:00Z,BTC,"never closed,1\n2024-01-03T00:00:00Z,BTC,x,1\n`,
  );
  expect(sizes(batches)).toEqual([3]);
  expect(fault).toBeInstanceOf(CsvFault);
  expect((fault as CsvFault).code).toBe('unclosed_quote');
});
