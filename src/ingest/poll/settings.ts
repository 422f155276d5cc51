import type { Settings } from '../../env.ts';
import { planName, planOf, polledSource } from '../../sources/registry.ts';
import type { SourceSettings } from '../../sources/source.ts';

/**
 * How a source is asked: what is set for it, by its own id and nothing else, and what its plan says of the rest.
 * Throws for a source that nobody knows.
 */
export function sourceSettings(settings: Settings, id: string): SourceSettings {
  const source = polledSource(id);
  const given = settings.by_source.get(id);
  if (source === undefined || given === undefined) throw new Error(`No source is called ${id}.`);
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
