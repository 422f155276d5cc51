/** A polled source, as far as its health is concerned. */
export interface Upstream {
  id: string;
  /** Its own pace: minutes between two replies of its fastest endpoint. */
  beat_minutes: number;
  /** Which key belongs to which plan; null if there are no keys. */
  key_advice: string | null;
}

/** The remedy for an upstream fault that a person must fix, by its error code; null for other faults. */
export function remedyOf(code: string | null, { id, key_advice }: Upstream): string | null {
  const name = id.toUpperCase();
  const takesKey = key_advice !== null;
  switch (code) {
    case 'upstream_key_refused':
      return takesKey
        ? `Check ${name}_API_KEY; ${key_advice}.`
        : `It asks for a key, and none is known for it: check ${name}_BASE_URL and the terms of the source.`;
    case 'upstream_plan_limit':
      return takesKey
        ? `The plan does not include this: take a larger one, or check that ${name}_API_KEY and ${name}_BASE_URL belong to it.`
        : `The source does not give this for free any more; without it leave ${id} out of SOURCES.`;
    case 'upstream_banned':
      return `The upstream blocks this address or this client. Stop other programs that ask it from here${takesKey ? `; with ${name}_API_KEY calls count for the key, not for the address` : ''}.`;
    case 'upstream_rate_limited':
      return `It is asked more slowly by itself now${takesKey ? `; with ${name}_API_KEY calls count for the key, not for an address that others share` : ''}.`;
    case 'upstream_quota_spent':
      return `Raise POLL_MINUTES or take a larger plan; what yours allows is told in ${name}_CALLS_PER_MONTH.`;
    default:
      return null;
  }
}
