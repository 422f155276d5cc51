import { sql } from 'drizzle-orm';
import { beforeEach, expect, it } from 'vitest';
import { finishRun, queueRun, startQueuedRun, startScheduledRun } from '../../../src/db/runs/lifecycle.ts';
import { releaseLease } from '../../../src/db/tape/leases.ts';
import type { Instant } from '../../../src/domain/instant.ts';
import { emptyDatabase, rows, testDeps } from '../../support/deps.ts';

const { db } = testDeps();
const SOURCE = 'coingecko';
const tick = { source: SOURCE, scheduled_at: '2026-01-10T12:00:00Z' as Instant };

beforeEach(emptyDatabase);

/** A run that is ending while the next step has begun: its transaction takes a while. */
async function runThatIsEnding(): Promise<{ ended: Promise<unknown> }> {
  const [, [started]] = await db.batch(startScheduledRun(db, tick));
  const lease = { name: SOURCE, token: Number(started?.token) };
  let isOver = false;
  const ended = db
    .batch([
      releaseLease(db, lease),
      finishRun(db, lease, Number(started?.run_id), { status: 'succeeded', error: null }),
      db.execute('test.raw')(sql`select pg_sleep(0.5)`),
    ])
    .finally(() => {
      isOver = true;
    });
  // A server with one connection runs one after the other, so the lease never looks locked.
  const isLocked = async () =>
    (await rows(sql`select from leases where name = ${SOURCE} for update skip locked`)).length === 0;
  while (!(await isLocked()) && !isOver);
  return { ended };
}

it('starts no second run of a tick whose first one ends meanwhile', async () => {
  const { ended } = await runThatIsEnding();
  const [, [second]] = await db.batch(startScheduledRun(db, tick));
  expect(second?.outcome).toBe('skipped');
  await ended;
});

it('starts no manual run that a run ending meanwhile has served', async () => {
  const [queued] = await queueRun(db, { source: SOURCE, trigger: 'manual' });
  const { ended } = await runThatIsEnding();
  const [, [second]] = await db.batch(startQueuedRun(db, { id: Number(queued?.id), source: SOURCE }));
  expect(second?.outcome).toBe('skipped');
  await ended;
});

it('never has two active runs of one tick, or none', async () => {
  const starts = await Promise.all(Array.from({ length: 8 }, () => db.batch(startScheduledRun(db, tick))));
  expect(starts.map(([, [row]]) => row?.outcome).sort()).toEqual([...Array(7).fill('busy'), 'started']);
});
