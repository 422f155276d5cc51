import { connect } from '../../src/db/client.ts';
import type { Deps } from '../../src/deps.ts';
import type { Env } from '../../src/env.ts';
import type { Log, LogFields } from '../../src/log.ts';
import { createRawStore } from '../../src/raw/store.ts';
import { createUploadStore } from '../../src/raw/upload-store.ts';
import { actorBucket } from './actor-bucket.ts';
import { actorsUrl, type Disturb } from './database.ts';
import type { SimulatedQueue } from './queue.ts';
import { ask, type Market } from './upstream.ts';
import type { Actor, World } from './world.ts';

export interface Surroundings {
  /** The deps of a Worker, before faults are added. */
  env: Env;
  base: Deps;
  bucket: R2Bucket;
  world: World;
  market: Market;
  queue: SimulatedQueue;
  disturb: Disturb | null;
}

/** Deps as one actor sees them: the real database and R2, where each call waits for its turn and may fail. */
export function actorDeps(around: Surroundings, actor: Actor): Deps {
  const { base, world, market, queue, disturb } = around;
  const bucket = actorBucket(around.bucket, world, actor);
  return {
    ...base,
    db: connect(actorsUrl(base.settings.DATABASE_URL, world, actor, disturb)),
    raw: createRawStore(bucket),
    uploads: createUploadStore(bucket),
    queue: queue.of(actor),
    fetch: (input) =>
      world.operation(actor, 'upstream', String(input), (fault) => ask(market, String(input), fault)),
    log: storyLog(world, actor),
    now: () => new Date(world.clock_ms + actor.skew_ms),
    sleep: (ms) => world.sleep(actor, ms),
  };
}

/** The Worker's own reports of faults go into the story. */
function storyLog(world: World, actor: Actor): Log {
  const quiet = () => {};
  return {
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: (event: string, fields: LogFields = {}) =>
      world.tell(event, `${actor.name} ${JSON.stringify(fields)}`),
    with: () => storyLog(world, actor),
  };
}
