import { compareRows, type ReplayOrigin } from '../../db/replays/compare.ts';
import {
  advanceReplay,
  findReplay,
  finishReplay,
  listReplayPayloads,
  type ReplayPayload,
  type ReplayPlace,
  type ReplayRow,
  replayFence,
  startReplay,
} from '../../db/replays/lifecycle.ts';
import { releaseLease, renewLease } from '../../db/tape/leases.ts';
import type { Deps } from '../../deps.ts';
import type { Observation } from '../../domain/observation.ts';
import { AppError } from '../../errors.ts';
import { CsvFault } from '../../sources/csv/index.ts';
import { UnreadablePayload } from '../../sources/source.ts';
import { promote } from './promote.ts';
import { readFileAgain, readReplyAgain } from './read-again.ts';
import type { RunningReplay } from './slice.ts';

const PAYLOADS_AHEAD = 50;
const SLICE_MS_MAX = 10_000;

export type ReplayOutcome = 'done' | 'continue' | { busy_seconds: number };

/**
 * Continues a replay: compares the rows of its payloads with those that the current code makes, and changes
 * nothing; or, on request, promotes the differences. Works until the end (`done`) or the end of this slice
 * (`continue`), and commits each step, so it resumes where it stopped. Throws faults that may pass.
 */
export async function replay(deps: Deps, { replay_id }: { replay_id: number }): Promise<ReplayOutcome> {
  const { db } = deps;
  const [started] = await startReplay(db, replay_id);
  if (started === undefined) return 'done';
  if (started.outcome === 'busy') return { busy_seconds: Number(started.busy_seconds ?? 1) };
  const lease = replayFence(replay_id, Number(started.token));
  try {
    const deadline = deps.now().getTime() + SLICE_MS_MAX;
    const [state] = await findReplay(db, replay_id);
    if (state === undefined) return 'done';
    const running = { replay_id, lease, isOver: () => deps.now().getTime() > deadline };
    const ended =
      state.status === 'promoting' ? await promote(deps, running) : await compare(deps, running, state);
    return ended ? 'done' : 'continue';
  } finally {
    await releaseLease(db, lease).catch(() => {});
  }
}

/** Compares payload after payload until none is left (true) or the slice is over (false). */
async function compare(deps: Deps, running: RunningReplay, state: ReplayRow): Promise<boolean> {
  const { db, log } = deps;
  const range = { ...state, run_id: state.run_id === null ? null : Number(state.run_id) };
  let place: ReplayPlace = {
    done_payload_id: Number(state.done_payload_id),
    done_bytes: Number(state.done_bytes),
    next_line: state.next_line,
  };
  for (;;) {
    const payloads = await listReplayPayloads(db, range, place.done_payload_id, PAYLOADS_AHEAD);
    for (const payload of payloads) {
      const reached = await comparePayload(deps, running, payload, place);
      if (reached === null) return false;
      place = reached;
      if (running.isOver()) return false;
    }
    if (payloads.length > 0) continue;
    await db.batch([renewLease(db, running.lease), finishReplay(db, running.replay_id)]);
    log.info('replay.compared', { payloads: Number(state.payloads_done) });
    return true;
  }
}

/** The position after a payload, or null if the slice ended inside it. */
async function comparePayload(
  deps: Deps,
  running: RunningReplay,
  payload: ReplayPayload,
  start: ReplayPlace,
): Promise<ReplayPlace | null> {
  let place = start;
  const end = { done_payload_id: Number(payload.id), done_bytes: 0, next_line: 1 };
  const commit = async (to: ReplayPlace, rows: Observation[] | null, range: ReplayOrigin['range'] = null) => {
    await commitStep(deps, running, payload, { from: place, to, rows, range });
    place = to;
  };
  try {
    if (payload.upload_id === null) await commit(end, await readReplyAgain(deps, payload));
    else {
      for await (const part of readFileAgain(deps, payload, place)) {
        const to = { ...place, done_bytes: part.to_byte, next_line: part.next_line };
        await commit(to, part.observations, { from_byte: place.done_bytes, to_byte: part.to_byte });
        if (running.isOver()) return null;
      }
      await commit(end, []);
    }
  } catch (error) {
    if (!(error instanceof UnreadablePayload || error instanceof CsvFault)) throw error;
    deps.log.warn('replay.unreadable', { raw_payload_id: Number(payload.id), reason: error.message });
    await commit(end, null);
  }
  return place;
}

interface Step {
  from: ReplayPlace;
  to: ReplayPlace;
  /** Null: the payload is not readable now. */
  rows: Observation[] | null;
  range: ReplayOrigin['range'];
}

/** Differences, counts and position of one step, in one transaction; a repeated step is rolled back completely. */
async function commitStep(
  { db }: Deps,
  { replay_id, lease }: RunningReplay,
  payload: ReplayPayload,
  { from, to, rows, range }: Step,
): Promise<void> {
  const origin = {
    replay_id,
    source: payload.source,
    raw_payload_id: Number(payload.id),
    fetched_at: payload.fetched_at,
    range,
  };
  // A file is compared part by part; at its end there is nothing left to compare.
  const isEndOfFile = payload.upload_id !== null && range === null;
  try {
    await db.batch([
      renewLease(db, lease),
      advanceReplay(db, replay_id, { from, to, unreadable: rows === null }),
      ...(rows === null || isEndOfFile ? [] : [compareRows(db, origin, rows)]),
    ]);
  } catch (error) {
    // The answer to the first try was lost; the next slice reads the committed position.
    if (error instanceof AppError && error.code === 'already_loaded')
      throw new AppError('lease_lost', 'The replay has moved on meanwhile.');
    throw error;
  }
}
