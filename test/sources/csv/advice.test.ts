import { describe, expect, it } from 'vitest';
import docs from '../../../docs/csv.md?raw';
import { readFile } from './plan/read-file.ts';

/** The parameters in each row of the table of files that need some, by the beginning of its first cell. */
function parametersOf(file: string): Record<string, string> {
  const table = docs.slice(docs.indexOf('### Files that need parameters'), docs.indexOf('## Parameters'));
  const row = table.split('\n').find((line) => line.startsWith(`| ${file}`)) ?? '';
  const cell = row.slice(row.lastIndexOf(' | '));
  return Object.fromEntries(
    [...cell.matchAll(/`(\w+)=([^`]+)`/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

describe('the parameters that docs/csv.md names for a file', () => {
  it.each<[string, string, string[]]>([
    [
      'FRED',
      'observation_date,CBBTCUSD\n2024-03-01,62440.50\n2024-03-02,62011.1\n',
      ['table:btc 2024-03-02T01:00:00Z 62440.50', 'table:btc 2024-03-03T01:00:00Z 62011.1'],
    ],
    [
      'Stooq',
      'Date,Open,High,Low,Close,Volume\n2024-03-01,61179.5,63114.5,60777,62440.5,4773\n2024-03-02,62440.5,62533,61561,62029.5,2553\n',
      ['table:btc:-:usd:1d 2024-03-02T00:00:00Z 62440.5', 'table:btc:-:usd:1d 2024-03-03T00:00:00Z 62029.5'],
    ],
    [
      'blockchain.com',
      'Timestamp,market-price\n2024-03-01 00:00:00,61179.36\n2024-03-02 00:00:00,62440.1\n',
      ['table:btc 2024-03-01T00:00:00Z 61179.36', 'table:btc 2024-03-02T00:00:00Z 62440.1'],
    ],
    [
      'Gemini',
      '1709251200000,61150.5,63100,60800,62400.5,812.5\n1709337600000,62400.5,62500,61600,62010.1,402.1\n',
      ['table:btc:-:usd:1d 2024-03-02T00:00:00Z 62400.5', 'table:btc:-:usd:1d 2024-03-03T00:00:00Z 62010.1'],
    ],
    [
      'Bitfinex',
      '1709251200000,61150.5,62400.5,63100,60800,812.5\n1709337600000,62400.5,62010.1,62500,61600,402.1\n',
      ['table:btc:-:usd:1d 2024-03-02T00:00:00Z 62400.5', 'table:btc:-:usd:1d 2024-03-03T00:00:00Z 62010.1'],
    ],
    [
      'A wide table',
      'date,BTC,ETH\n2024-03-01,62440.5,3435.1\n2024-03-02,62011.1,3420.4\n',
      ['table:btc 2024-03-01T00:00:00Z 62440.5', 'table:btc 2024-03-02T00:00:00Z 62011.1'],
    ],
  ])('read %s', async (file, text, rows) => {
    const hints = parametersOf(file);
    expect(hints).toHaveProperty('symbol', 'BTC');
    expect(await readFile({ hints, text })).toMatchObject({ rows, rejects: [] });
  });
});
