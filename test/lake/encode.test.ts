import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { FIGURES, recordOf } from '../../src/domain/figures.ts';
import { inMemory, listingGroups, rowGroups } from '../../src/lake/decode.ts';
import { encodePart } from '../../src/lake/encode.ts';
import {
  byCoin,
  contentHash,
  groupsOf,
  type LakeRow,
  LISTING_COLUMNS,
  ROW_COLUMNS,
} from '../../src/lake/row.ts';

const row = (more: Partial<LakeRow> = {}): LakeRow => ({
  version: '2026-03-09T22:10:01.000001Z',
  change: 'added',
  source: 'coingecko',
  external_id: 'bitcoin',
  kind: 'spot',
  created_at: '2026-03-09T22:10:00.123456Z',
  revision: 1,
  replaces: null,
  reason: null,
  ...recordOf(FIGURES, () => null),
  price_usd: '0.000000000000000000000012340',
  market_cap_usd: '880000000000.10',
  flags: 'stale|backfill',
  run_id: '9007199254740993',
  raw_payload_id: '77',
  pointer: '/12/quotes~1USD',
  normalizer_version: 3,
  ...more,
});

const bufferOf = (bytes: Uint8Array): ArrayBuffer => bytes.slice().buffer;
async function collected<Row>(groups: AsyncIterable<Row[]>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const group of groups) all.push(...group);
  return all;
}

describe('a part', () => {
  it('has the same contents for any reader of Parquet: exact texts, a double, instants in microseconds of UTC', async () => {
    const file = bufferOf(encodePart([row()], ROW_COLUMNS));
    expect(await parquetReadObjects({ file })).toEqual([
      {
        version: new Date('2026-03-09T22:10:01.000Z'),
        change: 'added',
        id: 'coingecko_bitcoin_spot_1773094200123456_1',
        source: 'coingecko',
        external_id: 'bitcoin',
        listing: 'coingecko:bitcoin',
        kind: 'spot',
        created_at: new Date('2026-03-09T22:10:00.123Z'),
        revision: 1,
        replaces: null,
        reason: null,
        price_usd: '0.000000000000000000000012340',
        market_cap_usd: '880000000000.10',
        volume_24h_usd: null,
        percent_change_24h: null,
        open_usd: null,
        high_usd: null,
        low_usd: null,
        price: 1.234e-23,
        flags: 'stale|backfill',
        run_id: 9007199254740993n,
        raw_payload_id: 77n,
        pointer: '/12/quotes~1USD',
        normalizer_version: 3,
      },
    ]);
    const { schema } = parquetMetadata(file);
    expect(schema.find(({ name }) => name === 'created_at')).toMatchObject({
      type: 'INT64',
      repetition_type: 'REQUIRED',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    });
  });

  it('has row groups of 10,000 with statistics by which a reader skips other coins', () => {
    const many = Array.from({ length: 10_001 }, (_, index) =>
      row({ external_id: `coin-${String(index).padStart(5, '0')}` }),
    );
    const { row_groups } = parquetMetadata(bufferOf(encodePart(many, ROW_COLUMNS)));
    expect(row_groups.map(({ num_rows }) => num_rows)).toEqual([10_000n, 1n]);
    const place = ROW_COLUMNS.findIndex(({ name }) => name === 'external_id');
    const bounds = row_groups.map(({ columns }) => columns[place]?.meta_data?.statistics);
    expect(bounds.map((found) => [found?.min_value, found?.max_value])).toEqual([
      ['coin-00000', 'coin-09999'],
      ['coin-10000', 'coin-10000'],
    ]);
  });

  const text = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('a_b', "it's", '\u{1f680}', '0'),
  );
  const decimal = fc.option(
    fc.oneof(
      fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
      fc.tuple(fc.nat(), fc.stringMatching(/^[0-9]{1,30}$/)).map(([whole, part]) => `${whole}.${part}`),
    ),
  );
  const micro = fc
    .nat({ max: 999_999 })
    .map((n) => (n === 0 ? '' : `.${String(n).padStart(6, '0').replace(/0+$/, '')}`));
  const instant = fc
    .tuple(fc.integer({ min: 0, max: 4_000_000_000 }), micro)
    .map(([s, part]) => `${new Date(s * 1000).toISOString().slice(0, 19)}${part}Z`);
  const anyRow: fc.Arbitrary<LakeRow> = fc
    .record({
      version: instant,
      change: fc.constantFrom('added' as const, 'revised' as const, 'withdrawn' as const),
      source: fc.constantFrom('coingecko', 'csv'),
      external_id: text,
      kind: fc.constantFrom('spot' as const, 'bar_close' as const),
      created_at: instant,
      revision: fc.integer({ min: 1, max: 2_147_483_647 }),
      replaces: fc.option(text),
      reason: fc.option(text),
      flags: fc.option(fc.constantFrom('', 'stale', 'stale|backfill')),
      run_id: fc.option(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String)),
      raw_payload_id: fc.option(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String)),
      pointer: fc.option(text),
      normalizer_version: fc.option(fc.integer({ min: 1, max: 32_767 })),
    })
    .chain((fixed) =>
      fc.record(recordOf(FIGURES, () => decimal)).map((figures) => ({ ...fixed, ...figures })),
    );

  it('returns exactly its original rows, with the same hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRow, { maxLength: 60 }), async (given) => {
        const sorted = given.toSorted(byCoin);
        const bytes = encodePart(sorted, ROW_COLUMNS);
        expect(await collected(rowGroups(inMemory(bytes)))).toEqual(sorted);
        const hash = await contentHash(groupsOf(sorted), ROW_COLUMNS);
        expect(await contentHash(rowGroups(inMemory(bytes)), ROW_COLUMNS)).toEqual(hash);
      }),
      { numRuns: 60 },
    );
  });

  it('has another hash if a single digit differs', async () => {
    const hashOf = async (price_usd: string | null) =>
      (await contentHash([[row({ price_usd })]], ROW_COLUMNS)).hash;
    const hashes = await Promise.all(['1.0', '1.00', '1', '', null].map(hashOf));
    expect(new Set(hashes).size).toBe(5);
  });

  it('is sorted by coin, then by instant in time order', () => {
    const times = ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.45Z'];
    const rows = ['b', 'a'].flatMap((external_id) =>
      times.map((created_at) => row({ external_id, created_at })),
    );
    expect(
      rows.sort(byCoin).map(({ external_id, created_at }) => `${external_id} ${created_at.slice(17)}`),
    ).toEqual(['a 00Z', 'a 00.45Z', 'a 00.5Z', 'b 00Z', 'b 00.45Z', 'b 00.5Z']);
  });

  it('of listings contains their labels and assets', async () => {
    const listings = [
      { source: 'coingecko', external_id: 'bitcoin', symbol: 'BTC', name: 'Bitcoin', asset: 'btc-bitcoin' },
      { source: 'csv', external_id: 'canonical:x', symbol: null, name: null, asset: null },
    ];
    const bytes = encodePart(listings, LISTING_COLUMNS);
    expect(await collected(listingGroups(inMemory(bytes)))).toEqual(listings);
    expect((await parquetReadObjects({ file: bufferOf(bytes) })).map(({ id }) => id)).toEqual([
      'coingecko:bitcoin',
      'csv:canonical:x',
    ]);
  });
});
