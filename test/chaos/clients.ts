import { held } from './actor-bucket.ts';
import type { CsvFile } from './files.ts';
import type { ChaosWorker } from './workers.ts';
import type { Actor, World } from './world.ts';

/** Clients wait longer each time, like the Worker's own messages: a database may be away for ten minutes. */
const WAIT_MS_MIN = 2_000;
const WAIT_MS_MAX = 60_000;
const MINUTE_MS = 60_000;

interface Sent {
  method?: 'GET' | 'POST';
  body?: Uint8Array;
  headers?: Record<string, string>;
}

interface Surroundings {
  world: World;
  /** The Worker that answers the next request. */
  worker: () => ChaosWorker;
  /** Fires the cron. */
  tick: () => Promise<void>;
}

/** Patient users of the API: they retry until they succeed, and complain if the Worker blames them for a fault. */
export class Clients {
  /** Replies by status. */
  readonly statuses = new Map<number, number>();
  readonly #uploads = new Map<string, string>();
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async upload(file: CsvFile): Promise<void> {
    const body = await bytesOf(file);
    const encoding = file.gzipped && { 'Content-Encoding': 'gzip' };
    const headers = { 'Content-Length': String(body.length), ...encoding };
    const answer = await this.#ask(`/uploads?filename=${file.name}${file.query ?? ''}`, { body, headers });
    this.#uploads.set(file.name, (answer as { id: string }).id);
  }

  async trigger(): Promise<void> {
    await this.#ask('/trigger-etl');
  }

  /** Withdraws an uploaded file, by its name. */
  async withdraw(file: string): Promise<void> {
    await this.#ask(`/uploads/${this.#uploads.get(file)}/withdraw`, { body: REASON });
  }

  /** Withdraws every poll after a run. */
  async withdrawPolls(after: number): Promise<void> {
    const runs = (await this.#ask('/runs?limit=200', { method: 'GET' })) as {
      data: { id: number; source: string; trigger: string; status: string }[];
    };
    const polls = runs.data.filter(({ source, trigger }) => source !== 'csv' && trigger !== 'backfill');
    for (const { id } of polls.filter(({ id, status }) => id > after && status !== 'skipped'))
      await this.#ask(`/runs/${id}/withdraw`, { body: REASON });
  }

  /** Replays old bytes with the current code, and promotes the differences; starts again if that fails. */
  async replay(wish: string): Promise<void> {
    for (let status = ''; status !== 'promoted'; ) {
      const { id } = (await this.#ask('/replays', { body: bytes(wish) })) as { id: number };
      status = await this.#ends(`/replays/${id}`, ['compared', 'failed']);
      if (status === 'failed') continue;
      await this.#ask(`/replays/${id}/promote`);
      status = await this.#ends(`/replays/${id}`, ['promoted', 'failed']);
    }
  }

  /** Decides the asset of a listing. */
  async pin(listing: { source: string; external_id: string }, asset: string): Promise<void> {
    const query = new URLSearchParams(listing);
    const { data } = (await this.#ask(`/mappings?${query}`, { method: 'GET' })) as { data: { id: number }[] };
    const wish = { action: 'pin', asset, who: 'chaos', why: 'To see.' };
    await this.#ask(`/mappings/${data[0]?.id}/decisions`, { body: bytes(JSON.stringify(wish)) });
  }

  async rebuildCandles(): Promise<void> {
    await this.#ask('/candles/rebuild');
  }

  /** Requests the history of a coin, and again if its run has failed. */
  async history(asset: string): Promise<void> {
    const body = bytes(JSON.stringify({ asset, days: 30 }));
    for (let status = ''; status !== 'succeeded'; ) {
      const { run } = (await this.#ask('/backfills', { body })) as { run: { id: number } };
      status = await this.#ends(`/runs/${run.id}`, ['succeeded', 'failed']);
    }
  }

  /** Looks every minute until something has one of these statuses; crons continue meanwhile. */
  async #ends(path: string, statuses: string[]): Promise<string> {
    const { world, tick } = this.#around;
    for (let minute = 1; ; minute += 1) {
      if (minute % 5 === 0) await tick();
      const { data } = (await this.#ask(path, { method: 'GET' })) as { data: { status: string } };
      if (statuses.includes(data.status)) return data.status;
      await world.spawn('client who waits', (self) => world.sleep(self, MINUTE_MS));
    }
  }

  /**
   * Retries until it is accepted. Throws if the Worker blames the client, or reports a fault of its own without
   * need.
   */
  async #ask(path: string, sent: Sent = {}): Promise<unknown> {
    const { world } = this.#around;
    const name = `${sent.method ?? 'POST'} ${path.split('?')[0]}`;
    const client = await world.spawn(`client of ${name}`, async (self) => {
      for (let wait_ms = WAIT_MS_MIN; ; wait_ms = Math.min(2 * wait_ms, WAIT_MS_MAX)) {
        const end = await world.spawn(name, (actor) => this.#send(actor, path, sent));
        if (typeof end === 'object' && 'value' in end) {
          const { status, headers, text } = end.value;
          this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
          if (status === 202 || status === 200) return JSON.parse(text) as unknown;
          if (!mayAskAgain(status, headers, text)) throw new Error(`${name} answered ${status}: ${text}`);
        }
        await world.sleep(self, wait_ms);
      }
    });
    if (client === 'killed') throw new Error('A client cannot be killed.');
    if ('error' in client) throw client.error;
    return client.value;
  }

  async #send(actor: Actor, path: string, { method = 'POST', headers, body }: Sent) {
    const { world, worker } = this.#around;
    const sent = await world.operation(actor, 'client', 'send', async (fault) =>
      body && fault === 'client_cut' ? await held(streamOf(body), true) : (body ?? null),
    );
    const request = new Request(`https://tape.test${path}`, {
      method,
      headers: { Authorization: 'Bearer dev', ...headers },
      body: sent as BodyInit | null, // the types of fetch reject bytes of an unknown buffer type
    });
    const response = await worker().fetch(actor, request);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

/** The client must send a truncated body again, and retry work that the Worker cannot do now. */
function mayAskAgain(status: number, headers: Headers, text: string): boolean {
  const { code } = JSON.parse(text) as { code: string };
  if (status === 503) return headers.has('Retry-After');
  return code === 'incomplete_body' || code === 'conflict';
}

const bytes = (text: string) => new TextEncoder().encode(text);
const REASON = bytes('{"reason":"It was wrong."}');

const streamOf = (content: Uint8Array) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(content);
      controller.close();
    },
  });

async function bytesOf({ text, gzipped }: CsvFile): Promise<Uint8Array> {
  if (!gzipped) return bytes(text);
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
