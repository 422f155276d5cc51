import { createMessageBatch } from 'cloudflare:test';
import { expect, it } from 'vitest';
import worker from '../../../src/index.ts';
import { consume } from '../../../src/ingest/queue/consume.ts';
import { testDeps } from '../../support/deps.ts';
import { testEnv } from '../../support/http.ts';

/** An event of a deployment with a cache in front, or without one. */
function eventWith(invalidate: ((options: CachePurgeOptions) => Promise<CachePurgeResult>) | null) {
  const cache = invalidate === null ? {} : { cache: { invalidate } };
  const event = { waitUntil() {}, passThroughOnException() {}, props: {}, ...cache };
  return event as unknown as ExecutionContext;
}

const message = { type: 'invalidate', tags: ['tape', 'source-csv'] };

it('invalidates the cache in front once more', async () => {
  const told: CachePurgeOptions[] = [];
  const event = eventWith(async (options) => {
    told.push(options);
    return { success: true, errors: [] };
  });
  const batch = createMessageBatch('cointape-ingest', [
    { id: '1', timestamp: new Date(), attempts: 1, body: message },
  ]);
  await worker.queue(batch, testEnv, event);
  expect(told).toEqual([{ tags: ['tape', 'source-csv'] }]);
});

it('is done if there is no cache any more', async () => {
  const acked: string[] = [];
  const ack = () => void acked.push('acked');
  await consume(testDeps(), { id: '1', body: message, attempts: 1, ack, retry: () => acked.push('retried') });
  expect(acked).toEqual(['acked']);
});
