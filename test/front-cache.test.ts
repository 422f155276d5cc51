/// <reference types="vite/client" />
import { expect, it } from 'vitest';
import { type Changed, tagsChanged } from '../src/domain/front/tags.ts';
import { createFrontCache, noCallsYet } from '../src/front-cache.ts';
import { IngestMessage } from '../src/ingest/queue/messages.ts';
import { createLog, type LogFields } from '../src/log.ts';

/** A FrontCache with a controlled clock, cache and queue. */
function setUp(answer: () => Promise<CachePurgeResult> = async () => ({ success: true, errors: [] })) {
  let now_ms = Date.parse('2026-11-30T10:00:00Z');
  const told: [number, string[]][] = [];
  const sent: [number, unknown, number | undefined][] = [];
  const warned: [string, LogFields][] = [];
  const waits: Promise<void>[] = [];
  const second = () => (now_ms - Date.parse('2026-11-30T10:00:00Z')) / 1000;
  const queue = {
    broken: false,
    send: async (message: unknown, options?: QueueSendOptions): Promise<QueueSendResponse> => {
      if (queue.broken) throw new Error('full');
      sent.push([second(), message, options?.delaySeconds]);
      return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
    },
  };
  const cache = {
    invalidate: ({ tags = [] }: CachePurgeOptions) => {
      told.push([second(), tags]);
      return answer();
    },
  };
  const log = {
    ...createLog('silent'),
    warn: (event: string, fields: LogFields = {}) => warned.push([event, fields]),
  };
  const calls = noCallsYet();
  const ofEvent = () =>
    createFrontCache(
      { cache, waitUntil: (work) => waits.push(work), queue, now: () => new Date(now_ms), log },
      calls,
    );
  const front = ofEvent();
  return {
    told,
    sent,
    warned,
    queue,
    front,
    ofEvent,
    settled: () => Promise.all(waits),
    async changedAt(seconds: number, changed: Changed = { source: 'coingecko' }) {
      now_ms = Date.parse('2026-11-30T10:00:00Z') + seconds * 1000;
      front.changed(changed);
      await Promise.all(waits);
    },
  };
}

const TAGS = ['tape', 'source-coingecko'];

it('names few tags for the changes of a commit', () => {
  expect(tagsChanged({ source: 'csv' })).toEqual(['tape', 'source-csv']);
  expect(tagsChanged('mappings')).toEqual(['tape', 'mappings']);
  expect(tagsChanged('everything')).toEqual(['tape', 'mappings', 'rows']);
});

it('announces a commit at once, and once more when reads that began before it have ended', async () => {
  const { told, sent, changedAt } = setUp();
  await changedAt(0);
  expect(told).toEqual([[0, TAGS]]);
  expect(sent).toEqual([[0, { type: 'invalidate', tags: TAGS }, 30]]);
  expect(IngestMessage.safeParse(sent[0]?.[1]).success).toBe(true);
});

it('announces the commits of a long load together, and each is followed by a later call', async () => {
  const { told, sent, changedAt } = setUp();
  for (let second = 0; second <= 60; second += 1) await changedAt(second);
  expect(told.map(([at]) => at)).toEqual([0, 20, 40, 60]);
  // Due at 30, 49 and so on: each commit is followed by a call at least twelve seconds later.
  expect(sent.map(([at]) => at)).toEqual([0, 19, 38, 57]);
  const due = sent.map(([at, , delay]) => at + (delay ?? 0));
  for (let second = 0; second <= 60; second += 1)
    expect(due.some((at) => at >= second + 12 && at <= second + 30)).toBe(true);
});

it('shares its record of announcements among the events of an isolate', async () => {
  const { told, sent, ofEvent, settled } = setUp();
  ofEvent().changed({ source: 'coingecko' });
  ofEvent().changed({ source: 'coingecko' });
  await settled();
  expect([told.length, sent.length]).toEqual([1, 1]);
});

it('announces another tag although one was announced a moment ago', async () => {
  const { told, sent, changedAt } = setUp();
  await changedAt(0);
  await changedAt(1, 'mappings');
  expect(told).toEqual([
    [0, TAGS],
    [1, ['tape', 'mappings']],
  ]);
  expect(sent.map(([at, message]) => [at, message])).toEqual([
    [0, { type: 'invalidate', tags: TAGS }],
    [1, { type: 'invalidate', tags: ['tape', 'mappings'] }],
  ]);
});

it('continues when the clock is set back', async () => {
  const { told, sent, changedAt } = setUp();
  await changedAt(3600);
  await changedAt(0);
  expect([told.length, sent.length]).toEqual([2, 2]);
});

it('explains a refusal, and fails nothing', async () => {
  const limited = { success: false, errors: [{ code: 1134, message: 'Too many requests' }] };
  const { front, warned, changedAt } = setUp(async () => limited);
  await changedAt(0);
  await front.invalidate(['tape']);
  const meaning =
    'Replies that are kept in front may be as old as their Cloudflare-CDN-Cache-Control allows.';
  expect(warned).toEqual([
    ['front_cache.refused', { tags: TAGS, reason: '1134: Too many requests', meaning }],
    ['front_cache.refused', { tags: ['tape'], reason: '1134: Too many requests', meaning }],
  ]);
});

it('reports a failing cache or queue, and fails nothing', async () => {
  const { queue, warned, changedAt } = setUp(() => Promise.reject(new Error('away')));
  queue.broken = true;
  await changedAt(0);
  expect(warned.map(([event, { reason }]) => [event, reason]).sort()).toEqual([
    ['front_cache.not_repeated', 'full'],
    ['front_cache.refused', 'away'],
  ]);
});

it('misses no commit: the version of the tape rises only to the value of openVersion', () => {
  const files: Record<string, string> = import.meta.glob('../src/**/*.ts', {
    query: '?raw',
    import: 'default',
    eager: true,
  });
  const setting = Object.keys(files).filter((path) => files[path]?.includes('next_version = '));
  expect(setting).toEqual(['../src/db/tape/version.ts']);
  const raising =
    Object.values(files)
      .join('\n')
      .match(/update tape_version\s+set version = [^,\s]+/g) ?? [];
  expect(raising.length).toBeGreaterThan(1);
  expect(new Set(raising.map((text) => text.split(' = ')[1]))).toEqual(new Set(['next_version']));
});
