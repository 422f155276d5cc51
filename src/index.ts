import { makeDeps } from './deps.ts';
import type { Env } from './env.ts';
import { createApp } from './http/app.ts';
import { consume, consumeDead } from './ingest/queue/consume.ts';
import { tick } from './ingest/queue/tick.ts';

const app = createApp();

export default {
  fetch: app.fetch,

  async scheduled(controller, env) {
    await tick(makeDeps(env), controller.scheduledTime);
  },

  async queue(batch, env) {
    const deps = makeDeps(env);
    const handle = batch.queue.endsWith('-dead') ? consumeDead : consume;
    for (const message of batch.messages) await handle(deps, message);
  },
} satisfies ExportedHandler<Env>;
