import { type SQL, sql } from 'drizzle-orm';
import type { Changed } from '../../domain/front/tags.ts';
import type { Db, Query } from '../client.ts';

/**
 * Opens a load: locks the tape's one row until the commit, so loads commit in the order of their known_at,
 * and fixes the known_at of this load as `next_version`. Switches off JIT for the transaction: its statements
 * look costly enough to compile, and compiling takes longer than running them.
 *
 * Of a load the run is given: its rows are never known before it began, even when the clock was set back, so
 * that they are found by their run's start. What happens to listings names it (listing_events).
 *
 * `changed` is what the commit may change, for caches (tell-versions.ts).
 */
export function openVersion(
  db: Db,
  { run_id: runId = null, changed = 'everything' }: { run_id?: number | null; changed?: Changed } = {},
): Query & { opens: Changed } {
  const opening = db.execute('tape.open-version')(sql`
    update tape_version
    set next_version = greatest(clock_timestamp(), version + interval '1 microsecond',
      (select started_at from runs where id = ${runId}::bigint))
    from set_config('jit', 'off', true) as jit, set_config('cointape.run', ${runId === null ? '' : String(runId)}, true) as run`);
  return Object.assign(opening, { opens: changed });
}

/** The known_at of the load in progress. Asked once a statement; a join would ask it for each row. */
export const NEXT_VERSION: SQL = sql`(select next_version from tape_version)`;

/** CTE body that makes this load the newest version of the tape when `changed` holds: every answer may be another then. */
export const closeVersion = (changed: SQL): SQL =>
  sql`update tape_version set version = next_version, rest_version = next_version where ${changed}`;

/** What a load may touch that is noted, so that answers about others stay as they are (scope.ts). */
type Stamped = 'rows' | 'totals' | 'rates';

/**
 * The same of a load of which is noted what it touches: rows in the counts, by follow(). A version that is known to be
 * neither stamped nor one of the rest was made by a former release, and counts as one of the rest.
 */
export const closeStamped = (what: Stamped, changed: SQL): SQL => sql`
  update tape_version
  set version = next_version, stamped_version = next_version,
    rest_version = case when version = greatest(stamped_version, rest_version) then rest_version else version end
    ${what === 'rows' ? sql`` : sql.raw(`, ${what}_version = next_version`)}
  where ${changed}`;

/** Claims the database for `mode`, or undoes the batch with `wrong_mode`: live and synthetic data never mix. */
export function claimMode(db: Db, mode: 'live' | 'sandbox') {
  return [
    db.execute('tape.claim-mode')(sql`update tape_version set mode = ${mode} where mode is null`),
    db.execute('tape.check-mode')(sql`select guard(mode = ${mode}, 'wrong_mode') from tape_version`),
  ] as const;
}
