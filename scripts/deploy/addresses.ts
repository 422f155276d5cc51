/** The addresses of a deployed Worker, from the output of wrangler; workers.dev first. */
export function addressesIn(targets: readonly string[]): string[] {
  // workers.dev answers at once; a new custom domain waits for its certificate.
  const rank = (address: string) => (address.endsWith('.workers.dev') ? 0 : 1);
  return targets.flatMap((target) => addressOf(target) ?? []).toSorted((a, b) => rank(a) - rank(b));
}

/**
 * wrangler writes `https://` only before workers.dev; a domain is `host (custom domain)`, a route `host/* (zone
 * …)`.
 */
function addressOf(target: string): string | undefined {
  if (/^https?:\/\/\S+$/.test(target)) return target;
  const [, domain, flags = ''] = /^([^\s/]+) \(custom domain[^)]*\)(.*)$/.exec(target) ?? [];
  if (domain !== undefined) return flags.includes('production: disabled') ? undefined : `https://${domain}`;
  const [, host] = /^([a-z0-9.-]+\.[a-z]+)\/\*?( \(zone [^)]*\))?$/i.exec(target) ?? [];
  return host === undefined ? undefined : `https://${host}`;
}
