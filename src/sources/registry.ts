import { files } from './csv/source.ts';
import { LIST } from './list.ts';
import { isOnThisMachine } from './request.ts';
import { type AskingSettings, settingsOf } from './settings.ts';
import type { Attribution, HistoryReach, PolledSource, RecordContract, SourceSettings } from './source.ts';

export { contractFields } from './contract.ts';
export { keyedPlans, planName, planOf } from './plan.ts';
export { plannedRequests } from './settings.ts';
export type { PolledSource } from './source.ts';

// All other facts about sources are derived here from their list.

export type PolledId = (typeof LIST)[number]['id'];
export type SourceId = PolledId | typeof files.id;

/** Every source that can be polled; SOURCES selects among them. */
export const POLLED_SOURCES: readonly PolledSource<PolledId>[] = LIST;
export const POLLED_IDS: readonly PolledId[] = POLLED_SOURCES.map(({ id }) => id);

export const FILES_ID = files.id;

/** Every source that a row can have. */
export const SOURCE_IDS: readonly SourceId[] = [...POLLED_IDS, files.id];

/** The source with that id; undefined for files and for an unknown id. */
export const polledSource = (id: string): PolledSource<PolledId> | undefined =>
  POLLED_SOURCES.find((source) => source.id === id);

/** The settings for calling the source with that id. Throws for an unknown id. */
export function sourceSettings(settings: AskingSettings, id: string): SourceSettings {
  const source = polledSource(id);
  if (source === undefined) throw new Error(`No source is called ${id}.`);
  return settingsOf(source, settings);
}

/** Whose gaps and history are fetched automatically, and how far back. */
export interface SpareReach extends HistoryReach {
  source: string;
  /** The number of the largest coins. */
  coins: number;
}

/** The use of a source's spare calls; null if that is off, or it has no history. */
export function spareReach(
  { id, history }: PolledSource,
  settings: AskingSettings & { HISTORY_ASSETS?: number | undefined },
): SpareReach | null {
  const source = polledSource(id);
  if (source === undefined || history === undefined) return null;
  const coins = settings.HISTORY_ASSETS ?? coinsOf(source, sourceSettings(settings, id));
  const { days_max, spans, hourly_days_max } = history;
  return coins === 0 ? null : { source: id, coins, days_max, spans, hourly_days_max };
}

/** The limits of a plan. A local upstream has a vendor's limits only if they are set. */
function coinsOf(source: PolledSource, given: SourceSettings): number {
  const isLimited = source
    .limits(given)
    .some(({ period, calls_max }) => period === 'month' && calls_max !== null);
  if (isLimited) return HISTORY_COINS.plan;
  return isOnThisMachine(given) ? 0 : HISTORY_COINS.keyless;
}

/** A thousand coins are 2,000 calls and about two and a half million rows; without a key, a tenth of that. */
const HISTORY_COINS = { plan: 1_000, keyless: 100 };

/** The sources that the settings poll, in the order of the list. */
export const sourcesOn = ({ SOURCES }: { SOURCES: readonly string[] }): PolledSource<PolledId>[] =>
  POLLED_SOURCES.filter(({ id }) => SOURCES.includes(id));

export const POLLED_BY_DEFAULT: readonly PolledId[] = POLLED_SOURCES.filter(
  ({ is_polled_by_default }) => is_polled_by_default,
).map(({ id }) => id);

/** The order in which sources answer if several have a value; files last. */
export const ANSWER_ORDER: readonly SourceId[] = [...ranked('answers'), files.id];

/** The order in which polled sources name a coin if several list it. */
export const NAMING_ORDER: readonly PolledId[] = ranked('names');

function ranked(by: keyof PolledSource['rank']): PolledId[] {
  return POLLED_SOURCES.toSorted((a, b) => a.rank[by] - b.rank[by]).map(({ id }) => id);
}

/** The contracts for the records of each endpoint, to watch them for drift. */
export const RECORD_CONTRACTS: readonly RecordContract[] = POLLED_SOURCES.flatMap(
  ({ contracts }) => contracts,
);

/** The contract of an endpoint; undefined if its records are not watched. */
export const recordContractOf = (source: string, endpoint: string): RecordContract | undefined =>
  RECORD_CONTRACTS.find((contract) => contract.source === source && contract.covers(endpoint));

/** The source of coins' history: the first polled source that has any. */
export const historySource = (settings: { SOURCES: readonly string[] }): PolledSource<PolledId> | undefined =>
  sourcesOn(settings).find(({ history }) => history !== undefined);

/** How many days back each source with history goes. */
export const HISTORY_DAYS: Readonly<Partial<Record<PolledId, number>>> = Object.fromEntries(
  POLLED_SOURCES.flatMap(({ id, history }) => (history === undefined ? [] : [[id, history.days_max]])),
);

/** The facts about each source for readers: its title, and the credit that a reply with its rows must have. */
export const DESCRIPTIONS: readonly { id: SourceId; title: string; attribution: Attribution<SourceId> }[] = [
  ...POLLED_SOURCES,
  files,
].map(({ id, title, attribution }) => ({ id, title, attribution }));

/**
 * Increased when the same bytes give other rows than before: another reading of a field, of a zero, of a time, or
 * another flag. Stored with each row, so a replay knows which rows an older reading made.
 */
export const NORMALIZER_VERSION = 2;
