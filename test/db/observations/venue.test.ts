import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOfVenue } from '../../../src/db/observations/prefer-source.ts';
import { KINDS } from '../../../src/domain/observation.ts';
import { isOfVenue as isOfVenueByDomain } from '../../../src/domain/price-at.ts';
import { rows } from '../../support/deps.ts';

// SQL and TypeScript both decide which series are from a venue: the two agree.

const part = fc.constantFrom('', '-', 'btc', 'bitstamp', 'usd', '1d', 'a-b', '--', 'é');
const series = fc.record({
  kind: fc.constantFrom(...KINDS),
  external_id: fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(':')),
});

test.for([
  ['bar_close', 'cryptodatadownload:btc:bitstamp:usd:1d', true],
  ['bar_close', 'yahoo:btc:-:usd:1d', false],
  ['bar_close', 'yahoo:btc::usd:1d', false],
  ['bar_close', 'usd:1d', false],
  ['spot', 'cryptodatadownload:btc:bitstamp:usd:1d', false],
] as const)('%s %s: %s', async ([kind, external_id, expected]) => {
  expect(isOfVenueByDomain({ kind, external_id })).toBe(expected);
});

test('SQL and the domain agree on any series', async () => {
  const asked = fc.sample(series, { seed: 7, numRuns: 2_000 });
  const found = await rows<{ is_of_venue: boolean }>(sql`
    select ${isOfVenue('s.external_id', `s.kind = 'bar_close'`)} as is_of_venue
    from unnest(${sql.param(asked.map(({ kind }) => kind))}::text[],
      ${sql.param(asked.map(({ external_id }) => external_id))}::text[]) with ordinality as s (kind, external_id, position)
    order by s.position`);
  expect(found.map(({ is_of_venue }) => is_of_venue)).toEqual(asked.map(isOfVenueByDomain));
  expect(new Set(found.map(({ is_of_venue }) => is_of_venue)).size).toBe(2);
});
