import { planName, planOf } from './plan.ts';
import type { PolledSource, SourceRequest, SourceSettings } from './source.ts';

/** The Worker's variables about how to call sources. */
export interface AskingSettings {
  POLL_MINUTES: number;
  POLL_TOP?: number | undefined;
  /** The variables of each source, by its id. */
  by_source: ReadonlyMap<string, GivenVariables>;
}

interface GivenVariables {
  base_url?: string | undefined;
  api_key?: string | undefined;
  plan?: string | undefined;
  calls_per_month?: number | undefined;
  pages?: number | undefined;
}

/**
 * The settings of a source: its own variables, by its own id, and the defaults of its plan. Throws for a source
 * without variables.
 */
export function settingsOf(source: PolledSource, settings: AskingSettings): SourceSettings {
  const given = settings.by_source.get(source.id);
  if (given === undefined) throw new Error(`No source is called ${source.id}.`);
  const plan = planName(source, given);
  return {
    base_url: given.base_url ?? planOf(source, plan).base_url,
    api_key: given.api_key ?? null,
    plan,
    poll_minutes: settings.POLL_MINUTES,
    calls_per_month: given.calls_per_month ?? null,
    pages: given.pages ?? source.pages?.default ?? 1,
    poll_top: settings.POLL_TOP ?? null,
  };
}

/** All repeated requests of ticks to a source, at the planned pace. */
export const plannedRequests = (source: PolledSource, given: SourceSettings): SourceRequest[] => [
  ...source.requests(given),
  ...source.catalogRequests(given),
];
