import type { Settings } from '../../env.ts';
import type { PolledSource, SourceSettings } from '../../sources/source.ts';

/** What one source may know of the Worker's variables. */
export function sourceSettings(settings: Settings, source: PolledSource['id']): SourceSettings {
  const common = {
    poll_minutes: settings.POLL_MINUTES,
    poll_top: settings.POLL_TOP ?? null,
    pages: settings.COINGECKO_PAGES,
  };
  if (source === 'coinpaprika') {
    const api_key = settings.COINPAPRIKA_API_KEY ?? null;
    return {
      ...common,
      calls_per_month: settings.COINPAPRIKA_CALLS_PER_MONTH ?? null,
      base_url: settings.COINPAPRIKA_BASE_URL,
      api_key,
      plan: api_key === null ? 'keyless' : 'pro',
    };
  }
  const api_key = settings.COINGECKO_API_KEY ?? null;
  return {
    ...common,
    calls_per_month: settings.COINGECKO_CALLS_PER_MONTH ?? null,
    base_url: settings.COINGECKO_BASE_URL,
    api_key,
    plan: api_key === null ? 'keyless' : settings.COINGECKO_PLAN,
  };
}
