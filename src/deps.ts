import { connect, type Db } from './db/client.ts';
import { type Env, readSettings, type Settings } from './env.ts';
import { createLog, type Log } from './log.ts';
import { createLakeStore, type LakeStore } from './raw/lake-store.ts';
import { createRawStore, type RawStore } from './raw/store.ts';
import { createUploadStore, type UploadStore } from './raw/upload-store.ts';

/** Everything a verb may use of the outside world. Holds nothing of an event; tests replace single fields. */
export interface Deps {
  settings: Settings;
  db: Db;
  raw: RawStore;
  uploads: UploadStore;
  lake: LakeStore;
  queue: Queue;
  fetch: typeof fetch;
  now: () => Date;
  sleep: (ms: number) => Promise<void>;
  log: Log;
}

/** `databaseMsMax` is how long one question to the database may take, when not as long as a load. */
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
    fetch: (input, init) => fetch(input, init),
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    log,
  };
}
