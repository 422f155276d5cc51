export type Mode = 'live' | 'sandbox';

const PROBE_MS = 4000;

export interface Upstreams {
  coinpaprika: string;
  coingecko: string;
}

export const PUBLIC_UPSTREAMS: Upstreams = {
  coinpaprika: 'https://api.coinpaprika.com/v1',
  coingecko: 'https://api.coingecko.com/api/v3',
};

export interface Choice {
  mode: Mode;
  /** Why, when nobody asked for it. */
  reason: string | undefined;
}

/** Flags decide; upstreams that somebody configured count as live; else whether any upstream answers. */
export async function chooseMode(
  asked: Mode | undefined,
  configured: boolean,
  signal: AbortSignal,
): Promise<Choice> {
  if (asked) return { mode: asked, reason: undefined };
  if (configured) return { mode: 'live', reason: undefined };
  const probes = Object.values(PUBLIC_UPSTREAMS).map((url) => probe(`${url}/global`, signal));
  const reached = await Promise.any(probes).catch(() => false);
  signal.throwIfAborted();
  const hosts = Object.values(PUBLIC_UPSTREAMS).map((url) => new URL(url).host);
  return reached
    ? { mode: 'live', reason: undefined }
    : { mode: 'sandbox', reason: `neither ${hosts.join(' nor ')} can be reached` };
}

/** Any HTTP answer will do: a refusal comes from somebody who is there. */
async function probe(url: string, signal: AbortSignal): Promise<true> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]),
    headers: { 'user-agent': 'cointape (probe of npm start)' },
  });
  await response.body?.cancel();
  return true;
}
