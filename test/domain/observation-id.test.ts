import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INSTANT_MICROS_MAX, instantOfMicros } from '../../src/domain/instant.ts';
import { KINDS } from '../../src/domain/observation.ts';
import { formatObservationId, parseObservationId } from '../../src/domain/observation-id.ts';

it('has the form that the API promises', () => {
  const key = {
    source: 'coinpaprika',
    external_id: 'btc-bitcoin',
    kind: 'spot',
    observed_at: '2025-01-10T10:00:00Z',
    revision: 1,
  } as const;
  expect(formatObservationId(key)).toBe('coinpaprika_btc-bitcoin_spot_1736503200000000_1');
  expect(parseObservationId('coinpaprika_btc-bitcoin_spot_1736503200000000_1')).toEqual(key);
});

it.each([
  [
    'csv_cryptodatadownload:btc:bitstamp:usd:1d_bar_close_1_2',
    'cryptodatadownload:btc:bitstamp:usd:1d',
    'bar_close',
    2,
  ],
  ['csv_a_b_spot_1_2_bar_close_0_12', 'a_b_spot_1_2', 'bar_close', 12],
  ['csv___spot_5_1', '_', 'spot', 1],
  ['coingecko_x\ny/z?#%20🚀_spot_5_1', 'x\ny/z?#%20🚀', 'spot', 1],
  ['csv_bar_close_spot_0_1', 'bar_close', 'spot', 1],
])('reads %j from the right', (text, external_id, kind, revision) => {
  expect(parseObservationId(text)).toMatchObject({ external_id, kind, revision });
});

it.each([
  '',
  'csv',
  'csv_a_spot_1',
  'csv__spot_1_1',
  '_a_spot_1_1',
  'CSV_a_spot_1_1',
  'csv_a_close_1_1',
  'csv_a_spot_-1_1',
  'csv_a_spot_01_1',
  'csv_a_spot_1_0',
  'csv_a_spot_1_01',
  'csv_a_spot_1_2147483648',
  'csv_a_spot_253402300800000000_1',
  'csv_a_spot_9999999999999999999_1',
  'csv_a_spot_1.5_1',
  'csv_a_spot_1_1 ',
  'csv_a_spot_1_1\n',
  'csv_a\0_spot_1_1',
  'csv_a\ud83d_spot_1_1',
])('refuses %j', (text) => {
  expect(parseObservationId(text)).toBeUndefined();
});

it('round-trips with any external id', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc
      .array(fc.constantFrom('_', 'spot', 'bar_close', '1', 'csv', '-'), { minLength: 1 })
      .map((parts) => parts.join('')),
  );
  const key = fc.record({
    source: fc.constantFrom('coinpaprika', 'coingecko', 'csv'),
    external_id: nasty.filter((id) => !id.includes('\0') && id.isWellFormed()),
    kind: fc.constantFrom(...KINDS),
    observed_at: fc.bigInt({ min: 0n, max: INSTANT_MICROS_MAX }).map(instantOfMicros),
    revision: fc.integer({ min: 1, max: 2_147_483_647 }),
  });
  fc.assert(
    fc.property(key, (one) => {
      expect(parseObservationId(formatObservationId(one))).toEqual(one);
    }),
  );
});

it('accepts no text that is not the id of its key', () => {
  const nearly = fc
    .array(fc.constantFrom('csv', '_', 'spot', 'bar_close', '0', '1', '007', 'x'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(nearly, (text) => {
      const key = parseObservationId(text);
      expect(key === undefined || formatObservationId(key) === text).toBe(true);
    }),
  );
});
