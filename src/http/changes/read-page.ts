import { inOrder, listChanges } from '../../db/changes/list.ts';
import type { AnyChange, ChangesHeader } from '../../db/changes/row.ts';
import type { Deps } from '../../deps.ts';
import { type Instant, instantOfDate, microsOf } from '../../domain/instant.ts';
import { beyondRetention, horizonOf } from '../data/beyond-retention.ts';
import { invalid } from '../query.ts';
import { type ChangesAsked, placeOf } from './query.ts';

export interface ChangesPage {
  rows: AnyChange[];
  /** Whether more changes follow. */
  more: boolean;
  /** The version at which the walk ends. */
  pinned: Instant;
  current_version: Instant;
}

/** Reads one page in one round trip. Throws `invalid_request` for a version of the future, and `beyond_retention`. */
export async function readPage(
  deps: Deps,
  asked: ChangesAsked,
  limit: number,
  seen: Instant | null,
): Promise<ChangesPage> {
  const { filter, since, walk } = asked;
  const found = await listChanges(deps.db, {
    filter,
    since,
    after: walk?.after ?? null,
    until: walk?.pinned ?? null,
    limit: limit + 1,
    seen,
  });
  if (found.length === 0 && seen !== null)
    return { rows: [], more: false, pinned: seen, current_version: seen };
  const { header, changes } = inOrder(found);
  demandReached(deps, since, header);
  demandKept(asked, header);
  return {
    rows: changes.slice(0, limit),
    more: changes.length > limit,
    pinned: header.pinned_version,
    current_version: header.current_version,
  };
}

/** The next page, for an export. */
export function readNext(
  deps: Deps,
  asked: ChangesAsked,
  { rows, pinned }: ChangesPage,
  limit: number,
): Promise<ChangesPage> {
  const last = rows.at(-1);
  if (last === undefined) throw new Error('A page that is followed by more has a last row.');
  return readPage(deps, { ...asked, walk: { pinned, after: placeOf(last) } }, limit, null);
}

/**
 * A version that is ahead of the tape and of the clock comes from another tape, whose changes this tape never had.
 */
function demandReached({ now }: Deps, since: Instant | null, { current_version }: ChangesHeader): void {
  if (since === null || microsOf(since) <= microsOf(current_version)) return;
  if (microsOf(since) <= microsOf(instantOfDate(now()))) return;
  const message = `is in the future: the newest version of this tape is ${current_version}`;
  throw invalid([{ path: 'since', message }]);
}

const ADVICE = 'Take a new export of /data and continue from its X-Tape-Version.';

/**
 * Throws `beyond_retention` if thinning may have removed the end of a delivered row together with its successor:
 * for a `since` before the horizon, and for a walk there that lost rows since it began.
 */
function demandKept({ filter, since, walk }: ChangesAsked, header: ChangesHeader): void {
  const horizon = horizonOf({ ...filter, observed_from: null }, header);
  if (horizon === null) return;
  const isBehind = (place: Instant) => microsOf(place) < microsOf(horizon);
  if (walk === null) {
    if (since !== null && isBehind(since))
      throw beyondRetention(
        `since is before the first version that can still be listed exactly. ${ADVICE}`,
        horizon,
      );
    return;
  }
  const { removed_at } = header;
  const hasLost = removed_at !== null && microsOf(removed_at) > microsOf(walk.pinned);
  if (hasLost && isBehind(walk.after.version))
    throw beyondRetention(`Rows of this walk have been thinned since it began. ${ADVICE}`, horizon);
}
