// The built Worker with a clock that the bench sets, a cache in front, and a queue that the bench plays.
import worker from './bundle.js';

const Real = Date;
let now_ms = null;
const now = () => now_ms ?? Real.now();
globalThis.Date = class extends Real {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};

const environments = new WeakMap();

/**
 * The same object for the same environment, as on the platform, because the Worker keeps the objects that it
 * derives from it.
 */
function environmentOf(env) {
  const known = environments.get(env) ?? { ...env, INGEST_QUEUE: queueOf(env) };
  environments.set(env, known);
  return known;
}

const tell = async (env, what, body) =>
  (await fetch(`${env.BENCH_URL}/${what}`, { method: 'POST', body: JSON.stringify(body) })).json();

const queueOf = (env) => ({
  send: (body, options = {}) => tell(env, 'queue', [{ body, delaySeconds: options.delaySeconds ?? 0 }]),
  sendBatch: (messages) =>
    tell(
      env,
      'queue',
      [...messages].map(({ body, delaySeconds = 0 }) => ({ body, delaySeconds })),
    ),
});

const contextOf = (env, ctx) => ({
  waitUntil: (work) => ctx.waitUntil(work),
  passThroughOnException() {},
  props: {},
  cache: {
    purge: (selection) => tell(env, 'purge', selection),
    invalidate: (selection) => tell(env, 'invalidate', selection),
  },
});

/** Passes a message to the consumer. Returns the delay of a retry in seconds, if it asks for one. */
async function consume({ body, attempts }, env, ctx) {
  let retry_s = null;
  const message = {
    id: 'm',
    body,
    attempts,
    ack() {},
    retry(options = {}) {
      retry_s = options.delaySeconds ?? 0;
    },
  };
  await worker.queue({ queue: 'ingest', messages: [message] }, environmentOf(env), contextOf(env, ctx));
  return Response.json({ retry_s });
}

export default {
  async fetch(request, env, ctx) {
    now_ms = Number(request.headers.get('x-bench-now'));
    if (new URL(request.url).pathname === '/bench/consume') return consume(await request.json(), env, ctx);
    return worker.fetch(request, environmentOf(env), contextOf(env, ctx));
  },
  async scheduled({ scheduledTime, cron }, env, ctx) {
    now_ms = scheduledTime;
    await worker.scheduled({ scheduledTime, cron }, environmentOf(env), contextOf(env, ctx));
  },
};
