import type { CallLimit } from '../domain/upstream/quota.ts';
import type { SourceSettings } from './source.ts';

/** Vendors refuse calls without a user agent (CoinGecko answers 403), and Workers send none by default. */
export const USER_AGENT = 'cointape/0.1 (self-hosted tape of crypto market data)';

export const JSON_HEADERS: Readonly<Record<string, string>> = {
  accept: 'application/json',
  'user-agent': USER_AGENT,
};

/** The pace protects other people's servers; a server on this machine needs none. */
export function politePaceMs(settings: SourceSettings, paceMs: number): number {
  return isOnThisMachine(settings) ? 0 : paceMs;
}

/**
 * The limits of a plan, with the month's limit from the settings if they have one. Calls to this machine are only
 * counted, unless the settings have a monthly number: then all limits apply, as for the vendor's server.
 */
export function planLimits(
  settings: SourceSettings,
  plan: { minute: number | null; month: number | null },
): CallLimit[] {
  const counted = settings.calls_per_month === null && isOnThisMachine(settings);
  return [
    { period: 'minute', calls_max: counted ? null : plan.minute },
    { period: 'month', calls_max: counted ? null : (settings.calls_per_month ?? plan.month) },
  ];
}

/** Whether a source is on this machine. */
export const isOnThisMachine = ({ base_url }: SourceSettings): boolean =>
  isLoopback(new URL(base_url).hostname);

const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
