import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { withProfile } from '../../../scripts/deploy/profiles.ts';

const TOML = `name = "tape"

[vars] # what the Worker reads
# how often
POLL_MINUTES = "5"
LOG_LEVEL = "info"

# The bucket.
[[r2_buckets]]
POLL_TOP = "not a variable of ours"
`;

test('frugal changes and adds its variables and no other line', () => {
  expect(withProfile(TOML, 'frugal')).toBe(`name = "tape"

[vars] # what the Worker reads
# how often
POLL_MINUTES = "30"
LOG_LEVEL = "info"
POLL_TOP = "500"
KEEP_OBSERVATIONS_DAYS = "90"
KEEP_RAW_DAYS = "30"

# The bucket.
[[r2_buckets]]
POLL_TOP = "not a variable of ours"
`);
});

test('full removes them again', () => {
  expect(withProfile(withProfile(TOML, 'frugal'), 'full')).toBe(TOML);
});

test('wrangler.toml of this repository has the full profile and accepts both', () => {
  const ours = readFileSync('wrangler.toml', 'utf8');
  expect(withProfile(ours, 'full')).toBe(ours);
  expect(parse(withProfile(ours, 'frugal'))).toEqual({
    ...parse(ours),
    vars: {
      ...(parse(ours).vars as object),
      POLL_MINUTES: '30',
      POLL_TOP: '500',
      KEEP_OBSERVATIONS_DAYS: '90',
      KEEP_RAW_DAYS: '30',
    },
  });
});
