/**
 * The purpose of a call to an upstream: the market at its pace, complete lists of coins, missed hours, history, or
 * a manual request. In this order scarce calls are assigned within one run.
 */
export const PURPOSES = ['live', 'lists', 'manual', 'gap', 'history'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Calls by purpose. */
export type CallsByPurpose = Partial<Record<Purpose, number>>;

/** Work that nobody waits for: it takes only the calls that the period's polls leave. */
export const isSpareWork = (purpose: Purpose): boolean => purpose === 'gap' || purpose === 'history';

export const sumOfCalls = (calls: CallsByPurpose): number =>
  PURPOSES.reduce((sum, purpose) => sum + (calls[purpose] ?? 0), 0);
