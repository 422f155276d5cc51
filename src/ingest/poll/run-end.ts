import type { RunEnd } from '../../db/runs/lifecycle.ts';

/** How a run without faults ended: missing data makes it partial. */
export const endWithout = (lost: string[]): RunEnd =>
  lost.length === 0
    ? { status: 'succeeded', error: null }
    : { status: 'partial', error: { code: 'fields_lost', message: lost.join(' ') } };
