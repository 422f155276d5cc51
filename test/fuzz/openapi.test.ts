import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type Answer, ask } from '../support/http.ts';
import { faultsOf } from './judge.ts';
import { fillTape, knownValues } from './known.ts';
import { OPERATIONS } from './operations.ts';
import { type FuzzRequest, type Known, requestsTo } from './requests.ts';

// The OpenAPI document is the only description: requests are made from it, and each reply is compared with it.

const { seed, runs } = inject('fuzz');
const tally = new Map<number, number>();
const known: Known = {};
const queue = { send: async () => {} } as unknown as Queue;
const moment = new Date();
/** No request makes the service call any server, in particular one of somebody else's choice. */
const outward = vi.fn<typeof fetch>(() => Promise.reject(new Error('nobody may be asked')));

beforeAll(async () => {
  await fillTape();
  Object.assign(known, await knownValues());
}, 240_000);

afterAll(() => {
  const total = [...tally.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...tally].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`);
  console.info(`fuzz: seed ${seed}, ${total} requests (${parts.join(', ')})`);
});

const send = async ({ method, target, headers, body }: FuzzRequest): Promise<Answer> => {
  const answer = await ask(target, {
    method,
    headers: new Headers(headers),
    ...(body === null ? {} : { body }),
    vars: { LAKE: 'on' },
    deps: { queue, now: () => moment, fetch: outward },
  });
  tally.set(answer.status, (tally.get(answer.status) ?? 0) + 1);
  return answer;
};

/** Walks continue with the cursors in replies. */
function remember(answer: Answer): void {
  const cursor = /"next_cursor":"([^"]+)"/.exec(answer.text)?.[1];
  if (cursor !== undefined) known.cursor = [cursor, ...(known.cursor ?? [])].slice(0, 20);
}

const PASSING = new Set(['x-request-id', 'content-length', 'content-encoding']);
const lasting = (answer: Answer) => [...answer.headers].filter(([name]) => !PASSING.has(name));

/** The reply to a GET must agree with variants of the same request. */
async function holdToIt(request: FuzzRequest, answer: Answer): Promise<void> {
  const head = await send({ ...request, method: 'HEAD' });
  expect([head.status, lasting(head)]).toEqual([answer.status, lasting(answer)]);
  const etag = answer.header('ETag');
  if (etag === null) return;
  const headers = request.headers.filter(([name]) => name !== 'If-None-Match');
  const again = await send({ ...request, headers: [...headers, ['If-None-Match', etag]] });
  expect([again.status, again.text, again.header('ETag')]).toEqual([304, '', etag]);
}

describe('the document declares the reply to any request', () => {
  it.each(OPERATIONS.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
    '%s',
    async (_, operation) => {
      let successes = 0;
      await fc.assert(
        fc.asyncProperty(requestsTo(operation, known), fc.boolean(), async (request, isHeld) => {
          const answer = await send(request);
          expect(faultsOf(request, answer)).toEqual([]);
          if (answer.status < 300 && request.method === operation.method) successes += 1;
          remember(answer);
          if (isHeld && request.method === 'GET') await holdToIt(request, answer);
        }),
        { seed, numRuns: runs, endOnFailure: runs > 100 },
      );
      expect(successes, 'requests that it understood').toBeGreaterThan(0);
      expect(outward).not.toHaveBeenCalled();
    },
    10 * 60_000,
  );
});
