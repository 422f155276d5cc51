import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptionsShape } from 'miniflare';
import { unstable_getMiniflareWorkerOptions } from 'wrangler';
import { freePort } from './free-port.ts';
import { childrenNamed } from './process-usage.ts';

// The built Worker in workerd: requests go directly to its socket, without the proxy of wrangler dev.

/** The flags of V8, unless the environment sets others. */
const GIVEN_FLAGS = process.env.MINIFLARE_WORKERD_V8_FLAGS;

export interface WorkerOptions {
  /**
   * Cloudflare limits an isolate to 128 MB; workerd alone has no limit. Without one, memory would show how rarely
   * V8 collects, instead of the Worker's need.
   */
  heap_mb?: number;
  /** Whether an inspector can connect to its isolates. */
  inspected?: boolean;
}

/** Secrets, and the variables that npm start would set. The rest comes from wrangler.toml. */
const VARIABLES = {
  SCHEDULER_TOKEN: 'dev',
  UPLOAD_TOKEN: 'dev',
  READ_ACCESS: 'public',
  BULK_ACCESS: 'public',
  RATE_LIMIT: 'off',
};

export interface WorkerSpec {
  name: string;
  /** Our Worker, or a file of workers/ to compare it with. */
  script: string;
  /** A Worker that wraps it and imports it as `./bundle.js`. */
  wrapper?: string;
  variables?: Record<string, string>;
  /** Whether it consumes the queues. At most one Worker of an instance may do so. */
  consumes?: boolean;
}

export interface Workers {
  /** The process of workerd, with all its isolates; null if unknown. */
  pid: number | null;
  /** The port on which an inspector finds the isolates; null without an inspector. */
  inspector_port: number | null;
  /** Sends a request directly to a Worker. */
  url(name: string): Promise<string>;
  /**
   * Fires the cron of a Worker, by default the first, as if the time were `at_ms`, and waits until it has ended.
   */
  tick(at_ms: number, name?: string): Promise<void>;
  close(): Promise<void>;
}

export const WORKERS = join(import.meta.dirname, 'workers');

/** Starts one workerd with an isolate for each Worker. R2 and queue state are in `folder`. */
export async function startWorkers(
  specs: WorkerSpec[],
  folder: string,
  { heap_mb = 128, inspected = false }: WorkerOptions = {},
): Promise<Workers> {
  process.env.MINIFLARE_WORKERD_V8_FLAGS = GIVEN_FLAGS ?? `--max-heap-size=${heap_mb}`;
  const inspector_port = inspected ? await freePort() : null;
  const before = childrenNamed('workerd', process.pid);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.ERROR),
      cf: false,
      unsafeTriggerHandlers: true,
      resourcePersistencePath: folder,
      ...(inspector_port === null ? {} : { inspectorPort: inspector_port }),
      // The Worker logs each request as in production; the bench ignores the log.
      handleStructuredLogs: () => {},
      workers: specs.map(workerOptions),
    }),
  );
  const entry = await miniflare.ready;
  const [pid = null] = childrenNamed('workerd', process.pid).filter((each) => !before.includes(each));
  return {
    pid,
    inspector_port,
    url: async (name) => (await miniflare.unsafeGetDirectURL(name)).origin,
    async tick(at_ms, name) {
      if (name !== undefined) {
        const worker = await miniflare.getWorker(name);
        const { outcome } = await worker.scheduled({ scheduledTime: new Date(at_ms), cron: '* * * * *' });
        if (outcome !== 'ok') throw new Error(`The tick of ${name} failed: ${outcome}`);
        return;
      }
      const reply = await fetch(new URL(`/cdn-cgi/local/scheduled?cron=*+*+*+*+*&time=${at_ms}`, entry));
      if (!reply.ok) throw new Error(`The tick failed: ${await reply.text()}`);
    },
    close: () => miniflare.dispose(),
  };
}

function workerOptions({ name, script, wrapper, variables, consumes }: WorkerSpec) {
  const { workerOptions: given } = unstable_getMiniflareWorkerOptions('wrangler.toml');
  // In production the asset router is a separate process of Cloudflare, in front of the Worker.
  const { assets: _, queueConsumers, bindings, ...shipped } = given as V4WorkerOptionsShape;
  return {
    ...shipped,
    name,
    bindings: { ...bindings, ...VARIABLES, ...variables },
    modules:
      wrapper === undefined
        ? [module('index.js', script)]
        : [module('index.js', wrapper), module('bundle.js', script)],
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    ...(consumes && queueConsumers !== undefined ? { queueConsumers } : {}),
  };
}

const module = (path: string, file: string) => ({
  type: 'ESModule' as const,
  path,
  contents: readFileSync(file, 'utf8'),
});
