import { type ReservedRow, reserveCalls, returnCalls } from '../../db/upstreams/call-ledger.ts';
import { lockUpstream } from '../../db/upstreams/circuits.ts';
import type { Deps } from '../../deps.ts';
import { type LedgerPeriod, periodAt } from '../../domain/upstream/quota.ts';
import { AppError } from '../../errors.ts';
import type { PolledSource } from '../../sources/source.ts';
import { sourceSettings } from './settings.ts';

/** Calls of a run that are counted in the ledger and not made yet. */
export interface CallBudget {
  source: PolledSource;
  /** The periods they are counted in. */
  periods: LedgerPeriod[];
  left: number;
}

/** The periods in which the plan of a source counts a call made now. */
export function ledgerPeriods(deps: Deps, source: PolledSource): LedgerPeriod[] {
  const now = deps.now();
  return source.limits(sourceSettings(deps.settings, source.id)).map((limit) => periodAt(limit, now));
}

/**
 * The queries that count up to `calls` calls of a source, for a batch; the first also gives its row. Two, since
 * the second has to see what was counted before the lock was free.
 */
export function reservation(
  { db, settings }: Deps,
  source: PolledSource,
  periods: LedgerPeriod[],
  calls: number,
) {
  const { plan } = sourceSettings(settings, source.id);
  return [lockUpstream(db, source.id, plan), reserveCalls(db, source.id, periods, calls)] as const;
}

/** Gives calls that were counted and not made back, for a batch. */
export const unspent = ({ db }: Deps, { source, periods, left }: CallBudget) =>
  left > 0 ? [returnCalls(db, source.id, periods, left)] : [];

/**
 * Spends one call: a counted one, or one more, as a retry needs. Null when it may be made; otherwise the fault
 * `upstream_quota_spent`, whose retry_after_s says when the period ends that has no room.
 */
export async function spendCall(deps: Deps, budget: CallBudget): Promise<AppError | null> {
  if (budget.left > 0) {
    budget.left -= 1;
    return null;
  }
  const periods = ledgerPeriods(deps, budget.source);
  const [, rows] = await deps.db.batch(reservation(deps, budget.source, periods, 1));
  return (rows[0]?.granted ?? 0) > 0 ? null : spent(deps, budget.source, periods, rows);
}

/** The fault of a reservation that got nothing, with the period that has to end first. */
function spent(deps: Deps, source: PolledSource, periods: LedgerPeriod[], rows: ReservedRow[]): AppError {
  const full = periods.filter(({ period, calls_max }) => {
    const calls = Number(rows.find((row) => row.period === period)?.calls ?? 0);
    return calls_max !== null && calls >= calls_max;
  });
  const last = full.toSorted((a, b) => b.ends_at.getTime() - a.ends_at.getTime())[0];
  if (last === undefined) throw new Error('A reservation without room has a period that is full.');
  const ends = last.ends_at.toISOString().replace('.000Z', 'Z');
  const wait_ms = last.ends_at.getTime() - deps.now().getTime();
  return new AppError(
    'upstream_quota_spent',
    `The ${last.calls_max} calls that the plan of ${source.id} allows in a ${last.period} are spent; the next one begins ${ends}.`,
    { retry_after_s: Math.max(1, Math.ceil(wait_ms / 1000)) },
  );
}
