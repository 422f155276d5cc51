import { expect, it } from 'vitest';
import { parseFlags } from '../../../scripts/lake/flags.ts';

const HERE = { url: 'http://127.0.0.1:8787', token: 'dev' };

it('reads the commands', () => {
  expect(parseFlags(['verify'], {})).toEqual({ ...HERE, command: 'verify', day: null });
  expect(parseFlags(['verify', '2026-03-01', '--url', 'https://tape.test/', '--token', 'x'], {})).toEqual({
    url: 'https://tape.test',
    token: 'x',
    command: 'verify',
    day: '2026-03-01',
  });
  const environment = { READ_TOKEN: 'app=secret,other', DATABASE_URL: 'postgres://u:p@h/d' };
  expect(parseFlags(['restore', '2026-03-01'], environment)).toEqual({
    ...HERE,
    token: 'secret',
    command: 'restore',
    day: '2026-03-01',
    database_url: 'postgres://u:p@h/d',
  });
  expect(parseFlags(['--help'], {})).toBe('help');
});

it.each([
  [[], 'Say verify, or restore and a day.'],
  [['restore'], 'Say verify, or restore and a day.'],
  [['restore', 'yesterday'], 'DAY is like 2025-01-10.'],
  [['verify', '2026-03-01', '2026-03-02'], 'DAY is like 2025-01-10.'],
  [['restore', '2026-03-01'], 'DATABASE_URL is not set.'],
  [['verify', '--url', 'tape.test'], '--url must be an http(s) URL'],
  [['verify', '--all'], "Unknown option '--all'"],
])('%j is refused', (args, reason) => {
  expect(() => parseFlags(args, {})).toThrow(reason);
});
