import type { Instant } from '../domain/instant.ts';
import type { Prices } from '../domain/price-move.ts';
import { readJson } from '../reading/json.ts';
import { POLLED_SOURCES } from '../sources/registry.ts';
import { UnreadablePayload } from '../sources/source.ts';
import { checkBytes, type StoredBytes, type Stores } from './check-bytes.ts';
import type { ProofProblem } from './problem.ts';

/** A reply of an upstream, and the times with which it was read. */
export interface StoredReply extends StoredBytes {
  source: string;
  endpoint: string;
  fetched_at: Instant;
  poll_top: number | null;
}

export type PriceList = { prices: Prices; problem: null } | { prices: null; problem: ProofProblem };

/** The prices of a reply, read from its bytes by the current code. Unreadable bytes are a problem. */
export async function readPrices(stores: Stores, reply: StoredReply): Promise<PriceList> {
  const { bytes, problem } = await checkBytes(stores, reply, null);
  if (bytes === null) return { prices: null, problem };
  const source = POLLED_SOURCES.find(({ id }) => id === reply.source);
  if (source === undefined) return unreadable(`There is no source ${reply.source} any more.`);
  try {
    const context = { ...reply, first_fetched_at: reply.fetched_at };
    const readings = source.read(readJson(bytes), context);
    const prices = new Map<string, string | null>();
    for (const reading of readings) {
      if (reading.type !== 'observation') continue;
      const { external_id, price_usd } = reading.observation;
      if (!prices.has(external_id)) prices.set(external_id, price_usd);
    }
    return { prices, problem: null };
  } catch (error) {
    if (!(error instanceof UnreadablePayload)) throw error;
    return unreadable('The reply cannot be read as its endpoint promises.');
  }
}

const unreadable = (message: string): PriceList => ({
  prices: null,
  problem: { code: 'payload_unreadable', message },
});
