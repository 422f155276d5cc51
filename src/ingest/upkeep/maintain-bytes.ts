import { rowIn } from '../../db/client.ts';
import { expirePayloads, listPayloadsToDelete, markDeleted } from '../../db/payloads/expire.ts';
import { renewLease } from '../../db/tape/leases.ts';
import { openVersion } from '../../db/tape/version.ts';
import type { Deps } from '../../deps.ts';
import { midnightBefore } from '../../domain/retention.ts';
import { POLLED_SOURCES } from '../../sources/registry.ts';
import type { RunningMaintenance } from './slice.ts';

/** Replies per step; R2 deletes at most a thousand objects per call. */
const SLICE_PAYLOADS = 500;
const SOURCES = POLLED_SOURCES.map(({ id }) => id);

/**
 * Gives up the bytes of replies that have become too old, until none is left (true) or time is up (false). They
 * first count as expired, and then are deleted. If that is interrupted, nobody is promised deleted bytes, and the
 * next maintenance deletes the rest.
 */
export async function expireBytes(
  deps: Deps,
  { lease, isOver }: RunningMaintenance,
  keepDays: number,
): Promise<boolean> {
  const { db, log } = deps;
  const before = midnightBefore(deps.now(), keepDays);
  for (;;) {
    const [, , result] = await db.batch([
      renewLease(db, lease),
      openVersion(db),
      expirePayloads(db, SOURCES, before, SLICE_PAYLOADS),
    ]);
    const { expired } = rowIn(result);
    const deleted = await deleteExpired(deps);
    if (expired === '0' && deleted === 0) return true;
    log.info('payloads.expired', { expired: Number(expired), deleted });
    if (isOver()) return false;
  }
}

async function deleteExpired({ db, raw }: Deps): Promise<number> {
  const rows = await listPayloadsToDelete(db, SLICE_PAYLOADS);
  if (rows.length === 0) return 0;
  await raw.remove([...new Set(rows.map(({ r2_key }) => r2_key))]);
  await markDeleted(
    db,
    rows.map(({ id }) => id),
  );
  return rows.length;
}
