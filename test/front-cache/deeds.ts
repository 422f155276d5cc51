import { sql } from 'drizzle-orm';
import type { Random } from '../chaos/random.ts';
import { rows } from '../support/deps.ts';
import type { PlayedWorker } from './worker.ts';

/** Actions that change the tape, by their names in the story of a play. */
export type Act = (worker: PlayedWorker, random: Random) => Promise<unknown>;

const HOUR_MS = 3_600_000;
const one = async (statement: ReturnType<typeof sql>) => (await rows<{ value: string }>(statement))[0]?.value;

/** A small file of one coin; sometimes the same instants again with other prices. */
function upload(worker: PlayedWorker, random: Random): Promise<unknown> {
  const price = random.between(1, 9);
  const lines = Array.from(
    { length: 6 },
    (_, i) => `ABC,Abc Coin,${price}.${i}0,${new Date(Date.UTC(2024, 0, 1) + i * HOUR_MS).toISOString()}`,
  );
  const text = `symbol,name,price_usd,created_at\n${lines.join('\n')}\n`;
  const body = new TextEncoder().encode(text);
  return worker
    .post('/uploads?filename=abc.csv', body, { 'Content-Length': String(body.length) })
    .then(() => worker.deliver());
}

async function withdraw(worker: PlayedWorker): Promise<unknown> {
  const run = await one(sql`
    select max(id)::text as value from runs where withdrawn_at is null and status in ('succeeded', 'partial')
      and rows_inserted > 0 and trigger <> 'backfill'`);
  if (run === undefined || run === null) return;
  await worker.post(`/runs/${run}/withdraw`, '{"reason":"It was wrong."}');
  return worker.deliver();
}

async function decide(worker: PlayedWorker, random: Random): Promise<unknown> {
  const mappings = await rows<{ id: string }>(sql`
    select m.id::text as id from mappings m join listings l on l.id = m.listing_id
    where m.state = 'active' and l.external_id in ('bitcoin', 'ethereum', 'another', 'abc-coin') order by m.id`);
  const mapping = random.pick(mappings);
  if (mapping === undefined) return;
  const asset = random.pick(['btc-bitcoin', 'eth-ethereum', 'abc-another', 'abc-abc-coin']);
  await worker.post(
    `/mappings/${mapping.id}/decisions`,
    JSON.stringify({ action: 'pin', asset, who: 'ada', why: 'To see.' }),
  );
  return worker.deliver();
}

async function promote(worker: PlayedWorker): Promise<unknown> {
  const { id } = (await worker.post('/replays', '{"source":"coinpaprika"}')) as { id: number };
  await worker.deliver();
  await worker.post(`/replays/${id}/promote`).catch(() => {}); // nothing to promote
  return worker.deliver();
}

const rebuild: Act = (worker) => worker.post('/candles/rebuild').then(() => worker.deliver());
const maintain: Act = (worker) => {
  worker.send({ type: 'maintain' });
  return worker.deliver();
};

/** With the frequency of each. */
export const ACTS: readonly [name: string, weight: number, act: Act][] = [
  ['a poll', 6, (worker) => worker.tick()],
  ['a file', 4, upload],
  ['a withdrawal', 3, withdraw],
  ['a decision', 4, decide],
  ['a promotion', 1, promote],
  ['a rebuild of candles', 1, rebuild],
  ['maintenance', 1, maintain],
  ['a run by hand', 1, (worker) => worker.post('/trigger-etl').then(() => worker.deliver())],
];
