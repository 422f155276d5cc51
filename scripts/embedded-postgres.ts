import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

const COMPLETE = 'INITIALIZED';

export interface EmbeddedPostgres {
  url: string;
  /** The session as a stream for a driver in this process, which must be the only client. */
  connect(): Duplex;
  close(): Promise<void>;
}

/**
 * Postgres inside this process. Without `dataDir` it is in memory. It allows one session at a time. A new database
 * is a copy of `cluster`, if given: initdb takes four times as long.
 */
export async function startEmbeddedPostgres(dataDir?: string, cluster?: Blob): Promise<EmbeddedPostgres> {
  const db =
    dataDir === undefined ? await PGlite.create(beginningWith(cluster)) : await openFolder(dataDir, cluster);
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 10 });
  await server.start();
  const port = Number(server.getServerConn().split(':').at(-1));
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    connect: () => new Session(db),
    async close() {
      await server.stop();
      await db.close();
    },
  };
}

const TERMINATE = 'X'.charCodeAt(0);
const ROLLBACK = Buffer.from('Q\0\0\0\x0dROLLBACK\0');

/**
 * A connection without a socket. All messages of a statement run in one call and are answered by one chunk; through a socket each
 * message is a call, a write and a turn of the event loop of its own, which costs more than most statements.
 */
class Session extends Duplex {
  readonly #db: PGlite;

  constructor(db: PGlite) {
    super();
    this.#db = db;
  }

  // What a driver asks of a socket.
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }
  setNoDelay = () => this;
  setKeepAlive = () => this;
  ref = () => this;
  unref = () => this;

  override _read(): void {}

  override _write(message: Buffer, _: string, done: (error?: Error) => void): void {
    this.#run([message], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error) => void): void {
    this.#run(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  /** As a server does when a connection ends. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.#db.closed && this.#db.isInTransaction()) this.#db.execProtocolRawSync(ROLLBACK);
    done(error);
  }

  #run(messages: Buffer[], done: (error?: Error) => void): void {
    const asked = Buffer.concat(messages.filter(([type]) => type !== TERMINATE));
    // In a turn of its own, so that a long batch does not keep this process from everything else.
    setImmediate(async () => {
      if (this.destroyed || asked.length === 0) return done();
      try {
        const replies: Uint8Array[] = [];
        await this.#db.execProtocolRawStream(asked, {
          onRawData: (data) => void replies.push(data.slice()),
        });
        if (replies.length > 0 && !this.destroyed) this.push(Buffer.concat(replies));
        done();
      } catch (failure) {
        done(failure instanceof Error ? failure : new Error(String(failure)));
      }
    });
  }
}

/** A new cluster as made by initdb, to be copied. */
export async function dumpNewCluster(): Promise<Blob> {
  const db = await PGlite.create();
  try {
    return await db.dumpDataDir('none');
  } finally {
    await db.close();
  }
}

const beginningWith = (cluster: Blob | undefined) => (cluster === undefined ? {} : { loadDataDir: cluster });

/** Whether a start has completed a database in `dataDir`. */
export function isInitialized(dataDir: string): boolean {
  return existsSync(join(dataDir, COMPLETE));
}

/**
 * A folder whose first initialisation was interrupted is not a database and holds no data: it is created again.
 * After that, write-ahead logging covers a process that is killed at any moment.
 */
async function openFolder(dataDir: string, cluster: Blob | undefined): Promise<PGlite> {
  if (isInitialized(dataDir)) return PGlite.create({ dataDir });
  rmSync(dataDir, { recursive: true, force: true });
  const db = await PGlite.create({ dataDir, ...beginningWith(cluster) });
  writeFileSync(join(dataDir, COMPLETE), '');
  return db;
}
