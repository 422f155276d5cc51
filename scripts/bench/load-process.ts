import { Agent } from 'node:http';
import { runClients } from '../load/clients.ts';
import { exchange } from '../load/exchange.ts';
import { quantile } from '../load/quantile.ts';
import { answerParent } from './child.ts';

// The load generator in a separate process: keep-alive HTTP/1.1 with a fixed number of connections.

export interface Job {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  connections: number;
  duration_ms: number;
  /** Any other status counts as a failure. */
  status: number;
}

export interface JobResult {
  requests: number;
  failures: number;
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** Bytes of one reply's body. */
  reply_bytes: number;
}

async function run(job: Job): Promise<JobResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  const started = performance.now();
  const deadline = started + job.duration_ms;
  const latencies: number[] = [];
  let failures = 0;
  let reply_bytes = 0;
  await runClients(
    job.connections,
    () => performance.now() >= deadline,
    async () => {
      const reply = await exchange(agent, job.url, job);
      latencies.push(reply.took_ms);
      reply_bytes = reply.bytes;
      if (reply.status !== job.status) failures += 1;
    },
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    failures,
    per_second: latencies.length / seconds,
    p50_ms: quantile(latencies, 0.5),
    p99_ms: quantile(latencies, 0.99),
    reply_bytes,
  };
}

const answers = { run };
export type LoadAnswers = typeof answers;

answerParent(answers);
