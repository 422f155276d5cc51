import { Agent, request } from 'node:http';
import { answerParent } from './child.ts';
import { quantile } from './numbers.ts';

// The load generator: keep-alive HTTP/1.1, a fixed number of connections, each asks again when answered.

export interface Job {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  connections: number;
  duration_ms: number;
  /** Anything else counts as a failure. */
  status: number;
}

export interface JobResult {
  requests: number;
  failures: number;
  per_second: number;
  p50_ms: number;
  p99_ms: number;
  /** Of one reply's body. */
  reply_bytes: number;
}

async function run(job: Job): Promise<JobResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  const started = performance.now();
  const deadline = started + job.duration_ms;
  const latencies: number[] = [];
  let failures = 0;
  let reply_bytes = 0;
  const askOnAndOn = async () => {
    while (performance.now() < deadline) {
      const asked = performance.now();
      const reply = await askOnce(job, agent);
      latencies.push(performance.now() - asked);
      reply_bytes = reply.bytes;
      if (reply.status !== job.status) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: job.connections }, askOnAndOn));
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

function askOnce(job: Job, agent: Agent): Promise<{ status: number; bytes: number }> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {} } = job;
    const outgoing = request(job.url, { method, headers, agent }, (reply) => {
      let bytes = 0;
      reply.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      reply.once('end', () => resolve({ status: reply.statusCode ?? 0, bytes }));
      reply.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end(job.body);
  });
}

const answers = { run };
export type LoadAnswers = typeof answers;

answerParent(answers);
