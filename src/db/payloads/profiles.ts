import { sql } from 'drizzle-orm';
import { PROFILES_MAX, type Profile } from '../../domain/anomaly.ts';
import type { Shape } from '../../domain/drift/shape.ts';
import { instantFromPostgres } from '../../domain/instant.ts';
import type { Db } from '../client.ts';

export interface NewProfile extends Profile {
  shape: Shape;
  /** The key of the shape. */
  fingerprint: string;
}

/** Stores the profile of a payload, and its shape if it is new. */
export function keepProfile(db: Db, origin: { source: string; raw_payload_id: number }, profile: NewProfile) {
  const { shape, fingerprint, records, newest_observed_at, unknowns } = profile;
  return db.execute('payloads.keep-profile')(sql`
    with profiled as (
      update raw_payloads
      set records = ${records}::int, newest_observed_at = ${newest_observed_at}::timestamptz,
        unknowns = ${JSON.stringify(unknowns)}::jsonb, shape = ${fingerprint}
      where id = ${origin.raw_payload_id}::bigint
      returning id, source, endpoint, fetched_at
    )
    insert into payload_shapes as s (source, endpoint, fingerprint, first_payload_id, first_seen_at,
      last_payload_id, last_seen_at, payloads, records, fields)
    select source, endpoint, ${fingerprint}, id, fetched_at, id, fetched_at, 1, ${shape.records}::int,
      ${JSON.stringify(shape.fields)}::jsonb
    from profiled
    on conflict (source, endpoint, fingerprint) do update
    set last_payload_id = excluded.last_payload_id, last_seen_at = excluded.last_seen_at,
      payloads = s.payloads + 1`);
}

/** The profiles of an endpoint's newest replies that were read, newest first: see profilesIn. */
export function listProfiles(db: Db, source: string, endpoint: string) {
  return db.execute<Profile>('payloads.profiles')(sql`
    select (fetched_at at time zone 'utc')::text || '+00' as fetched_at, records,
      (newest_observed_at at time zone 'utc')::text || '+00' as newest_observed_at, unknowns
    from raw_payloads
    where source = ${source} and endpoint = ${endpoint} and records is not null
    order by id desc
    limit ${PROFILES_MAX}::int`);
}

export function profilesIn(rows: Profile[]): Profile[] {
  return rows.map((row) => ({
    ...row,
    fetched_at: instantFromPostgres(row.fetched_at),
    newest_observed_at: row.newest_observed_at === null ? null : instantFromPostgres(row.newest_observed_at),
  }));
}
