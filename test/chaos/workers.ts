import { createExecutionContext } from 'cloudflare:test';
import { createApp } from '../../src/http/app.ts';
import { consume, consumeDead } from '../../src/ingest/queue/consume.ts';
import { tick } from '../../src/ingest/queue/tick.ts';
import former from '../former-release/worker.mjs';
import { actorBucket } from './actor-bucket.ts';
import { actorDeps, type Surroundings } from './actor-deps.ts';
import { actorsUrl } from './database.ts';
import { inWorld } from './former-globals.ts';
import type { Delivery } from './queue.ts';
import type { Actor } from './world.ts';

/** A Worker of any release: the handlers that the platform calls, each as a process that can fail and be killed. */
export interface ChaosWorker {
  tick(actor: Actor, at_ms: number): Promise<void>;
  consume(actor: Actor, delivery: Delivery, dead: boolean): Promise<void>;
  fetch(actor: Actor, request: Request): Promise<Response>;
}

/** The Worker of this tree. */
export function currentWorker(around: Surroundings): ChaosWorker {
  const deps = (actor: Actor) => actorDeps(around, actor);
  return {
    tick: (actor, at_ms) => tick(deps(actor), at_ms),
    consume: (actor, delivery, dead) => (dead ? consumeDead : consume)(deps(actor), delivery),
    async fetch(actor, request) {
      const app = createApp({ makeDeps: () => deps(actor) });
      return app.fetch(request, around.env, createExecutionContext());
    },
  };
}

/** The Worker of the previous release, as deployed: it knows only its environment and the globals. */
export function formerWorker(around: Surroundings): ChaosWorker {
  const { world, market, queue, disturb } = around;
  const run = <Result>(actor: Actor, work: (env: unknown) => Result): Result =>
    inWorld({ world, market, actor }, () =>
      work({
        ...around.env,
        UPLOADS: actorBucket(around.bucket, world, actor),
        INGEST_QUEUE: queue.of(actor),
        DATABASE_URL: actorsUrl(around.env.DATABASE_URL, world, actor, disturb),
      }),
    );
  return {
    tick: (actor, at_ms) => run(actor, (env) => former.scheduled({ scheduledTime: at_ms }, env)),
    consume: (actor, delivery, dead) =>
      run(actor, (env) =>
        former.queue({ queue: dead ? 'ingest-dead' : 'ingest', messages: [delivery] }, env),
      ),
    fetch: (actor, request) =>
      run(actor, async (env) => former.fetch(request, env, createExecutionContext())),
  };
}
