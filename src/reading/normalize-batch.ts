import { areDistinct, type BatchRow, markRepeats, settleBatch } from '../domain/batch.ts';
import type { CatalogEntry } from '../domain/identity/catalog.ts';
import type { CurrencyRate, Flag, MarketTotals } from '../domain/observation.ts';
import type { Reject } from '../domain/reject.ts';
import { rawText } from '../sources/read-record.ts';
import type { PolledSource, ReadContext, Reading } from '../sources/source.ts';

/** The content of one payload, ready to load. `read` is the sum of the other members. */
export interface NormalizedBatch {
  observations: BatchRow[];
  market_totals: MarketTotals[];
  /** From one reply, so from one instant. */
  rates: CurrencyRate[];
  catalog: CatalogEntry[];
  rejects: Reject[];
  /** Records that repeat an earlier one of the payload. */
  duplicates: number;
  read: number;
  /** Per field, as a path with dots, the number of records in which it was unreadable. */
  unreadable: Record<string, number>;
}

export interface BatchContext extends ReadContext {
  /** Whether the rows get the flag `sandbox`. */
  sandbox: boolean;
}

/** Reads a parsed reply (see readJson) by the rules of its source. Throws UnreadablePayload if it cannot. */
export function normalizeBatch(source: PolledSource, body: unknown, context: BatchContext): NormalizedBatch {
  return settle(source.read(body, context), context.sandbox, (pointer) =>
    rawText(resolvePointer(body, pointer)),
  );
}

/**
 * Sorts readings of one payload into the members of the result. `rawAt` returns the original record at a pointer,
 * for the reject of a record that contradicts an earlier one.
 */
export function settle(
  readings: Reading[],
  sandbox: boolean,
  rawAt: (pointer: string) => string,
): NormalizedBatch {
  const observations = readings.flatMap((reading) =>
    reading.type === 'observation' ? reading.observation : [],
  );
  const totals = readings.flatMap((reading) => (reading.type === 'market_totals' ? reading.totals : []));
  const rates = readings.flatMap((reading) => (reading.type === 'rate' ? reading.rate : []));
  const rejects = readings.flatMap((reading) => (reading.type === 'reject' ? reading.reject : []));
  const { kept, duplicates, conflicts } = settleBatch(observations);
  const conflicting = conflicts.map(
    ({ observation: { pointer, external_id, observed_at }, kept: first }): Reject => ({
      code: 'conflicting_record',
      message: `${external_id} at ${observed_at} has other values than the same at ${first.pointer}.`,
      pointer,
      raw: rawAt(pointer),
      external_id,
    }),
  );
  return {
    observations: kept.map((row) => flagged(row, sandbox)),
    market_totals: totals.map((row) => flagged(row, sandbox)),
    rates: rates.map((row) => flagged(row, sandbox)),
    catalog: readings.flatMap((reading) => (reading.type === 'catalog' ? reading.entry : [])),
    rejects: [...rejects, ...conflicting],
    duplicates,
    read: readings.length,
    unreadable: countUnreadable(readings),
  };
}

function countUnreadable(readings: Reading[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { unreadable = [] } of readings)
    for (const field of unreadable) counts.set(field, (counts.get(field) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/**
 * Sorts readings of one batch of several: repeats stay in, marked, because only the database knows whether an
 * earlier batch had the first of a key.
 */
export function sortReadings(readings: Reading[], sandbox: boolean): NormalizedBatch {
  const observations: BatchRow[] = [];
  const rejects: Reject[] = [];
  for (const reading of readings) {
    if (reading.type === 'observation') observations.push(flagged(reading.observation, sandbox));
    else if (reading.type === 'reject') rejects.push(reading.reject);
  }
  return {
    observations: areDistinct(observations) ? observations : marked(observations),
    market_totals: [],
    rates: [],
    catalog: [],
    rejects,
    duplicates: 0,
    read: readings.length,
    unreadable: {}, // files have no usual values
  };
}

const marked = (observations: BatchRow[]): BatchRow[] =>
  markRepeats(observations).map(({ observation, first, agrees }) =>
    first === null ? observation : { ...observation, repeat: agrees ? 'agrees' : 'differs' },
  );

const flagged = <Row extends { flags: Flag[] }>(row: Row, sandbox: boolean): Row =>
  sandbox && !row.flags.includes('sandbox') ? { ...row, flags: ['sandbox', ...row.flags] } : row;

/** The value that a JSON Pointer (RFC 6901) names; undefined if there is none. */
export function resolvePointer(body: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  return keys.reduce<unknown>((value, key) => {
    const name = key.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined;
  }, body);
}
