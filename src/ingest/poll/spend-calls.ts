import {
  type CountedPeriod,
  type ReservedRow,
  reserveCalls,
  returnCalls,
} from '../../db/upstreams/call-ledger.ts';
import { lockUpstream } from '../../db/upstreams/circuits.ts';
import type { Deps } from '../../deps.ts';
import { type CallsByPurpose, isSpareWork, type Purpose, sumOfCalls } from '../../domain/upstream/purpose.ts';
import { periodAt } from '../../domain/upstream/quota.ts';
import { keptCalls } from '../../domain/upstream/spare.ts';
import { AppError } from '../../errors.ts';
import { plannedRequests, sourceSettings } from '../../sources/registry.ts';
import type { PolledSource } from '../../sources/source.ts';

/** Calls of a run that are counted in the ledger and not made yet. */
export interface CallBudget {
  source: PolledSource;
  /** The periods in which they are counted. */
  periods: CountedPeriod[];
  left: CallsByPurpose;
}

/**
 * The periods in which the plan of a source counts a call made now. For spare work, the calls that polls may need
 * are reserved in each.
 */
export function ledgerPeriods(deps: Deps, source: PolledSource, isSpare = false): CountedPeriod[] {
  const now = deps.now();
  const given = sourceSettings(deps.settings, source.id);
  const planned = isSpare ? plannedRequests(source, given) : [];
  return source.limits(given).map((limit) => {
    const period = periodAt(limit, now);
    return { ...period, kept: isSpare ? keptCalls(planned, period, now) : 0 };
  });
}

/**
 * The queries that count up to this many calls of a source, for a batch; the first also returns its row. There are
 * two, because the second must see the counts from before the lock was free.
 */
export function reservation(
  { db, settings }: Deps,
  source: PolledSource,
  periods: CountedPeriod[],
  wanted: CallsByPurpose,
) {
  const { plan } = sourceSettings(settings, source.id);
  return [lockUpstream(db, source.id, plan), reserveCalls(db, source.id, periods, wanted)] as const;
}

/** The queries that return counted calls that were not made, for a batch; none if all were made. */
export function unspent({ db, settings }: Deps, { source, periods, left }: CallBudget) {
  if (sumOfCalls(left) === 0) return [];
  const { plan } = sourceSettings(settings, source.id);
  return [lockUpstream(db, source.id, plan), returnCalls(db, source.id, periods, left)];
}

/**
 * Spends one call: a counted one, or an additional one for a retry. Null if it may be made; otherwise the fault
 * `upstream_quota_spent`, whose retry_after_s is the end of the exhausted period.
 */
export async function spendCall(
  deps: Deps,
  budget: CallBudget,
  purpose: Purpose = 'live',
): Promise<AppError | null> {
  const counted = budget.left[purpose] ?? 0;
  if (counted > 0) {
    budget.left = { ...budget.left, [purpose]: counted - 1 };
    return null;
  }
  const periods = ledgerPeriods(deps, budget.source, isSpareWork(purpose));
  const [, rows] = await deps.db.batch(reservation(deps, budget.source, periods, { [purpose]: 1 }));
  return sumOfCalls(rows[0]?.granted ?? {}) > 0 ? null : spent(deps, budget.source, periods, rows);
}

/** The fault of a reservation without calls, with the period that must end first. */
function spent(deps: Deps, source: PolledSource, periods: CountedPeriod[], rows: ReservedRow[]): AppError {
  const full = periods.filter(({ period, calls_max, kept }) => {
    const calls = Number(rows.find((row) => row.period === period)?.calls ?? 0);
    return calls_max !== null && calls >= calls_max - kept;
  });
  const last = full.toSorted((a, b) => b.ends_at.getTime() - a.ends_at.getTime())[0];
  if (last === undefined) throw new Error('A reservation without room has a period that is full.');
  const ends = last.ends_at.toISOString().replace('.000Z', 'Z');
  const wait_ms = last.ends_at.getTime() - deps.now().getTime();
  const kept = last.kept > 0 ? 'spent or kept for polls' : 'spent';
  return new AppError(
    'upstream_quota_spent',
    `The ${last.calls_max} calls that the plan of ${source.id} allows in a ${last.period} are ${kept}; the next one begins ${ends}.`,
    { retry_after_s: Math.max(1, Math.ceil(wait_ms / 1000)) },
  );
}
