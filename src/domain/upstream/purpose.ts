/**
 * What a call to an upstream is made for: the market at its pace, whole lists of coins, missed hours, history,
 * or somebody who asked. In the order in which calls that do not suffice are given out within one run.
 */
export const PURPOSES = ['live', 'lists', 'manual', 'gap', 'history'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Calls by what they are for. */
export type CallsByPurpose = Partial<Record<Purpose, number>>;

/** Work that nobody waits for: it takes only what the polls of the period leave. */
export const isSpareWork = (purpose: Purpose): boolean => purpose === 'gap' || purpose === 'history';

export const sumOfCalls = (calls: CallsByPurpose): number =>
  PURPOSES.reduce((sum, purpose) => sum + (calls[purpose] ?? 0), 0);
