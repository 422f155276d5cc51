import { type SQL, sql } from 'drizzle-orm';
import type { Db } from './client.ts';

/** The right to work on one source. `token` fences out a holder that was presumed dead. */
export interface Lease {
  name: string;
  token: number;
}

export const LEASE_SECONDS = 30;

export const leaseEnd = (): SQL => sql`clock_timestamp() + make_interval(secs => ${LEASE_SECONDS}::int)`;

/** Prolongs the lease, or undoes the whole batch with `lease_lost`. Holds the row until the commit. */
export function renewLease(db: Db, lease: Lease) {
  return db.execute(sql`
    with renewed as (
      update leases set expires_at = ${leaseEnd()}
      where name = ${lease.name} and token = ${lease.token}::bigint
      returning name
    )
    select guard(exists (select from renewed), 'lease_lost')`);
}

/** Gives the lease back; a no-op when another holder has it. */
export function releaseLease(db: Db, lease: Lease) {
  return db.execute(sql`
    update leases set expires_at = '-infinity'
    where name = ${lease.name} and token = ${lease.token}::bigint`);
}
