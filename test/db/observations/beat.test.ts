import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { beatOf as beatInSql } from '../../../src/db/observations/beat.ts';
import { type BeatFacts, beatOf } from '../../../src/domain/beat.ts';
import { THINNING_UNITS } from '../../../src/domain/retention.ts';
import { emptyDatabase, rows } from '../../support/deps.ts';

const AT = '2026-01-10T12:00:00Z';

const maybe = <Value>(of: fc.Arbitrary<Value>) => fc.option(of, { nil: null });
const anyRow = fc.record<BeatFacts>({
  kind: fc.constantFrom('spot', 'bar_close'),
  external_id: fc.constantFrom('a', 'x:a', 'x:a:-:usd:1d', 'x:a:v:usd:15m', 'x:a:v:usd:1mo', 'x:a:-:usd:-'),
  is_file: fc.boolean(),
  flags: fc.constantFrom([], ['backfill'], ['stale', 'backfill'], ['after_thinning']),
  kept_seconds: maybe(fc.constantFrom(60, 300, 3_600, 86_400, 2_678_400)),
  endpoint_seconds: maybe(fc.constantFrom(300, 1_800, 86_400)),
  thinned_to: maybe(fc.constantFrom(...THINNING_UNITS)),
});

/** The rows as the tape would store them, each with its own source, payload and upload. */
async function beatsInSql(facts: BeatFacts[]): Promise<(number | null)[]> {
  const given = facts.map((row, index) => ({
    ...row,
    id: index + 1,
    source: row.is_file ? 'csv' : `s${index}`,
  }));
  await rows(sql`
    with g as (select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (id int, source text, kind text,
      external_id text, is_file boolean, flags text[], kept_seconds int, endpoint_seconds int, thinned_to text)),
    listed as (insert into listings (id, source, external_id, first_known_at) overriding system value
      select id, source, id || external_id, ${AT} from g),
    run as (insert into runs (id, source, trigger, status, accepted_at) overriding system value
      select id, source, 'cron', 'succeeded', ${AT} from g),
    payload as (insert into raw_payloads (id, source, run_id, endpoint, url, status, headers, fetched_at, duration_ms,
        size_bytes, sha256, r2_key, encoding, beat_seconds) overriding system value
      select id, source, id, 'e', '', 200, '{}', ${AT}, 1, 1, id, '', 'gzip', case when not is_file then kept_seconds end from g),
    upload as (insert into uploads (id, run_id, raw_payload_id, hints, dry_run, status, sha256, size_bytes, accepted_at,
        touched_at, plan)
      select id, id, id, '{}', false, 'succeeded', '', 1, ${AT}, ${AT}, jsonb_build_object('beat_seconds', kept_seconds)
      from g where is_file),
    paced as (insert into checkpoints (source, endpoint, fetched_at, every_minutes, raw_payload_id, run_id)
      select source, 'e', ${AT}, endpoint_seconds / 60, id, id from g where endpoint_seconds is not null and not is_file),
    thinned as (insert into thinnings (source, unit, horizon, place_known_at, place_listing_id, place_observed_at)
      select source, u.unit, ${AT}::timestamptz + interval '1 day', ${AT}, 1, ${AT}
      from g join (values ('hour'), ('day')) u (unit) on g.thinned_to = u.unit or g.thinned_to = 'day')
    insert into observations (listing_id, kind, observed_at, revision, source, known_at, raw_payload_id, pointer, run_id,
      normalizer_version, flags)
    select id, kind, ${AT}, 1, source, ${AT}, id, '', id, 1, flags from g`);
  const found = await rows<{ beat: string | null }>(sql`
    select ${beatInSql()} as beat from observations o join listings l on l.id = o.listing_id order by o.listing_id`);
  return found.map(({ beat }) => (beat === null ? null : Number(beat)));
}

beforeEach(emptyDatabase);

it('is the same in SQL as in TypeScript', async () => {
  const facts = fc
    .sample(anyRow, { numRuns: 400, seed: 7 })
    // A row that came after thinning is not affected by it; its own source is thinned or not.
    .map((row) => (row.flags.includes('after_thinning') || row.is_file ? { ...row, thinned_to: null } : row));
  expect(await beatsInSql(facts)).toEqual(facts.map(beatOf));
});
