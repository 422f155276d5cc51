import type { ProvableRow } from '../db/payloads/find-proof.ts';
import { type CheckedBytes, checkBytes, type Stores } from './check-bytes.ts';
import { type ComparedValue, compare } from './compare.ts';
import type { ProofProblem } from './problem.ts';
import { neededRange, recompute } from './recompute.ts';

/** The path from a row to its bytes, followed now. */
export interface Proof {
  bytes: Pick<CheckedBytes, 'found_sha256' | 'problem'>;
  /** The record as sent; null if the bytes no longer contain it. */
  record: string | null;
  /** Null if nothing could be recomputed; `problem` says why. */
  values: ComparedValue[] | null;
  /** Whether the bytes are the received ones and every value matches. */
  matches: boolean;
  problem: ProofProblem | null;
}

/** Recomputes one row from the bytes it came from. Broken or missing bytes are an answer, not an error. */
export async function prove(stores: Stores, row: ProvableRow): Promise<Proof> {
  const stored = { ...row, size_bytes: Number(row.size_bytes) };
  const { bytes, ...checked } = await checkBytes(stores, stored, neededRange(row));
  if (bytes === null)
    return { bytes: checked, record: null, values: null, matches: false, problem: checked.problem };
  const { record, observation, problem } = await recompute(row, bytes);
  if (observation === null) return { bytes: checked, record, values: null, matches: false, problem };
  const values = compare(row, observation);
  const matches = values.every((value) => value.matches);
  return { bytes: checked, record, values, matches, problem: null };
}
