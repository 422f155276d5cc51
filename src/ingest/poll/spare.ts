import { circuitOf, ledgerOf } from '../../db/upstreams/circuits.ts';
import {
  chooseGapCoins,
  countSpareWork,
  queueSpareWork,
  type SpareWork,
  type SpareWorkRow,
} from '../../db/upstreams/spare-work.ts';
import type { Deps } from '../../deps.ts';
import { instantOfDate } from '../../domain/instant.ts';
import { spareNow } from '../../domain/upstream/forecast.ts';
import type { SpareCalls } from '../../domain/upstream/spare.ts';
import { plannedRequests, sourceSettings, sourcesOn, spareReach } from '../../sources/registry.ts';
import type { PolledSource } from '../../sources/source.ts';
import { sendMessage } from '../queue/send.ts';
import { backfill } from './backfill.ts';
import { type UpstreamFacts, upstreamFacts, upstreamQueries } from './plan.ts';

/** The work on gaps and history of a source; null if it is off or the source has no history. */
export function spareWork(
  { settings, now }: Pick<Deps, 'settings' | 'now'>,
  source: PolledSource,
): SpareWork | null {
  const reach = spareReach(source, settings);
  return reach === null ? null : { ...reach, now: instantOfDate(now()) };
}

/** The queries that find sources with work on gaps and history, for a batch: one result for each of `works`. */
export const spareQueries = ({ db }: Deps, works: SpareWork[]) =>
  works.map((work) => countSpareWork(db, work));

/**
 * The number of calls that a source may use for gaps and history now; none while it is left alone or slowed down.
 */
export function spareCallsOf(
  { settings, now }: Deps,
  source: PolledSource,
  facts: UpstreamFacts,
): SpareCalls {
  const nothing = { gap: 0, history: 0, is_careful: false };
  const row = facts.upstreams.find((one) => one.source === source.id);
  if (row === undefined) return nothing;
  const { failures, slow_factor, ask_after_ms } = circuitOf(row);
  const at = now();
  if (failures > 0 || slow_factor > 1 || (ask_after_ms ?? 0) > at.getTime()) return nothing;
  const given = sourceSettings(settings, source.id);
  return spareNow(
    {
      planned: plannedRequests(source, given),
      limits: source.limits(given),
      ledger: ledgerOf(source.id, facts.ledger),
    },
    at,
  );
}

/** Whether some work may start now, with these spare calls. */
export const hasWork = (work: SpareWorkRow, calls: SpareCalls): boolean =>
  work.is_free &&
  ((work.history > 0 && calls.history > 0) ||
    (calls.gap > 0 && (work.gap_first > 0 || (work.gap > 0 && work.history === 0))));

/**
 * Spends one call on the most valuable gap or history, if the month has a spare call, and sends a separate message
 * for the next one. Returns `nothing` if there is nothing to do, or somebody else works on it: their message
 * continues, and ticks send another while there is work.
 */
export async function spendSpareCall(
  deps: Deps,
  { source: id }: { source: string },
): Promise<'spent' | 'nothing'> {
  const source = sourcesOn(deps.settings).find((polled) => polled.id === id);
  const work = source === undefined ? null : spareWork(deps, source);
  if (source === undefined || work === null) return 'nothing';
  const facts = upstreamFacts(await deps.db.batch(upstreamQueries(deps)));
  const calls = spareCallsOf(deps, source, facts);
  if (calls.gap === 0) return 'nothing';
  const [, [next]] = await deps.db.batch([
    chooseGapCoins(deps.db, work),
    queueSpareWork(deps.db, work, { gap: true, history: calls.history > 0 }),
  ]);
  if (next === undefined) return 'nothing';
  const run_id = Number(next.run_id);
  const outcome = await backfill(deps, { run_id });
  if (typeof outcome === 'object') {
    await sendMessage(deps, { type: 'backfill', run_id }, { delaySeconds: outcome.busy_seconds });
    return 'nothing';
  }
  if (outcome === 'failed') return 'nothing';
  // The pause between two calls is over by then. If no limit is known, a tick requests the next call.
  const pause_ms = source.paceMs(sourceSettings(deps.settings, id));
  if (!calls.is_careful)
    await sendMessage(deps, { type: 'spare', source: id }, { delaySeconds: Math.ceil(pause_ms / 1_000) + 1 });
  return 'spent';
}
