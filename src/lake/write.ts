import { rowIn } from '../db/client.ts';
import { findListingChange, listListings } from '../db/lake/listings.ts';
import { dropPlan, finishPart, planListings, planPart } from '../db/lake/parts.ts';
import {
  advanceLake,
  findAskedLake,
  finishAskedLake,
  LAKE_LEASE,
  type LakeStateRow,
  openLake,
} from '../db/lake/progress.ts';
import { type Lease, releaseLease, renewLease, takeLease } from '../db/tape/leases.ts';
import type { Deps } from '../deps.ts';
import { type Instant, microsOf, microsText } from '../domain/instant.ts';
import { dayOf, earlier, endOfLastDay } from '../domain/lake.ts';
import { AppError } from '../errors.ts';
import { sha256Hex } from '../raw/sha256.ts';
import { inMemory, listingGroups, rowGroups } from './decode.ts';
import { encodePart } from './encode.ts';
import {
  byId,
  type Content,
  contentHash,
  groupsOf,
  type LakeListing,
  LISTING_COLUMNS,
  ROW_COLUMNS,
} from './row.ts';
import { PART_ROWS, type Taken, takeChanges } from './take-changes.ts';

const SLICE_MS_MAX = 10_000;

export type LakeOutcome = 'done' | 'continue' | { busy_seconds: number };

/**
 * Writes the parts that are due: for past days and, on request, for everything known by now. Continues to the end
 * (`done`) or the end of this slice (`continue`). After any interruption, the next call continues where the last
 * written part ended, and writes no part twice. Throws faults that may pass.
 */
export async function writeLake(deps: Deps, rows_max = PART_ROWS): Promise<LakeOutcome> {
  const { db, settings, now } = deps;
  if (settings.LAKE !== 'on') return forgetAsking(deps);
  const [taken] = await takeLease(db, LAKE_LEASE);
  if (taken === undefined || taken.token === null) return { busy_seconds: Number(taken?.busy_seconds ?? 1) };
  const lease = { name: LAKE_LEASE, token: Number(taken.token) };
  const deadline = now().getTime() + SLICE_MS_MAX;
  try {
    const [asked] = await findAskedLake(db);
    while (await writeNext(deps, lease, { by_now: asked !== undefined, rows_max }))
      if (now().getTime() > deadline) return 'continue';
    await writeListings(deps, lease);
    if (asked !== undefined)
      await db.batch([renewLease(db, lease), finishAskedLake(db, Number(asked.asked))]);
    return 'done';
  } finally {
    await releaseLease(db, lease).catch(() => {});
  }
}

/** For a lake that was switched off after the request. */
async function forgetAsking({ db }: Deps): Promise<'done'> {
  const [asked] = await findAskedLake(db);
  if (asked !== undefined) await finishAskedLake(db, Number(asked.asked));
  return 'done';
}

interface Due {
  /** Whether the current day is included. */
  by_now: boolean;
  rows_max: number;
}

/** Writes the next part of changes; false if nothing is due. */
async function writeNext(deps: Deps, lease: Lease, due: Due): Promise<boolean> {
  const stored = await storeNext(deps, lease, due);
  if (stored === 'nothing') return false;
  if (stored !== 'again')
    await compareAndFinish(deps, lease, stored, (bytes) =>
      contentHash(rowGroups(inMemory(bytes)), ROW_COLUMNS),
    );
  return true;
}

/** Stores the next part. Frees its rows before it reads them back. */
async function storeNext(deps: Deps, lease: Lease, due: Due): Promise<StoredContent | 'again' | 'nothing'> {
  const { db, now } = deps;
  const [, opened] = await db.batch([renewLease(db, lease), openLake(db)]);
  const { plan, ...state } = planIn(rowIn(opened));
  const through = due.by_now ? state.version : earlier(state.version, endOfLastDay(now()));
  if (plan === null && isWritten(state, through)) return 'nothing';
  const taken = await takeChanges(deps, lease, {
    since: state.written_through,
    until: plan?.version_to ?? through,
    rows_max: plan === null ? due.rows_max : Number.POSITIVE_INFINITY,
  });
  const content = taken && (await contentHash(groupsOf(taken.rows), ROW_COLUMNS));
  if (plan !== null && plan.content_hash !== content?.hash) return forgetPlan(deps, lease, plan.part);
  if (taken === null || content === null) {
    await db.batch([renewLease(db, lease), advanceLake(db, through)]);
    return 'nothing';
  }
  const part = plan?.part ?? (await planned(deps, lease, taken, content));
  await deps.lake.put(part, encodePart(taken.rows, ROW_COLUMNS));
  return { part, ...content };
}

/** The expected content of a part. */
interface StoredContent extends Content {
  part: string;
}

interface Plan {
  part: string;
  version_to: Instant;
  content_hash: string;
}

function planIn({ part, planned_to, content_hash, ...state }: LakeStateRow) {
  const isPlanned = part !== null && planned_to !== null && content_hash !== null;
  const plan: Plan | null = isPlanned ? { part, version_to: planned_to, content_hash } : null;
  return { ...state, plan };
}

const isWritten = ({ written_through }: { written_through: Instant | null }, through: Instant): boolean =>
  written_through !== null && microsOf(written_through) >= microsOf(through);

/** The content of a plan changed by thinning while the lake was off: plan it again. */
async function forgetPlan({ db, log }: Deps, lease: Lease, part: string): Promise<'again'> {
  log.warn('lake.plan_dropped', { part });
  await db.batch([renewLease(db, lease), dropPlan(db, part)]);
  return 'again';
}

async function planned({ db }: Deps, lease: Lease, taken: Taken, content: Content): Promise<string> {
  const { version_from, version_to } = taken;
  const bounds = { day: dayOf(version_from), version_from, version_to };
  const [, rows] = await db.batch([
    renewLease(db, lease),
    planPart(db, { ...bounds, rows: content.rows, content_hash: content.hash }),
  ]);
  return rowIn(rows).part;
}

/** Writes the names and mappings of listings if they have changed. */
async function writeListings(deps: Deps, lease: Lease): Promise<void> {
  const { db } = deps;
  if (!rowIn(await findListingChange(db)).changed) return;
  const found = await listListings(db);
  const version = found[0]?.version;
  if (version === undefined) return;
  const rows = found.sort(byId);
  const content = await contentHash(groupsOf<LakeListing>(rows), LISTING_COLUMNS);
  const bounds = { day: dayOf(version), version_from: version, version_to: version };
  const plan = { ...bounds, rows: content.rows, content_hash: content.hash };
  const [, names] = await db.batch([renewLease(db, lease), planListings(db, plan, microsText(version))]);
  const { part } = rowIn(names);
  await deps.lake.put(part, encodePart<LakeListing>(rows, LISTING_COLUMNS));
  await compareAndFinish(deps, lease, { part, ...content }, (bytes) =>
    contentHash(listingGroups(inMemory(bytes)), LISTING_COLUMNS),
  );
}

/**
 * Reads a part back. It counts as written if it contains the rows of the database, row by row and text by text. The
 * stored bytes are the part, even if an earlier writer stored them.
 */
async function compareAndFinish(
  { db, lake, log }: Deps,
  lease: Lease,
  part: StoredContent,
  read: (bytes: Uint8Array) => Promise<Content>,
): Promise<void> {
  const bytes = await lake.read(part.part);
  if (bytes === null) throw new AppError('storage_unavailable', `The part ${part.part} is not there yet.`);
  const back = await read(bytes);
  if (back.hash !== part.hash || back.rows !== part.rows)
    throw new AppError('internal', `The part ${part.part} holds something else than was written.`);
  const stored = { size_bytes: bytes.byteLength, sha256: await sha256Hex(bytes) };
  await db.batch([renewLease(db, lease), finishPart(db, part.part, stored)]);
  log.info('lake.written', { part: part.part, rows: part.rows, size_bytes: stored.size_bytes });
}
