import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckpointRow } from '../../../src/db/runs/checkpoints.ts';
import { dueOf } from '../../../src/ingest/poll/due.ts';
import { coinpaprika } from '../../../src/sources/coinpaprika/index.ts';
import type { SourceRequest } from '../../../src/sources/source.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-01-10T12:00:00Z');
const PACES = [5, 10, 30, 60];
const requests: SourceRequest[] = PACES.map((every_minutes) => ({
  endpoint: String(every_minutes),
  url: '',
  headers: {},
  every_minutes,
}));

/** A tick: its planned minute, and its arrival, in minutes after noon. */
interface Arrival {
  planned: number;
  at: number;
}
/** A poll of an endpoint, with its pace. */
interface Asked extends Arrival {
  pace: number;
}

/** The polls of ticks that arrive in this order, each answered at once. */
function asksOf(arrivals: Arrival[]): Asked[] {
  const asked: Asked[] = [];
  const checkpoints = new Map<string, CheckpointRow>();
  for (const { planned, at } of arrivals) {
    const facts = { checkpoints: [...checkpoints.values()], failures: [] };
    const nowMs = NOON + planned * MINUTE;
    for (const { endpoint, every_minutes } of dueOf(coinpaprika, requests, facts, {
      nowMs,
      pollMinutes: 5,
    })) {
      asked.push({ planned, at, pace: every_minutes });
      checkpoints.set(endpoint, {
        source: 'coinpaprika',
        endpoint,
        fetched_ms: String(NOON + at * MINUTE),
        scheduled_ms: String(nowMs),
        has_rows: true,
      });
    }
  }
  return asked;
}

/** The deliveries of successive ticks: the delays in minutes of none, one or two deliveries. */
const deliveries = fc.array(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 2 }), {
  minLength: 1,
  maxLength: 40,
});

const arrivalsOf = (delays: number[][]): Arrival[] =>
  delays
    .flatMap((each, index) => each.map((delay) => ({ planned: index * 5, at: index * 5 + delay })))
    .toSorted((a, b) => a.at - b.at);

describe('ticks that come late, twice or not at all', () => {
  it('poll an endpoint once per beat, never twice, and leave nothing due after their arrival', () => {
    fc.assert(
      fc.property(deliveries, (delays) => {
        const arrivals = arrivalsOf(delays);
        const asked = asksOf(arrivals);
        for (const pace of PACES) {
          const own = asked.filter((one) => one.pace === pace);
          for (const [index, one] of own.entries()) {
            const before = own[index - 1];
            if (before !== undefined) expect(one.planned - before.planned).toBeGreaterThanOrEqual(pace);
          }
          for (const tick of arrivals)
            expect(own.some(({ planned, at }) => at <= tick.at && planned > tick.planned - pace)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('poll like ticks on time, unless one is dropped or overtaken', () => {
    const late = fc.array(fc.double({ min: 0, max: 4.9, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(late, (delays) => {
        const asked = asksOf(arrivalsOf(delays.map((delay) => [delay])));
        for (const pace of PACES)
          expect(asked.filter((one) => one.pace === pace).map(({ planned }) => planned)).toEqual(
            delays.map((_, index) => index * 5).filter((planned) => planned % pace === 0),
          );
      }),
    );
  });
});

describe('an endpoint that was polled by hand', () => {
  const checkpoint = { source: 'coinpaprika', endpoint: '10', scheduled_ms: null, has_rows: true };
  const isDue = (fetched: string, now: string) =>
    dueOf(
      coinpaprika,
      requests.filter(({ endpoint }) => endpoint === '10'),
      { checkpoints: [{ ...checkpoint, fetched_ms: String(Date.parse(fetched)) }], failures: [] },
      { nowMs: Date.parse(now), pollMinutes: 5 },
    ).length === 1;

  it('is due by the time of its reply, which is a little after the request', () => {
    expect(isDue('2026-01-10T12:00:29Z', '2026-01-10T12:10:00Z')).toBe(true);
    expect(isDue('2026-01-10T12:00:31Z', '2026-01-10T12:10:00Z')).toBe(false);
    expect(isDue('2026-01-10T12:00:31Z', '2026-01-10T12:15:00Z')).toBe(true);
  });
});
