import { connect, type Db } from './db/client.ts';
import { tellingVersions } from './db/tape/tell-versions.ts';
import { type Env, readSettings, type Settings } from './env.ts';
import { createFrontCache, type FrontCache, type FrontCalls } from './front-cache.ts';
import { type KeptReplies, keptReplies } from './kept-replies.ts';
import { createLog, type Log } from './log.ts';
import { createLakeStore, type LakeStore } from './raw/lake-store.ts';
import { createRawStore, type RawStore } from './raw/store.ts';
import { createUploadStore, type UploadStore } from './raw/upload-store.ts';

/** Everything outside that a verb may use. It has no state of an event; tests replace single fields. */
export interface Deps {
  settings: Settings;
  db: Db;
  raw: RawStore;
  uploads: UploadStore;
  lake: LakeStore;
  queue: Queue;
  /** Null without a cache in front, as on a developer's machine. */
  frontCache: FrontCache | null;
  /** Stores copies of replies behind the check of a token, in this data centre; null if TOKEN_COPIES is off. */
  copies: Pick<Cache, 'match' | 'put'> | null;
  /** Keeps replies in this isolate's memory; null if KEPT_REPLIES_MB is 0. */
  kept: KeptReplies | null;
  fetch: typeof fetch;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
  log: Log;
}

/** `databaseMsMax` limits one request to the database; the default is the limit of a load. */
export function makeDeps(env: Env, databaseMsMax?: number): Deps {
  const settings = readSettings(env);
  const log = createLog(settings.LOG_LEVEL);
  return {
    settings,
    db: connect(settings.DATABASE_URL, { log, ms_max: databaseMsMax }),
    raw: createRawStore(env.UPLOADS),
    uploads: createUploadStore(env.UPLOADS),
    lake: createLakeStore(env.UPLOADS),
    queue: env.INGEST_QUEUE,
    frontCache: null,
    copies: settings.TOKEN_COPIES === 'on' ? caches.default : null,
    kept: keptReplies(settings.KEPT_REPLIES_MB * 1e6),
    fetch: (input, init) => fetch(input, init),
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    log,
  };
}

/** The cache in front for an event of the platform: nothing without a cache. */
export type FrontContext = Pick<ExecutionContext, 'cache' | 'waitUntil'>;

/** The same for an event of a deployment with a cache in front: every commit of a version informs the cache. */
export function behindFrontCache(deps: Deps, event: FrontContext, calls: FrontCalls): Deps {
  const { cache } = event;
  if (cache === undefined) return deps;
  const { queue, now, log } = deps;
  const waitUntil = (work: Promise<void>) => event.waitUntil(work);
  const frontCache = createFrontCache({ cache, waitUntil, queue, now, log }, calls);
  return { ...deps, frontCache, db: tellingVersions(deps.db, frontCache.changed) };
}
