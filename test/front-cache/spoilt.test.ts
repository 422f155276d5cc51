import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { KeptReplies } from '../../src/kept-replies.ts';
import { knownValues } from '../fuzz/known.ts';
import { emptyDatabase } from '../support/deps.ts';
import { Play, type Spoilt } from './play.ts';
import { installWires } from './wire.ts';

// A play that finds nothing proves something only if it finds what is there: each of these caches or Workers is wrong.

const CDN = 'Cloudflare-CDN-Cache-Control';

let removeWires = () => {};
beforeAll(() => {
  removeWires = installWires();
});
afterAll(() => removeWires());
beforeEach(emptyDatabase);
afterEach(() => {
  vi.unstubAllGlobals();
});

/** With other headers. */
function altered(reply: Response, alter: (headers: Headers) => void): Response {
  const headers = new Headers(reply.headers);
  alter(headers);
  const { status, body } = reply;
  return new Response(body, { status, headers });
}

/** Kept in front for as long as a row that is not about to turn stale would be. */
const keptThroughATurn = (reply: Response, target: string) =>
  altered(reply, (headers) => {
    if (/^\/prices|[?&]max_age=/.test(target) && headers.has(CDN))
      headers.set(CDN, 'public, max-age=15, stale-while-revalidate=0, stale-if-error=0');
  });

/** Every query of a path gets the reply to the first. */
const blindToQueries = ({ get, set }: KeptReplies): KeptReplies => {
  const pathOf = (key: string) => key.split('?')[0] ?? '';
  return { get: (key, now_ms) => get(pathOf(key), now_ms), set: (key, reply) => set(pathOf(key), reply) };
};

interface Case {
  does: string;
  seed: number;
  steps: number;
  spoilt: Spoilt;
  fault: RegExp;
}

const CASES: Case[] = [
  {
    does: 'forgets what it is told',
    seed: 1,
    steps: 0,
    spoilt: { forgets_calls: true },
    fault: /It is older than .*, of which every call had arrived/,
  },
  {
    does: 'keeps replies for ever',
    seed: 2,
    steps: 0,
    spoilt: { stands_still: true },
    fault: /s old and not what the Worker would say/,
  },
  {
    does: 'gives one format for another',
    seed: 4,
    steps: 300,
    spoilt: { reply: (reply) => altered(reply, (headers) => headers.delete('Vary')) },
    fault: /It is (text|application)\S+.*, asked was/,
  },
  {
    does: 'keeps rows beyond the instant at which they turn stale',
    seed: 4,
    steps: 0,
    spoilt: { reply: keptThroughATurn },
    fault: /says that it is fresh, and it is stale by now|s old and not what the Worker would say/,
  },
  {
    does: 'is in front of a Worker that takes one kept reply for another',
    seed: 3,
    steps: 600,
    spoilt: { memory: blindToQueries },
    fault: /came from the Worker's memory and is not true/,
  },
];

it.each(CASES)('finds a cache that $does', { timeout: 600_000 }, async ({ seed, steps, spoilt, fault }) => {
  const play = new Play({ seed, spoilt });
  vi.stubGlobal('caches', play.copies);
  await play.begin(knownValues);
  await expect(play.run(steps)).rejects.toThrow(fault);
});
