import { rowIn } from '../../db/client.ts';
import { listSourceHealth, stateOf } from '../../db/runs/health.ts';
import {
  type ClaimedAlert,
  claimAlert,
  hasDueAlert,
  knowSubjects,
  listHealthStates,
  markSent,
  postponeAlert,
  raiseAlert,
} from '../../db/upstreams/alerts.ts';
import type { Deps } from '../../deps.ts';
import { alertText, healthChanges, SERVICE, subjectsOf } from '../../domain/alert.ts';
import { judgeSource } from '../../domain/health.ts';
import { sourcesOn } from '../../sources/registry.ts';
import { USER_AGENT } from '../../sources/request.ts';

const REPLY_MS_MAX = 10_000;
const ALERTS_A_TICK = 5;
const MINUTE_MS = 60_000;
const WAIT_MINUTES_MAX = 60;

/**
 * Sends changes of health to ALERT_WEBHOOK_URL: one POST per change, whichever event finds it and however often. If
 * the hook refuses an alert, it is sent again later, for a day. Never throws, and does nothing without the
 * variable.
 */
export async function alert(deps: Deps): Promise<void> {
  const url = deps.settings.ALERT_WEBHOOK_URL;
  if (url === undefined) return;
  try {
    let isDue = await noteChanges(deps);
    for (let sent = 0; isDue && sent < ALERTS_A_TICK; sent += 1) isDue = await sendNext(deps, url);
  } catch (error) {
    deps.log.error('alert.failed', { message: error instanceof Error ? error.message : 'unknown' });
  }
}

/** Records the changes. Returns whether anything waits to be sent. */
async function noteChanges({ db, now, settings }: Deps): Promise<boolean> {
  const upstreams = sourcesOn(settings);
  const clock = { now: now(), poll_minutes: settings.POLL_MINUTES, upstreams };
  const [states, known, due] = await db.batch([
    listSourceHealth(
      db,
      upstreams.map(({ id }) => id),
      clock,
    ),
    listHealthStates(db),
    hasDueAlert(db),
  ]);
  const health = states.map((state) => judgeSource(stateOf(state), clock));
  const changes = healthChanges(known, health);
  if (changes.length === 0) return rowIn(due).due;
  await db.batch([knowSubjects(db, subjectsOf(health)), raiseAlert(db, changes)]);
  return true;
}

/** Sends the oldest due alert. Returns whether there may be another. */
async function sendNext(deps: Deps, url: string): Promise<boolean> {
  const [claimed] = await claimAlert(deps.db);
  if (claimed === undefined) return false;
  const failure = await post(deps, url, claimed);
  if (failure === null) {
    await markSent(deps.db, claimed.id);
    deps.log.info('alert.sent', { alert_id: claimed.id });
    return true;
  }
  const wait_ms = Math.min(2 ** (claimed.attempts - 1), WAIT_MINUTES_MAX) * MINUTE_MS;
  await postponeAlert(deps.db, claimed.id, { message: failure, wait_ms });
  deps.log.warn('alert.postponed', { alert_id: claimed.id, reason: failure, retry_in_ms: wait_ms });
  return false;
}

/** Why the hook refused the alert, or null. The URL is a secret and never shown. */
async function post(
  deps: Deps,
  url: string,
  { id, raised_ms, changes }: ClaimedAlert,
): Promise<string | null> {
  const { UPSTREAMS: upstreams } = deps.settings;
  const body = {
    text: alertText(changes, upstreams),
    id: Number(id),
    raised_at: new Date(Number(raised_ms)).toISOString(),
    status: changes.find(({ subject }) => subject === SERVICE)?.to ?? null,
    upstreams,
    changes,
  };
  try {
    const response = await deps.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': USER_AGENT },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(REPLY_MS_MAX),
    });
    await response.body?.cancel();
    return response.ok ? null : `The hook answered ${response.status}.`;
  } catch {
    return 'The hook did not answer.';
  }
}
