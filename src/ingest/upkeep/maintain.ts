import { finishMaintenance } from '../../db/retention/horizon.ts';
import { type Lease, releaseLease, renewLease, takeLease } from '../../db/tape/leases.ts';
import type { Deps } from '../../deps.ts';
import type { Settings } from '../../env.ts';
import { expireBytes } from './maintain-bytes.ts';
import { thinObservations } from './maintain-observations.ts';

const LEASE = 'maintenance';
const SLICE_MS_MAX = 10_000;

export type MaintenanceOutcome = 'done' | 'continue' | { busy_seconds: number };

/** Whether anything is ever removed: by default everything is kept. */
export const hasRetention = ({ KEEP_OBSERVATIONS_DAYS, KEEP_RAW_DAYS }: Settings): boolean =>
  KEEP_OBSERVATIONS_DAYS !== undefined || KEEP_RAW_DAYS !== undefined;

/**
 * Removes data that the settings do not keep: thins old observations, deletes the bytes of old replies. Works until
 * the end (`done`) or the end of this slice (`continue`), in short transactions. After any interruption it
 * continues where it stopped. Throws faults that may pass.
 */
export async function maintain(deps: Deps): Promise<MaintenanceOutcome> {
  const { db } = deps;
  if (!hasRetention(deps.settings)) return 'done';
  const [taken] = await takeLease(db, LEASE);
  if (taken === undefined || taken.token === null) return { busy_seconds: Number(taken?.busy_seconds ?? 1) };
  const lease = { name: LEASE, token: Number(taken.token) };
  try {
    return await work(deps, lease);
  } finally {
    await releaseLease(db, lease).catch(() => {});
  }
}

async function work(deps: Deps, lease: Lease): Promise<'done' | 'continue'> {
  const { db, settings, log } = deps;
  const { KEEP_OBSERVATIONS_DAYS, KEEP_RAW_DAYS } = settings;
  const deadline = deps.now().getTime() + SLICE_MS_MAX;
  const running = { lease, isOver: () => deps.now().getTime() > deadline };
  if (
    KEEP_OBSERVATIONS_DAYS !== undefined &&
    !(await thinObservations(deps, running, KEEP_OBSERVATIONS_DAYS))
  )
    return 'continue';
  if (KEEP_RAW_DAYS !== undefined && !(await expireBytes(deps, running, KEEP_RAW_DAYS))) return 'continue';
  await db.batch([renewLease(db, lease), finishMaintenance(db)]);
  log.info('maintenance.finished', {});
  return 'done';
}
