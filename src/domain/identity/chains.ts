import chains from '../../../data/chains.json' with { type: 'json' };

/** A chain whose contracts are compared between sources; its name is ours, and the API uses it. */
export type Chain = string;

/**
 * How addresses compare: on `evm` chains in any case; on `exact` chains the case of letters matters. Reviewed by
 * hand; a chain outside the list is not compared.
 */
const ADDRESSES: ReadonlyMap<Chain, string> = new Map(chains.map(({ chain, address }) => [chain, address]));

export const CHAINS: readonly Chain[] = [...ADDRESSES.keys()];

/** Each source's name of a chain, to our name of it. */
export const chainsOf = (source: string): ReadonlyMap<string, Chain> =>
  new Map(
    chains.flatMap(({ chain, names }) => {
      const name = (names as Readonly<Record<string, string | undefined>>)[source];
      return name === undefined ? [] : [[name, chain]];
    }),
  );

/** Chain and address in normalized form, or null if we do not compare that chain, or the text is not an address. */
export function contractKey(
  chain: Chain | undefined,
  address: string,
): { platform: Chain; address: string } | null {
  const text = address.trim();
  const form = ADDRESSES.get(chain ?? '');
  if (chain === undefined || form === undefined || text === '' || text.length > ADDRESS_CHARS_MAX)
    return null;
  if (form === 'exact') return { platform: chain, address: text };
  const lower = text.toLowerCase();
  // Vendors also write 0x0, or the zero address, for a native coin.
  return /^0x[0-9a-f]{40}$/.test(lower) && !/^0x0+$/.test(lower) ? { platform: chain, address: lower } : null;
}

const ADDRESS_CHARS_MAX = 200;
