import { type SQL, sql } from 'drizzle-orm';
import type { Db } from '../client.ts';

/** The permission to work on one source. `token` fences out a holder that was presumed dead. */
export interface Lease {
  name: string;
  token: number;
}

export const LEASE_SECONDS = 30;

export const leaseEnd = (): SQL => sql`clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}::int)`;

export interface TakenLease {
  /** Null: the lease is held, for at most this many seconds. */
  token: string | null;
  busy_seconds: string | null;
}

/** Takes a free lease: one TakenLease. */
export function takeLease(db: Db, name: string) {
  return db.execute<TakenLease>('leases.take')(sql`
    with lease as (
      insert into leases as l (name, token, expires_at) values (${name}, 1, ${leaseEnd()})
      on conflict (name) do update set token = l.token + 1, expires_at = excluded.expires_at
      where l.expires_at < clock_timestamp()
      returning token
    )
    select (select token from lease) as token,
      (select ceil(extract(epoch from expires_at - clock_timestamp())) from leases
       where name = ${name} and expires_at > clock_timestamp()) as busy_seconds`);
}

/**
 * Waits until no other transaction is changing the lease, and locks it until the commit. Later statements of the
 * batch see the rows that this holder committed; a single statement would see the rows from before its wait.
 */
export function lockLease(db: Db, name: string) {
  return db.execute('leases.lock')(sql`
    insert into leases as l (name, token, expires_at) values (${name}, 0, '-infinity')
    on conflict (name) do update set token = l.token`);
}

/** Extends the lease, or rolls back the whole batch with `lease_lost`. Locks the row until the commit. */
export function renewLease(db: Db, lease: Lease) {
  return db.execute('leases.renew')(sql`
    with renewed as (
      update leases set expires_at = ${leaseEnd()}
      where name = ${lease.name} and token = ${lease.token}::bigint
      returning name
    )
    select guard(exists (select from renewed), 'lease_lost')`);
}

/** Releases the lease, but nobody can take it before this many ms have passed. */
export function restLease(db: Db, lease: Lease, ms: number) {
  return db.execute('leases.rest')(sql`
    update leases set expires_at = clock_timestamp() + make_interval(secs => ${ms}::float8 / 1000)
    where name = ${lease.name} and token = ${lease.token}::bigint`);
}

/** Releases the lease; a no-op if another holder has it. */
export function releaseLease(db: Db, lease: Lease) {
  return db.execute('leases.release')(sql`
    update leases set expires_at = '-infinity'
    where name = ${lease.name} and token = ${lease.token}::bigint`);
}
