import { type SQL, sql } from 'drizzle-orm';
import type { Changed } from '../../domain/front/tags.ts';
import type { Db, Query } from '../client.ts';

/**
 * Opens a load: locks the tape's one row until the commit, so loads commit in the order of their known_at, and
 * fixes the known_at of this load as `next_version`. Switches off JIT for the transaction: its statements look
 * expensive enough to compile, but compiling takes longer than running them.
 *
 * A load passes its run: the load's rows are never known before the run began, even if the clock was set back, so
 * the start of the run finds them. Events of listings name the run (listing_events).
 *
 * `changed` tells caches what the commit may change (tell-versions.ts).
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

/** The known_at of the load in progress. Evaluated once per statement; a join would evaluate it for each row. */
export const NEXT_VERSION: SQL = sql`(select next_version from tape_version)`;

/**
 * CTE body that makes this load the newest version of the tape if `changed` holds: every answer may be different
 * then.
 */
export const closeVersion = (changed: SQL): SQL =>
  sql`update tape_version set version = next_version, rest_version = next_version where ${changed}`;

/**
 * The tables that a load may touch with a record of it: answers about anything else keep their version (scope.ts).
 */
type Stamped = 'rows' | 'totals' | 'rates';

/**
 * The same for a load that records what it touches: rows are recorded in the counts, by follow(). A version that is
 * neither stamped nor a rest version was made by a former release, and counts as a rest version.
 */
export const closeStamped = (what: Stamped, changed: SQL): SQL => sql`
  update tape_version
  set version = next_version, stamped_version = next_version,
    rest_version = case when version = greatest(stamped_version, rest_version) then rest_version else version end
    ${what === 'rows' ? sql`` : sql.raw(`, ${what}_version = next_version`)}
  where ${changed}`;

/** Claims the database for `mode`, or rolls back the batch with `wrong_mode`: live and synthetic data never mix. */
export function claimMode(db: Db, mode: 'live' | 'sandbox') {
  return [
    db.execute('tape.claim-mode')(sql`update tape_version set mode = ${mode} where mode is null`),
    db.execute('tape.check-mode')(sql`select guard(mode = ${mode}, 'wrong_mode') from tape_version`),
  ] as const;
}
