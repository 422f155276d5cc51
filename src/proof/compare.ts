import type { ObservationRow } from '../db/observations/row.ts';
import { compareDecimals, type Decimal } from '../domain/decimal.ts';
import { FIGURES } from '../domain/figures.ts';
import type { Flag, Observation } from '../domain/observation.ts';
import { FILES_ID } from '../sources/registry.ts';

/** A member of a row, as served and as recomputed. */
export type ComparedValue = { name: string; matches: boolean } & (
  | { type: 'decimal'; served: Decimal | null; recomputed: Decimal | null }
  | { type: 'text'; served: string; recomputed: string }
  | { type: 'words'; served: string[]; recomputed: string[] }
);

/**
 * Compares a row with its record read again: identity, instant, every number and the flags. Numbers match if they
 * are numerically equal. Symbol and name are labels of the listing, which follow the newest reading.
 */
export function compare(row: ObservationRow, reread: Observation): ComparedValue[] {
  return [
    text('external_id', row.external_id, reread.external_id),
    text('kind', row.kind, reread.kind),
    text('created_at', row.observed_at, reread.observed_at),
    ...FIGURES.map((name) => decimal(name, row[name], reread[name])),
    flags(row.flags, reread.flags, row.source === FILES_ID ? OF_TAPE : [...OF_TAPE, 'anomaly']),
  ];
}

export function text(name: string, served: string, recomputed: string): ComparedValue {
  return { name, type: 'text', served, recomputed, matches: served === recomputed };
}

export function decimal(name: string, served: Decimal | null, recomputed: Decimal | null): ComparedValue {
  return { name, type: 'decimal', served, recomputed, matches: equal(served, recomputed) };
}

const OF_TAPE: Flag[] = ['after_thinning'];

/**
 * `sandbox`, `after_thinning`, and `anomaly` of polled rows come from the state of the tape and not from the bytes:
 * they are copied.
 */
export function flags(served: Flag[], reread: Flag[], carried: Flag[]): ComparedValue {
  const own = reread.filter((flag) => flag !== 'sandbox');
  const recomputed: Flag[] = [
    ...(served.includes('sandbox') || own.length < reread.length ? ['sandbox' as const] : []),
    ...own,
    ...carried.filter((flag) => served.includes(flag)),
  ];
  const matches = recomputed.length === served.length && served.every((flag) => recomputed.includes(flag));
  return { name: 'flags', type: 'words', served, recomputed, matches };
}

const equal = (a: Decimal | null, b: Decimal | null) =>
  a === null || b === null ? a === b : compareDecimals(a, b) === 0;
