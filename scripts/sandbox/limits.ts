import { z } from 'zod';
import type { Reply } from './faults.ts';
import { SOURCES, type SourceId } from './market.ts';

/** The calls that a source allows in a minute and in a month (UTC); null is no limit. */
export const Limits = z.strictObject({
  source: z.enum(SOURCES),
  minute: z.int().min(0).nullable().default(null),
  month: z.int().min(0).nullable().default(null),
});
export type LimitsInput = z.input<typeof Limits>;
type Limits = z.output<typeof Limits>;

export interface LimitKeeper {
  /** Valid from now on; earlier calls still count. */
  set(limits: LimitsInput): Limits;
  clear(): void;
  list(): (Limits & { calls: { minute: number; month: number } })[];
  /** Counts a call. Returns the refusal of a call above the limit, which also counts, as with the real services. */
  count(source: SourceId, at: Date): Reply | undefined;
}

const MINUTE_MS = 60_000;

/** Enforces the limits of plans like vendors do: by the calendar, for any purpose of a call. */
export function createLimits(initial: readonly LimitsInput[] = []): LimitKeeper {
  const limits = new Map<SourceId, Limits>();
  const counts = new Map<SourceId, { minute: Count; month: Count }>();
  const set = (input: LimitsInput) => {
    const parsed = Limits.parse(input);
    limits.set(parsed.source, parsed);
    return parsed;
  };
  for (const input of initial) set(input);
  return {
    set,
    clear: () => limits.clear(),
    list: () =>
      [...limits.values()].map((one) => {
        const { minute, month } = counts.get(one.source) ?? { minute: NONE, month: NONE };
        return { ...one, calls: { minute: minute.calls, month: month.calls } };
      }),
    count(source, at) {
      const before = counts.get(source) ?? { minute: NONE, month: NONE };
      const minute = counted(before.minute, Math.floor(at.getTime() / MINUTE_MS));
      const month = counted(before.month, at.getUTCFullYear() * 12 + at.getUTCMonth());
      counts.set(source, { minute, month });
      const allowed = limits.get(source);
      if (allowed?.month !== undefined && allowed.month !== null && month.calls > allowed.month)
        return tooMany(source, `The ${allowed.month} calls of the month are spent.`, null);
      if (allowed?.minute !== undefined && allowed.minute !== null && minute.calls > allowed.minute) {
        const wait_s = Math.ceil(((minute.key + 1) * MINUTE_MS - at.getTime()) / 1_000);
        return tooMany(source, `More than ${allowed.minute} calls in a minute.`, wait_s);
      }
      return undefined;
    },
  };
}

/** Calls in the period with this number. */
interface Count {
  key: number;
  calls: number;
}
const NONE: Count = { key: -1, calls: 0 };
const counted = (before: Count, key: number): Count => ({
  key,
  calls: before.key === key ? before.calls + 1 : 1,
});

/** The refusal of a minute says when to return; the refusal of a month does not. */
function tooMany(source: SourceId, message: string, retry_after_s: number | null): Reply {
  const body =
    source === 'coingecko' ? { status: { error_code: 429, error_message: message } } : { error: message };
  return {
    status: 429,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(retry_after_s !== null && { 'retry-after': String(retry_after_s) }),
    },
    body: JSON.stringify(body),
  };
}
