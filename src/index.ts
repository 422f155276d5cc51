import { behindFrontCache, type FrontContext, makeDeps } from './deps.ts';
import type { Env } from './env.ts';
import { noCallsYet } from './front-cache.ts';
import { createApp } from './http/app.ts';
import { consume, consumeDead } from './ingest/queue/consume.ts';
import { tick } from './ingest/queue/tick.ts';

const calls = noCallsYet();
const app = createApp({ calls });
const depsOf = (env: Env, event: FrontContext) => behindFrontCache(makeDeps(env), event, calls);

export default {
  fetch: app.fetch,

  async scheduled(controller, env, ctx) {
    await tick(depsOf(env, ctx), controller.scheduledTime);
  },

  async queue(batch, env, ctx) {
    const deps = depsOf(env, ctx);
    const handle = batch.queue.endsWith('-dead') ? consumeDead : consume;
    for (const message of batch.messages) await handle(deps, message);
  },
} satisfies ExportedHandler<Env>;
