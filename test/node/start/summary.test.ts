import { expect, test } from 'vitest';
import { summaryLines } from '../../../scripts/start/summary.ts';

const STARTED = {
  url: 'http://127.0.0.1:8787',
  mode: 'sandbox',
  log_file: '.data/wrangler.log',
  verbose: false,
  variables: { SCHEDULER_TOKEN: 'dev', UPLOAD_TOKEN: 'dev', READ_TOKEN: 'dev' },
} as const;

test('the summary shows where to look, what to try and which tokens to use', () => {
  expect(summaryLines(STARTED)).toEqual([
    '',
    '  dashboard  http://127.0.0.1:8787/',
    '  docs       http://127.0.0.1:8787/docs/start',
    "  try        curl 'http://127.0.0.1:8787/prices?asset=btc-bitcoin'",
    '  data       SANDBOX: the prices are synthetic',
    '  tokens     SCHEDULER_TOKEN, UPLOAD_TOKEN, READ_TOKEN: dev',
    '  logs       .data/wrangler.log; warnings and errors here too (--verbose: all)',
    '  stop       Ctrl-C; the next start continues with the same data',
    '',
  ]);
});

test('it never prints a token that somebody chose', () => {
  const variables = { SCHEDULER_TOKEN: 'secret-1', UPLOAD_TOKEN: 'dev', READ_TOKEN: 'app=secret-2' };
  const lines = summaryLines({ ...STARTED, mode: 'live', verbose: true, variables });
  expect(lines.slice(4, 8)).toEqual([
    '  data       live, from the sources',
    '  tokens     UPLOAD_TOKEN: dev',
    '             SCHEDULER_TOKEN, READ_TOKEN: as you set them',
    '  logs       .data/wrangler.log, and here',
  ]);
  expect(lines.join('\n')).not.toContain('secret');
});
