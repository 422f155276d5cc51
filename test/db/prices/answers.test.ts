import { describe, expect, it } from 'vitest';
import { pricedRows } from '../../../src/db/prices/answers.ts';
import type { AssetSeriesRow, SeriesCells } from '../../../src/db/prices/price-rows.ts';
import type { SPOT_FIGURES } from '../../../src/domain/figures.ts';

const AT = '2026-01-10T12:00:00.5Z';
const request = {
  points: [{ type: 'symbol' as const, source: null, value: 'BTC', at: AT }],
  clock: { at: AT, source_order: ['coingecko', 'coinpaprika', 'csv'] },
  explain: false,
};
const FIGURES: Record<(typeof SPOT_FIGURES)[number], string> = {
  price_usd: '100.10',
  market_cap_usd: '900',
  volume_24h_usd: '7',
  percent_change_24h: '-1.5',
};

const cells = (
  source: string,
  observed_at: string,
  {
    beat = 300,
    ...figures
  }: Partial<Record<keyof typeof FIGURES, string | null>> & { beat?: number | null } = {},
): SeriesCells => [
  source,
  `${source}-id`,
  'spot',
  observed_at,
  1,
  [],
  beat,
  ...Object.values({ ...FIGURES, ...figures }),
];

const row = (
  asset: string,
  series: SeriesCells[] | null,
  more: Partial<AssetSeriesRow> = {},
): AssetSeriesRow => ({
  current_version: AT,
  version: AT,
  horizon: null,
  removed_at: null,
  position: '1',
  role: 'match',
  asset_id: asset,
  asset,
  symbol: 'BTC',
  name: asset,
  place: null,
  series,
  late: null,
  ...more,
});

describe('the row that answers for an asset', () => {
  it('is that of the first source on time, with its figures and the spread of all that were kept', () => {
    const series = [
      cells('coinpaprika', '2026-01-10T11:59:00Z', { price_usd: '100', market_cap_usd: '1' }),
      cells('coingecko', '2026-01-10T11:58:00.25Z', { beat: 600 }),
    ];
    expect(pricedRows([row('bitcoin', series)], request)).toEqual([
      {
        current_version: AT,
        version: AT,
        horizon: null,
        removed_at: null,
        position: '1',
        role: 'match',
        asset_id: 'bitcoin',
        asset: 'bitcoin',
        symbol: 'BTC',
        name: 'bitcoin',
        rank: null,
        is_old: null,
        source: 'coingecko',
        external_id: 'coingecko-id',
        kind: 'spot',
        observed_at: '2026-01-10T11:58:00.25Z',
        revision: 1,
        flags: [],
        price_usd: '100.10',
        market_cap_usd: '900',
        volume_24h_usd: '7',
        percent_change_24h: '-1.5',
        takes_part: true,
        on_time: true,
        // Coinpaprika is late first, after three beats of five minutes.
        turns_at: '2026-01-10T12:14:00Z',
        age_seconds: '120',
        spread_bps: '10.00',
        series: null,
        late: null,
      },
    ]);
  });

  it('is the newest when no series takes part, and says so', () => {
    const series = [
      cells('coingecko', '2026-01-10T11:00:00Z', { price_usd: null }),
      cells('coinpaprika', '2026-01-10T11:30:00Z', { price_usd: '0' }),
    ];
    expect(pricedRows([row('bitcoin', series)], request)).toMatchObject([
      {
        source: 'coinpaprika',
        price_usd: '0',
        takes_part: false,
        on_time: false,
        turns_at: null,
        spread_bps: null,
      },
    ]);
  });

  it('is none without a series', () => {
    expect(pricedRows([row('bitcoin', null)], { ...request, explain: true })).toMatchObject([
      { asset: 'bitcoin', source: null, price_usd: null, takes_part: null, series: null },
    ]);
  });

  it('is no spread while none is on time', () => {
    const series = [cells('coingecko', '2026-01-01T00:00:00Z'), cells('coinpaprika', '2026-01-01T00:00:00Z')];
    expect(pricedRows([row('bitcoin', series)], request)).toMatchObject([
      { source: 'coingecko', takes_part: true, on_time: false, turns_at: null, spread_bps: null },
    ]);
  });
});

it('lists the assets of a point by age, rank and market cap, and those alike as they came', () => {
  const placed = (asset: string, rank: number | null, is_old: boolean, market_cap_usd: string | null) =>
    row(asset, [cells('coingecko', '2026-01-10T11:59:00Z', { market_cap_usd })], { place: { rank, is_old } });
  const rows = [
    placed('old', 1, true, '9'),
    placed('unranked', null, false, '99'),
    placed('unknown-cap', 5, false, null),
    placed('small', 5, false, '9.5'),
    placed('large', 5, false, '10'),
    placed('also-large', 5, false, '10.0'),
    placed('first', 2, false, '1'),
  ];
  const told = pricedRows(rows, request).map((one) => (one.position === null ? null : one.asset));
  expect(told).toEqual(['first', 'large', 'also-large', 'small', 'unknown-cap', 'unranked', 'old']);
});

it('tells of no point what the statement tells of none', () => {
  const none = {
    current_version: AT,
    version: AT,
    horizon: null,
    removed_at: AT,
    position: null,
    late: null,
  };
  expect(pricedRows([none], request)).toEqual([none]);
});
