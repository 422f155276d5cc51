import { describe, expect, it } from 'vitest';
import { type GivenFile, readFile } from './read-file.ts';

const BTC = { symbol: 'BTC', quote: 'usd' };
const rowsOf = async (file: GivenFile): Promise<string[] | string> => {
  const outcome = await readFile(file);
  return 'fault' in outcome ? outcome.fault : outcome.rows;
};

describe('the column of instants', () => {
  it.each<[string, string, string[] | string]>([
    [
      'is the date with its clock time, in either order',
      'Time,Date,Price\n23:00:00,2024-04-01,1.5\n23:00:00,2024-04-02,2.5\n',
      ['canonical:btc 2024-04-01T23:00:00Z 1.5', 'canonical:btc 2024-04-02T23:00:00Z 2.5'],
    ],
    [
      'is the one with a clock time beside its date',
      'date,timestamp,price\n2024-04-01,2024-04-01T10:00:00Z,1.5\n2024-04-01,2024-04-01T11:00:00Z,2.5\n',
      ['canonical:btc 2024-04-01T10:00:00Z 1.5', 'canonical:btc 2024-04-01T11:00:00Z 2.5'],
    ],
    [
      'is not to be told where two of them disagree',
      'date,last_updated,price\n2024-04-01,2024-06-01T10:00:00Z,1.5\n2024-04-02,2024-06-01T10:00:00Z,2.5\n',
      'no_instant',
    ],
    [
      'is none of figures beside a date',
      'date,amount,price\n2024-04-01,1000000000,1.5\n2024-04-02,1000000001,2.5\n',
      ['canonical:btc 2024-04-01T00:00:00Z 1.5', 'canonical:btc 2024-04-02T00:00:00Z 2.5'],
    ],
    [
      'is found by its cells, and figures are none',
      'when,vol,price\n2024-04-01T10:00:00Z,1712000000,1.5\n2024-04-01T11:00:00Z,1712000001,2.5\n',
      ['canonical:btc 2024-04-01T10:00:00Z 1.5', 'canonical:btc 2024-04-01T11:00:00Z 2.5'],
    ],
  ])('%s', async (_, text, expected) => {
    expect(await rowsOf({ hints: { ...BTC, zone: 'UTC' }, text })).toEqual(expected);
  });
});

describe('the evidence that names the coin', () => {
  const TWO = (name: string, one: string, other: string) =>
    `time,${name},price\n2024-04-01T10:00:00Z,${one},1.5\n2024-04-01T11:00:00Z,${other},2.5\n`;
  it.each<[string, string, string[] | string]>([
    [
      'is a column of any usual name',
      TWO('asset', 'BTC', 'ETH'),
      ['canonical:btc 2024-04-01T10:00:00Z 1.5', 'canonical:eth 2024-04-01T11:00:00Z 2.5'],
    ],
    [
      'is a column of a looser name that holds coins for certain',
      TWO('instrument', 'BTC', 'ETH'),
      ['canonical:btc 2024-04-01T10:00:00Z 1.5', 'canonical:eth 2024-04-01T11:00:00Z 2.5'],
    ],
    ['is no text that may be anything', TWO('market', 'spot', 'spot'), 'unknown_coin'],
    ['is no column that has coins in its cells alone', TWO('note', 'BTC', 'ETH'), 'unknown_coin'],
    ['is no exchange', TWO('market', 'kraken', 'kraken'), 'unknown_coin'],
  ])('%s', async (_, text, expected) => {
    expect(await rowsOf({ hints: { quote: 'usd' }, text })).toEqual(expected);
  });
});

it('may not be contradicted by coins in the cells of any column', async () => {
  const text = 'time,note,price\n2024-04-01T10:00:00Z,BTC,1.5\n2024-04-01T11:00:00Z,ETH,2.5\n';
  expect(await rowsOf({ hints: BTC, text })).toBe('ambiguous_coin');
});

describe('the currency', () => {
  it.each<[string, string, string]>([
    ['is not what a column of another name says', 'note', 'unknown_quote'],
    ['is a token that a column of currencies holds', 'currency', 'quote_not_usd'],
  ])('%s', async (_, name, expected) => {
    const cell = name === 'note' ? 'USD' : 'USDT';
    const text = `time,${name},price\n2024-04-01T10:00:00Z,${cell},1.5\n2024-04-01T11:00:00Z,${cell},2.5\n`;
    expect(await rowsOf({ hints: { symbol: 'BTC' }, text })).toBe(expected);
  });
});
