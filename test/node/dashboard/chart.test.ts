import { describe, expect, test } from 'vitest';
import { bucketFor, holesBehind, type Point, widened } from '../../../public/dashboard/coin/buckets.js';
import { csvOf } from '../../../public/dashboard/coin/csv.js';

const DAY_S = 86_400;

const pointAt = (at: string, figures: Partial<Point> = {}): Point => ({
  time: Date.parse(at) / 1000,
  at,
  id: null,
  open: '1',
  high: '1',
  low: '1',
  close: '1',
  volume: null,
  count: 24,
  complete: true,
  source: 'coingecko',
  external_id: 'bitcoin',
  ...figures,
});

describe('combined bars', () => {
  test('a week begins on Monday, and keeps every digit of its extremes', () => {
    const days = [
      pointAt('2024-01-07T00:00:00Z', { close: '5' }),
      pointAt('2024-01-08T00:00:00Z', { open: '1.000000000000000001', high: '9', low: '0.5', close: '2' }),
      pointAt('2024-01-14T00:00:00Z', {
        open: '2',
        high: '9.000000000000000001',
        low: '0.50',
        close: '3.10',
        complete: false,
      }),
    ];
    const [before, week] = widened(days, '1w');
    expect(before?.at).toBe('2024-01-01T00:00:00Z');
    expect(week).toMatchObject({
      at: '2024-01-08T00:00:00Z',
      open: '1.000000000000000001',
      high: '9.000000000000000001',
      low: '0.5',
      close: '3.10',
      count: 48,
      complete: false,
    });
  });

  test('a month sums the traded volume, and says that it contains two sources', () => {
    const days = [
      pointAt('2024-02-01T00:00:00Z', { volume: '0.1', source: 'csv', external_id: 'a' }),
      pointAt('2024-02-29T00:00:00Z', { volume: '10.25', source: 'csv', external_id: 'b' }),
      pointAt('2024-03-01T00:00:00Z', { volume: '7' }),
    ];
    expect(widened(days, '1mo').map(({ at, volume, external_id }) => [at, volume, external_id])).toEqual([
      ['2024-02-01T00:00:00Z', '10.35', ''],
      ['2024-03-01T00:00:00Z', '7', 'bitcoin'],
    ]);
  });

  test('high and low are unknown until a bar has its own; until then opens and closes count', () => {
    const days = [
      pointAt('2024-01-08T00:00:00Z', { open: '1', high: null, low: null, close: '4' }),
      pointAt('2024-01-09T00:00:00Z', { open: '4', high: null, low: null, close: '2' }),
      pointAt('2024-01-10T00:00:00Z', { open: '2', high: '3', low: '1.5', close: '2' }),
    ];
    expect(widened(days.slice(0, 2), '1w')[0]).toMatchObject({
      open: '1',
      high: null,
      low: null,
      close: '2',
    });
    expect(widened(days, '1w')[0]).toMatchObject({ high: '4', low: '1' });
  });

  test('the whole history fits: days become weeks, and weeks become months', () => {
    const days = (count: number) => [
      pointAt('2015-01-01T00:00:00Z'),
      { ...pointAt('2015-01-01T00:00:00Z'), time: Date.parse('2015-01-01T00:00:00Z') / 1000 + count * DAY_S },
    ];
    expect(bucketFor(days(300), '1d', 300)).toBe('1d');
    expect(bucketFor(days(1826), '1d', 300)).toBe('1w');
    expect(bucketFor(days(5000), '1d', 300)).toBe('1mo');
    expect(bucketFor([], '1h', 300)).toBe('1h');
  });
});

describe('holes', () => {
  const holesAt = (points: Point[], bucket: '1h' | '1d' | '1mo' | null) =>
    holesBehind(points, bucket).map((times) => times.map((time) => new Date(time * 1000).toISOString()));

  test('every missing bucket is one', () => {
    const days = [pointAt('2024-02-27T00:00:00Z'), pointAt('2024-03-01T00:00:00Z')];
    expect(holesAt(days, '1d')).toEqual([['2024-02-28T00:00:00.000Z', '2024-02-29T00:00:00.000Z'], []]);
  });

  test('months have their true lengths', () => {
    const months = ['2024-01-01', '2024-02-01', '2024-04-01'].map((day) => pointAt(`${day}T00:00:00Z`));
    expect(holesAt(months, '1mo')).toEqual([[], ['2024-03-01T00:00:00.000Z'], []]);
  });

  test('a silence between readings is one, and the usual distance is not', () => {
    const minutes = ['00:00', '00:05', '00:10', '00:15', '02:15', '02:20'];
    const readings = minutes.map((minute) => pointAt(`2024-01-01T${minute}:00Z`));
    expect(holesAt(readings, null)).toEqual([[], [], [], ['2024-01-01T01:15:00.000Z'], [], []]);
  });
});

test('the CSV of a chart has every digit, and no cell that a spreadsheet would run', () => {
  const point = pointAt('2024-01-08T00:00:00Z', {
    open: null,
    close: '0.00000000000000000384',
    external_id: '=1+1,"x"',
  });
  expect(csvOf([{ asset: 'btc-bitcoin', points: [point] }])).toBe(
    'asset,source,external_id,at,open,high,low,close,volume_usd,readings,complete\n' +
      `btc-bitcoin,coingecko,"'=1+1,""x""",2024-01-08T00:00:00Z,,1,1,0.00000000000000000384,,24,true\n`,
  );
});
