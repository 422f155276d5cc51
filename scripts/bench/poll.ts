import { join } from 'node:path';
import type { Bundle } from './bundle.ts';
import { startChild } from './child.ts';
import { type BenchDatabase, createDatabase, dropDatabase, openDatabase } from './database.ts';
import { ratios, rounded, spread } from './numbers.ts';
import { figure, type Outcome } from './outcome.ts';
import type { BenchPostgres } from './postgres.ts';
import { cpuMs, forgetPeak, memory } from './process-usage.ts';
import type { UpstreamAnswers } from './upstream-process.ts';
import { TICKERS } from './upstream-replies.ts';
import { startWorkers, WORKERS, type Workers } from './worker.ts';

export interface PollPlan {
  rounds: number;
}

const DATABASE = 'cointape_bench_poll';
const HOUR_MS = 3_600_000;
/** A minute of the hour in which only the polls are due. */
const MINUTE_MS_OF_HOUR = 30 * 60_000;
const ROWS = TICKERS + 1000;

/** The cost of one poll of both sources. */
interface Cost {
  ms: number;
  cpu_ms: number | null;
  memory_mb: number | null;
  round_trips: number;
  sent_bytes: number;
  received_bytes: number;
}

interface Subject {
  workers: Workers;
  work: (at_ms: number) => Promise<void>;
  /** Resident memory after its code had run once. */
  idle_bytes: number | null;
  costs: Cost[];
}

/**
 * Polls both upstreams, each time with new prices. A Worker that does the minimum of a poll alternates with ours.
 */
export async function benchPoll(
  postgres: BenchPostgres,
  {
    bundle,
    folder,
    plan,
    tell,
  }: { bundle: Bundle; folder: string; plan: PollPlan; tell: (line: string) => void },
): Promise<Outcome> {
  await using opened = new AsyncDisposableStack();
  await createDatabase(postgres, DATABASE);
  opened.defer(() => dropDatabase(postgres, DATABASE));
  const database = opened.adopt(await openDatabase(postgres, DATABASE), (it) => it.close());
  const upstream = opened.adopt(await startChild<UpstreamAnswers>('upstream-process.ts'), (it) => it.stop());
  const url = await upstream.ask('url', undefined);
  const variables = {
    DATABASE_URL: database.neon_url,
    COINPAPRIKA_BASE_URL: `${url}/coinpaprika`,
    COINGECKO_BASE_URL: `${url}/coingecko`,
  };
  const floor_spec = { name: 'floor', script: join(WORKERS, 'floor.js'), variables };
  // Each has its own workerd, which keeps their memory apart.
  const start = async (spec: Parameters<typeof startWorkers>[0][number]) =>
    opened.adopt(await startWorkers([spec], join(folder, spec.name)), (it) => it.close());
  const poller = await start({ name: 'poller', script: bundle.path, variables, consumes: true });
  const floor = await start(floor_spec);
  const floor_url = await floor.url('floor');
  await fetched(`${floor_url}/prepare`);

  const poll: Subject = { workers: poller, work: (at_ms) => poller.tick(at_ms), idle_bytes: null, costs: [] };
  const least: Subject = { workers: floor, work: () => fetched(floor_url), idle_bytes: null, costs: [] };
  for (let round = 0; round <= plan.rounds; round += 1) {
    tell(round === 0 ? 'a first poll, which is not counted' : `round ${round} of ${plan.rounds}`);
    await upstream.ask('setEpoch', round);
    for (const subject of [poll, least]) {
      const cost = await measure(database, subject);
      if (round > 0) subject.costs.push(cost);
      else subject.idle_bytes = residentBytes(subject.workers);
    }
  }
  await checkRows(database, plan.rounds + 1);
  return judgePolls(poll.costs, least.costs);
}

async function fetched(url: string): Promise<void> {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`${url} gave ${reply.status}: ${await reply.text()}`);
  await reply.arrayBuffer();
}

const residentBytes = ({ pid }: Workers) => (pid === null ? null : (memory(pid)?.now ?? null));

async function measure({ server, query }: BenchDatabase, subject: Subject): Promise<Cost> {
  const { idle_bytes, work } = subject;
  const { pid } = subject.workers;
  await query('checkpoint');
  // A later time than the pace of every endpoint, so all of them are due.
  const at_ms = Math.floor(Date.now() / HOUR_MS + 3) * HOUR_MS + MINUTE_MS_OF_HOUR;
  if (pid !== null) forgetPeak(pid);
  const cpu_before = pid === null ? null : cpuMs(pid);
  const wire_before = await server.ask('counts', undefined);
  const started = performance.now();
  await work(at_ms);
  const ms = performance.now() - started;
  const wire = await server.ask('counts', undefined);
  const cpu_after = pid === null ? null : cpuMs(pid);
  const full = pid === null ? null : memory(pid);
  return {
    ms,
    cpu_ms: cpu_before === null || cpu_after === null ? null : cpu_after - cpu_before,
    memory_mb: idle_bytes === null || full === null ? null : (full.peak - idle_bytes) / 1e6,
    round_trips: wire.requests - wire_before.requests,
    sent_bytes: wire.request_bytes - wire_before.request_bytes,
    received_bytes: wire.response_bytes - wire_before.response_bytes,
  };
}

/** Without this check, a skipped or incomplete poll would look fast. */
async function checkRows({ query }: BenchDatabase, polls: number): Promise<void> {
  const [found] = await query<{ count: string }>('select count(*) from observations');
  if (Number(found?.count) !== polls * ROWS)
    throw new Error(`${found?.count} observations after ${polls} polls of ${ROWS}.`);
}

function judgePolls(polls: Cost[], floors: Cost[]): Outcome {
  const known = (costs: Cost[], name: 'cpu_ms' | 'memory_mb') =>
    costs.map((each) => each[name] ?? Number.NaN);
  const of = (costs: Cost[], name: 'ms' | 'round_trips' | 'sent_bytes') => costs.map((each) => each[name]);
  const row = (what: string, costs: Cost[]) => ({
    what,
    'CPU ms': rounded(spread(known(costs, 'cpu_ms')).median),
    'wall ms': rounded(spread(of(costs, 'ms')).median),
    'memory MB': rounded(spread(known(costs, 'memory_mb')).median),
    'round trips': spread(of(costs, 'round_trips')).median,
    'sent kB': rounded(spread(of(costs, 'sent_bytes')).median / 1000),
    'received kB': rounded(spread(costs.map((each) => each.received_bytes)).median / 1000),
  });
  return {
    figures: [
      figure('poll: CPU of both sources', 'ms', spread(known(polls, 'cpu_ms'))),
      figure(
        'poll: CPU over JSON.parse and one insert per reply',
        '×',
        ratios(known(polls, 'cpu_ms'), known(floors, 'cpu_ms')),
      ),
      figure('poll: peak memory of workerd over idle', 'MB', spread(known(polls, 'memory_mb'))),
      figure('poll: round trips', '', spread(of(polls, 'round_trips'))),
    ],
    tables: [
      {
        title: `A poll of ${TICKERS} CoinPaprika tickers and 4 × 250 CoinGecko markets`,
        rows: [row('cointape', polls), row('floor: JSON.parse, unnest insert', floors)],
      },
    ],
  };
}
