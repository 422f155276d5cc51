import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { findProof } from '../../src/db/payloads/find-proof.ts';
import type { ObservationKey } from '../../src/domain/observation-id.ts';
import { prove } from '../../src/proof/prove.ts';
import { emptyDatabase, rows, testDeps } from '../support/deps.ts';
import { ingestFixtures } from '../support/fixtures.ts';

it('proves every observation of every fixture, including superseded ones', async () => {
  await emptyDatabase();
  await ingestFixtures();
  const keys = await rows<ObservationKey>(sql`
    select o.source, l.external_id, o.kind, o.revision,
      replace((o.observed_at at time zone 'utc')::text, ' ', 'T') || 'Z' as observed_at
    from observations o join listings l on l.id = o.listing_id`);
  expect(keys.length).toBeGreaterThan(100);
  const deps = testDeps();
  const wrong: unknown[] = [];
  for (const key of keys) {
    const [row] = await findProof(deps.db, key, null);
    if (row === undefined || row.listing_id === null) throw new Error('gone');
    const proof = await prove(deps, row);
    if (!proof.matches || proof.record === null) wrong.push({ key, proof });
  }
  expect(wrong).toEqual([]);
});
