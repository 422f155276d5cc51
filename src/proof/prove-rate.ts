import type { ProvableRate } from '../db/rates/find-proof.ts';
import type { CurrencyRate } from '../domain/observation.ts';
import { UnreadablePayload } from '../sources/source.ts';
import { type CheckedBytes, checkBytes, type Stores } from './check-bytes.ts';
import { type ComparedValue, decimal, flags, text } from './compare.ts';
import type { ProofProblem } from './problem.ts';
import { noSource, readAgain, UNREADABLE_NOW } from './recompute.ts';
import { recordText } from './record-text.ts';

/** The path from a rate to its bytes, followed now: a rate needs two records, its own and that of the US dollar. */
export interface RateProof {
  bytes: Pick<CheckedBytes, 'found_sha256' | 'problem'>;
  /** As sent; null if the bytes no longer contain them. */
  records: { rate: string | null; usd: string | null };
  values: ComparedValue[] | null;
  matches: boolean;
  problem: ProofProblem | null;
}

/** Recomputes one rate from the bytes it came from. Broken or missing bytes are an answer, not an error. */
export async function proveRate(stores: Stores, row: ProvableRate): Promise<RateProof> {
  const stored = { ...row, size_bytes: Number(row.size_bytes) };
  const { bytes, ...checked } = await checkBytes(stores, stored, null);
  if (bytes === null) return unproven(checked, checked.problem);
  const found = readRates(row, bytes);
  if ('code' in found) return unproven(checked, found);
  const json = new TextDecoder().decode(bytes);
  const records = { rate: recordText(json, row.pointer), usd: recordText(json, row.usd_pointer) };
  const values = compareRate(row, found);
  return { bytes: checked, records, values, matches: values.every(({ matches }) => matches), problem: null };
}

const unproven = (bytes: RateProof['bytes'], problem: ProofProblem | null): RateProof => ({
  bytes,
  records: { rate: null, usd: null },
  values: null,
  matches: false,
  problem,
});

interface ReadRates {
  rate: CurrencyRate;
  usd: CurrencyRate;
}

function readRates(row: ProvableRate, bytes: Uint8Array): ReadRates | ProofProblem {
  try {
    const readings = readAgain(row, bytes);
    if (readings === null) return { code: 'payload_unreadable', message: noSource(row) };
    const at = (pointer: string) =>
      readings.flatMap((one) => (one.type === 'rate' && one.rate.pointer === pointer ? one.rate : []))[0];
    const [rate, usd] = [at(row.pointer), at(row.usd_pointer)];
    if (rate !== undefined && usd !== undefined) return { rate, usd };
    return { code: 'record_missing', message: 'No rate is read from this place of the payload.' };
  } catch (error) {
    // Its message quotes the bytes, which are not public.
    if (error instanceof UnreadablePayload) return { code: 'payload_unreadable', message: UNREADABLE_NOW };
    throw error;
  }
}

const compareRate = (row: ProvableRate, { rate, usd }: ReadRates): ComparedValue[] => [
  text('currency', row.currency, rate.currency),
  text('created_at', row.observed_at, rate.observed_at),
  decimal('units_per_btc', row.units_per_btc, rate.units_per_btc),
  decimal('usd_per_btc', row.usd_per_btc, usd.units_per_btc),
  flags(row.flags, rate.flags, []),
];
