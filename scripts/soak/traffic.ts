import { setTimeout as sleep } from 'node:timers/promises';
import { runClients } from '../load/clients.ts';
import type { Figures } from '../load/figures.ts';
import { type Asked, ask } from './ask.ts';

export interface Traffic {
  url: string;
  figures: Figures;
  /** Ends everything, at once. */
  signal: AbortSignal;
  /** Statuses that are expected in addition to success. */
  also: readonly number[];
}

const READS: [name: string, path: string][] = [
  ['latest by cap', '/data?latest=true&limit=100'],
  ['one coin', '/data?symbol=BTC&limit=100'],
  ['newest rows', '/data?limit=1000'],
  ['by source', '/data?source=coingecko&limit=100&offset=1000'],
  ['csv rows', '/data?source=csv&limit=500'],
  ['prices', '/prices?symbol=BTC,ETH,SOL'],
  ['assets', '/assets?limit=50'],
  ['health', '/health'],
  ['stats', '/stats'],
  ['nobody has', '/data?symbol=NOSUCHCOIN'],
  ['not valid', '/data?limit=0'],
  ['export', '/data?source=csv&symbol=S0&format=ndjson'],
];
const UPLOAD_ROWS = 20_000;
const UPLOAD_EVERY_MS = 5_000;
const TRIGGER_EVERY_MS = 20_000;
const DEV = { authorization: 'Bearer dev' };

/** Readers, an uploader and a client that triggers runs, until the signal. */
export async function traffic(going: Traffic, readers: number): Promise<void> {
  await Promise.all([
    runClients(
      readers,
      () => going.signal.aborted,
      (reader, turn) => read(going, reader + turn),
    ),
    every(going, UPLOAD_EVERY_MS, (turn) => upload(turn)),
    every(going, TRIGGER_EVERY_MS, () => ({
      name: 'trigger',
      path: '/trigger-etl',
      method: 'POST' as const,
      headers: DEV,
      expects: [202],
    })),
  ]);
}

/** Requests one path and, for a list, its next page. */
async function read({ url, figures, signal, also }: Traffic, turn: number): Promise<void> {
  const [name, path] = READS[turn % READS.length] ?? ['root', '/'];
  const good = name === 'not valid' ? 400 : 200;
  const text = await ask(figures, url, { name, path, expects: [good, ...also] });
  const cursor = /"next_cursor":"([^"]+)"/.exec(text ?? '')?.[1];
  if (cursor === undefined || signal.aborted) return;
  const next = `${path.split('?')[0]}?cursor=${cursor}`;
  await ask(figures, url, { name: 'next page', path: next, expects: [200, ...also] });
}

async function every(
  { url, figures, signal, also }: Traffic,
  ms: number,
  what: (turn: number) => Asked,
): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const asked = what(turn);
    await ask(figures, url, { ...asked, expects: [...asked.expects, ...also] });
    await sleep(ms, undefined, { signal }).catch(() => {});
  }
}

/** A file of a separate coin; some of its lines are rejected. */
function upload(turn: number): Asked {
  const lines = Array.from({ length: UPLOAD_ROWS }, (_, i) => {
    const at = new Date(Date.UTC(2020, 0, 1 + turn) + i * 60_000).toISOString();
    return `S${turn % 10},Soak ${turn % 10},${i % 1000 === 0 ? 'none' : `${turn}.${i}`},${at}`;
  });
  return {
    name: 'upload',
    path: `/uploads?filename=soak-${process.pid}-${turn}.csv`,
    method: 'POST',
    headers: DEV,
    body: `symbol,name,price_usd,created_at\n${lines.join('\n')}\n`,
    expects: [202],
  };
}
