import { describe, expect, it } from 'vitest';
import { parseFlags } from '../../../scripts/upload/flags.ts';

const parse = (line: string, environment: NodeJS.ProcessEnv = {}) =>
  parseFlags(line.split(' ').filter(Boolean), environment);

it('needs only a file on this machine', () => {
  expect(parse('btc.csv')).toEqual({
    file: 'btc.csv',
    url: 'http://127.0.0.1:8787',
    token: 'dev',
    query: {},
    part_bytes: 90_000_000,
  });
});

it('accepts every parameter of POST /uploads under its own name', () => {
  const query = {
    filename: 'a.csv',
    asset: 'btc-bitcoin',
    symbol: 'BTC',
    dialect: 'yahoo',
    venue: 'kraken',
    quote: 'usdt',
    observed_at: '2025-01-10',
    columns: 'time:instant,close:close',
    header: 'none',
    delimiter: ';',
    decimal: 'comma',
    date_order: 'dmy',
    zone: 'Europe/Berlin',
    bar: 'close',
    period: '1d',
    volume: 'base',
    dry_run: 'true',
  };
  const { dry_run: _, ...told } = query;
  const flags = Object.entries(told).map(([name, value]) => `--${name.replaceAll('_', '-')} ${value}`);
  const line = `x.csv --url https://tape.example.com/ --token t ${flags.join(' ')} --dry-run --part-bytes 5000000`;
  expect(parse(line)).toEqual({
    file: 'x.csv',
    url: 'https://tape.example.com',
    token: 't',
    query,
    part_bytes: 5_000_000,
  });
});

it('uses the first token of the environment', () => {
  expect(parse('x.csv --url https://tape.example.com', { UPLOAD_TOKEN: 'new, old' })).toMatchObject({
    token: 'new',
  });
});

it('shows help', () => {
  expect(parse('--help')).toBe('help');
});

describe('refuses', () => {
  it.each([
    ['', /Name one file/],
    ['a.csv b.csv', /Name one file/],
    ['a.csv --coin btc', /Unknown option '--coin'/],
    ['a.csv --url tape.example.com', /--url must be an http\(s\) URL/],
    ['a.csv --url https://tape.example.com', /Give the token with --token/],
    ['a.csv --part-bytes 1999999', /--part-bytes must be a number from 2000000/],
    ['a.csv --part-bytes many', /--part-bytes must be a number/],
  ])('%j', (line, reason) => {
    expect(() => parse(line)).toThrow(reason);
  });
});
