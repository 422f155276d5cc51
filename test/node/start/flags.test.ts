import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../../scripts/start/flags.ts';

test('defaults', () => {
  expect(parseFlags([])).toEqual({
    port: 8787,
    host: '127.0.0.1',
    data_dir: '.data',
    database_url: undefined,
    mode: undefined,
    ingest: true,
    verbose: false,
  });
});

test('every flag', () => {
  const text =
    '--port 9000 --host 0.0.0.0 --data-dir d --database-url postgres://u:p@h:5432/x --sandbox --no-ingest --verbose';
  expect(parseFlags(text.split(' '))).toEqual({
    port: 9000,
    host: '0.0.0.0',
    data_dir: 'd',
    database_url: 'postgres://u:p@h:5432/x',
    mode: 'sandbox',
    ingest: false,
    verbose: true,
  });
  expect(parseFlags(['--live'])).toMatchObject({ mode: 'live' });
  expect(parseFlags(['--help', '--port', 'x'])).toBe('help');
});

describe('refuses', () => {
  test.each([
    [['--prot', '1'], "Unknown option '--prot'. See npm start -- --help."],
    [['--port'], "Option '--port <value>' argument missing. See npm start -- --help."],
    [['--port', '80a'], '--port must be a number from 0 to 65535, not "80a".'],
    [['--port', '65536'], '--port must be a number from 0 to 65535, not "65536".'],
    [['extra'], "Unexpected argument 'extra'. See npm start -- --help."],
    [['--live', '--sandbox'], '--live and --sandbox exclude each other.'],
    [
      ['--database-url', 'mysql://x'],
      '--database-url is not a postgres:// URL (special characters in the password must be percent-encoded).',
    ],
  ])('%j', (argv, message) => {
    expect(() => parseFlags(argv)).toThrow(message);
  });
});
