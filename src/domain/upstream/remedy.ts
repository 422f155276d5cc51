/** What to do about a fault of an upstream that somebody has to mend, by its error code; null for the others. */
export function remedyOf(code: string | null, source: string): string | null {
  const name = source.toUpperCase();
  switch (code) {
    case 'upstream_key_refused':
      return `Check ${name}_API_KEY; ${KEY_PAIRS[source] ?? 'a key goes with the base URL of its plan'}.`;
    case 'upstream_plan_limit':
      return `The plan does not include this: take a larger one, or check that ${name}_API_KEY and ${name}_BASE_URL belong to it.`;
    case 'upstream_banned':
      return `The upstream blocks this address or this client. Stop other programs that ask it from here; with ${name}_API_KEY calls count for the key, not for the address.`;
    case 'upstream_rate_limited':
      return `It is asked more slowly by itself now; with ${name}_API_KEY calls count for the key, not for an address that others share.`;
    case 'upstream_quota_spent':
      return `Raise POLL_MINUTES or take a larger plan; what yours allows is told in ${name}_CALLS_PER_MONTH.`;
    default:
      return null;
  }
}

const KEY_PAIRS: Record<string, string> = {
  coinpaprika: 'a key goes with COINPAPRIKA_BASE_URL=https://api-pro.coinpaprika.com/v1',
  coingecko:
    'COINGECKO_PLAN=demo goes with COINGECKO_BASE_URL=https://api.coingecko.com/api/v3, pro with https://pro-api.coingecko.com/api/v3',
};
