export type Mode = 'live' | 'sandbox';

const PROBE_MS = 4000;
const CLAIMED = 'the database has such data (for real prices: --live, with another database)';

export interface Choice {
  mode: Mode;
  /** The reason, if no flag chose the mode. */
  reason: string | undefined;
}

/**
 * Flags decide; a configured upstream means live; then the mode that the database belongs to; otherwise whether any
 * upstream answers.
 */
export async function chooseMode(
  asked: Mode | undefined,
  {
    roots,
    configured,
    claimed,
  }: { roots: readonly string[]; configured: boolean; claimed?: Mode | undefined },
  signal: AbortSignal,
): Promise<Choice> {
  if (asked) return { mode: asked, reason: undefined };
  if (configured) return { mode: 'live', reason: undefined };
  if (claimed) return { mode: claimed, reason: claimed === 'sandbox' ? CLAIMED : undefined };
  const reached = await Promise.any(roots.map((url) => probe(url, signal))).catch(() => false);
  signal.throwIfAborted();
  if (reached) return { mode: 'live', reason: undefined };
  const hosts = roots.map((url) => new URL(url).host).join(', ');
  return { mode: 'sandbox', reason: `none of ${hosts} can be reached` };
}

/** Any HTTP answer is enough: even a refusal shows that the upstream is reachable. */
async function probe(url: string, signal: AbortSignal): Promise<true> {
  const response = await fetch(url, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]),
    headers: { 'user-agent': 'cointape (probe of npm start)' },
  });
  await response.body?.cancel();
  return true;
}
