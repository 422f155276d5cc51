import { expect, it, test } from 'vitest';
import { parseFlags } from '../../../scripts/data/flags.ts';

const parse = (line: string, environment: NodeJS.ProcessEnv = {}) =>
  parseFlags(line.split(' ').filter(Boolean), environment);

it('needs only an asset on this machine', () => {
  expect(parse('btc-bitcoin')).toEqual({
    url: 'http://127.0.0.1:8787',
    token: null,
    query: { asset: 'btc-bitcoin' },
    format: 'csv',
    out: 'btc-bitcoin.csv',
  });
});

it('accepts a range, sources and kinds, a format and a place', () => {
  const line =
    'coingecko:bitcoin --from 2021-01-01 --to 2022-01-01 --source coingecko,csv --kind spot --format parquet' +
    ' --url https://tape.example.com/ --token t --out /x/btc.parquet';
  expect(parse(line, { READ_TOKEN: 'other' })).toEqual({
    url: 'https://tape.example.com',
    token: 't',
    query: {
      asset: 'coingecko:bitcoin',
      start_date: '2021-01-01',
      end_date: '2022-01-01',
      source: 'coingecko,csv',
      kind: 'spot',
    },
    format: 'parquet',
    out: '/x/btc.parquet',
  });
  expect(parse('coingecko:bitcoin --format parquet')).toMatchObject({ out: 'coingecko_bitcoin.parquet' });
});

test.for([
  ['secret, older', 'secret'],
  ['app=secret', 'secret'],
  ['', null],
] as const)('the token of READ_TOKEN=%s is %s', ([READ_TOKEN, token]) => {
  expect(parse('btc-bitcoin', { READ_TOKEN })).toMatchObject({ token });
});

test.for([
  ['', /^Name one asset/],
  ['a b', /^Name one asset/],
  ['a --format xlsx', /^--format must be csv or parquet/],
  ['a --url ftp://x', /^--url must be/],
  ['a --nonsense', /^Unknown option '--nonsense'/],
] as const)('refuses "%s"', ([line, message]) => {
  expect(() => parse(line)).toThrow(message);
});

it('lists its flags', () => {
  expect(parse('--help')).toBe('help');
});
