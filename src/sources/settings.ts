import { planName, planOf } from './plan.ts';
import type { PolledSource, SourceRequest, SourceSettings } from './source.ts';

/** What the variables of the Worker say of how sources are asked. */
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
 * How a source is asked: what is set for it, by its own id and nothing else, and what its plan says of the rest.
 * Throws for a source that has no variables.
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

/** Everything that ticks ask a source for again and again, at the pace that is planned. */
export const plannedRequests = (source: PolledSource, given: SourceSettings): SourceRequest[] => [
  ...source.requests(given),
  ...source.catalogRequests(given),
];
